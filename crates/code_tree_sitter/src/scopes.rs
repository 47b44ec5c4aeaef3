//! Which variable a name means, in languages where a block is a scope.

use std::collections::{HashMap, HashSet};

use code_ir::{FunctionId, SmolStr};

/// Functions around the current place, each with its open blocks.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    frames: Vec<Frame>,
}

/// One function.
#[derive(Debug)]
struct Frame {
    function: FunctionId,
    /// Whether variables of enclosing functions are out of sight (methods).
    is_opaque: bool,
    /// Names as written to names in the lowered function, by open block.
    blocks: Vec<HashMap<SmolStr, SmolStr>>,
    /// Variables made so far, to number those of the same name.
    made: HashMap<SmolStr, u32>,
    outer: Outer,
    told: HashSet<SmolStr>,
}

/// What of others a function assigns.
#[derive(Debug, Default)]
pub(crate) struct Outer {
    /// Variables of enclosing functions.
    pub(crate) nonlocals: Vec<SmolStr>,
    /// Variables of the module.
    pub(crate) globals: Vec<SmolStr>,
}

/// Whose variable is assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// One of this or an enclosing function, under its lowered name.
    Variable(SmolStr),
    /// None that was declared in a function so far.
    Undeclared,
}

impl Scopes {
    /// The innermost function.
    pub(crate) fn function(&self) -> FunctionId {
        self.frames.last().map_or(FunctionId(0), |frame| frame.function)
    }

    /// Whether the innermost function is the body of the module.
    pub(crate) fn is_module(&self) -> bool {
        self.frames.len() <= 1
    }

    /// A function begins.
    pub(crate) fn enter(&mut self, function: FunctionId, is_opaque: bool) {
        self.frames.push(Frame {
            function,
            is_opaque,
            blocks: vec![HashMap::new()],
            made: HashMap::new(),
            outer: Outer::default(),
            told: HashSet::new(),
        });
    }

    /// The innermost function ends.
    pub(crate) fn leave(&mut self) -> Outer {
        self.frames.pop().map(|frame| frame.outer).unwrap_or_default()
    }

    /// A block of the innermost function begins.
    pub(crate) fn open(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.blocks.push(HashMap::new());
        }
    }

    /// The innermost block ends.
    pub(crate) fn close(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.blocks.pop();
        }
    }

    /// A parameter: it keeps its name.
    pub(crate) fn declare_parameter(&mut self, name: &str) {
        let Some(frame) = self.frames.last_mut() else { return };
        let name = SmolStr::from(name);
        frame.made.insert(name.clone(), 1);
        if let Some(block) = frame.blocks.last_mut() {
            block.insert(name.clone(), name);
        }
    }

    /// A variable of the innermost block, under the name that it has in the lowered function: another
    /// one when it hides a variable that is in sight.
    pub(crate) fn declare(&mut self, name: &str) -> SmolStr {
        let hides = self.hides(name);
        let Some(frame) = self.frames.last_mut() else { return name.into() };
        let Some(block) = frame.blocks.last_mut() else { return name.into() };
        if let Some(known) = block.get(name) {
            return known.clone();
        }
        let made = frame.made.entry(name.into()).or_insert(0);
        if hides {
            // The first of a function may hide one of an enclosing function only.
            *made = (*made).max(1) + 1;
        } else {
            *made = (*made).max(1);
        }
        let lowered: SmolStr =
            if hides { format!("{name}#{made}").into() } else { SmolStr::from(name) };
        block.insert(name.into(), lowered.clone());
        lowered
    }

    fn hides(&self, name: &str) -> bool {
        self.frame_of(name).is_some_and(|(depth, _)| depth > 0)
    }

    /// The lowered name of what a name means here, when a function declares it.
    pub(crate) fn lookup(&self, name: &str) -> Option<SmolStr> {
        self.frame_of(name).map(|(_, lowered)| lowered)
    }

    /// The variable that an assignment to a name changes.
    pub(crate) fn write(&mut self, name: &str) -> Written {
        let Some((depth, lowered)) = self.frame_of(name) else { return Written::Undeclared };
        let innermost = self.frames.len().saturating_sub(1);
        if depth < innermost
            && let Some(frame) = self.frames.last_mut()
            && frame.told.insert(lowered.clone())
        {
            let outer = &mut frame.outer;
            let names = if depth == 0 { &mut outer.globals } else { &mut outer.nonlocals };
            names.push(lowered.clone());
        }
        Written::Variable(lowered)
    }

    /// An assignment to a variable of the module, declared in this file or another.
    pub(crate) fn write_global(&mut self, name: &str) {
        if self.is_module() {
            return;
        }
        if let Some(frame) = self.frames.last_mut()
            && frame.told.insert(name.into())
        {
            frame.outer.globals.push(name.into());
        }
    }

    /// Depth of the function that declares a name, and the lowered name.
    fn frame_of(&self, name: &str) -> Option<(usize, SmolStr)> {
        for (depth, frame) in self.frames.iter().enumerate().rev() {
            for block in frame.blocks.iter().rev() {
                if let Some(lowered) = block.get(name) {
                    return Some((depth, lowered.clone()));
                }
            }
            if frame.is_opaque {
                return None;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use code_ir::FunctionId;

    use super::{Scopes, Written};

    #[test]
    fn a_variable_that_hides_another_gets_a_name_of_its_own() {
        let mut scopes = Scopes::default();
        scopes.enter(FunctionId(0), true);
        scopes.enter(FunctionId(1), false);
        assert_eq!(scopes.declare("x"), "x");
        scopes.open();
        assert_eq!(scopes.declare("x"), "x#2");
        assert_eq!(scopes.lookup("x").as_deref(), Some("x#2"));
        scopes.close();
        scopes.open();
        assert_eq!(scopes.declare("x"), "x#3");
        scopes.close();
        assert_eq!(scopes.lookup("x").as_deref(), Some("x"));
    }

    #[test]
    fn writes_of_enclosing_functions_are_told() {
        let mut scopes = Scopes::default();
        scopes.enter(FunctionId(0), true);
        scopes.enter(FunctionId(1), true);
        scopes.declare("x");
        scopes.enter(FunctionId(2), false);
        assert_eq!(scopes.write("x"), Written::Variable("x".into()));
        assert_eq!(scopes.write("y"), Written::Undeclared);
        scopes.write_global("y");
        let outer = scopes.leave();
        assert_eq!((outer.nonlocals, outer.globals), (vec!["x".into()], vec!["y".into()]));
    }
}
