//! Block scopes: which variable a name means, and what it is called in a tree whose names belong to
//! functions.

use std::collections::HashMap;

use code_ir::SmolStr;

/// The variables visible at one point of the text.
#[derive(Default)]
pub(crate) struct Scopes<'a> {
    /// Variables of a name, innermost last.
    visible: HashMap<&'a str, Vec<Symbol>>,
    /// Names declared by the open scopes, in order.
    declared: Vec<&'a str>,
    /// How many variables of a name the blocks of a function have.
    in_blocks: HashMap<(u32, &'a str), u32>,
    /// The open functions; numbers are never used twice.
    functions: Vec<u32>,
    /// For each open function the variables of those around it that it assigns.
    outer: Vec<Vec<SmolStr>>,
    next_function: u32,
}

struct Symbol {
    /// 1 for the plain name, `n` for `name@n`.
    number: u32,
    is_used: bool,
    /// The function that declares it.
    function: u32,
}

/// Where a scope began.
#[derive(Clone, Copy)]
pub(crate) struct Mark(usize);

impl<'a> Scopes<'a> {
    pub(crate) fn enter_function(&mut self) -> Mark {
        self.functions.push(self.next_function);
        self.outer.push(Vec::new());
        self.next_function += 1;
        self.enter_block()
    }

    /// The variables of functions around it that the function assigns.
    pub(crate) fn leave_function(&mut self, mark: Mark) -> Vec<SmolStr> {
        self.functions.pop();
        self.leave_block(mark);
        self.outer.pop().unwrap_or_default()
    }

    pub(crate) fn enter_block(&self) -> Mark {
        Mark(self.declared.len())
    }

    pub(crate) fn leave_block(&mut self, mark: Mark) {
        for name in self.declared.drain(mark.0..) {
            if let Some(symbols) = self.visible.get_mut(name) {
                symbols.pop();
            }
        }
    }

    /// Declares a variable of the whole function: a parameter, a `var`, a name of its outermost block.
    pub(crate) fn declare_in_function(&mut self, name: &'a str) {
        self.declare(name, 1);
    }

    /// Declares a variable of an inner block. It gets another name when one of that name can be seen
    /// from here, or was declared by an earlier block of the function.
    pub(crate) fn declare_in_block(&mut self, name: &'a str) {
        let is_visible = self.is_visible(name);
        let function = self.functions.last().copied().unwrap_or(0);
        let count = self.in_blocks.entry((function, name)).or_insert(0);
        *count = if is_visible || *count > 0 { (*count).max(1) + 1 } else { 1 };
        let number = *count;
        self.declare(name, number);
    }

    /// A name that nothing else of the function has, for a variable that nobody wrote.
    pub(crate) fn fresh(&mut self, name: &'a str) -> SmolStr {
        let function = self.functions.last().copied().unwrap_or(0);
        let count = self.in_blocks.entry((function, name)).or_insert(0);
        *count = (*count).max(1) + 1;
        numbered(name, *count)
    }

    /// What the variable is called in the tree, and whether it is one of this file.
    pub(crate) fn name(&mut self, name: &str) -> (SmolStr, bool) {
        match self.visible.get_mut(name).and_then(|symbols| symbols.last_mut()) {
            Some(symbol) => {
                symbol.is_used = true;
                (numbered(name, symbol.number), true)
            }
            None => (SmolStr::new(name), false),
        }
    }

    /// The same of a variable that is assigned: an assignment declares none.
    pub(crate) fn assigned(&mut self, name: &str) -> SmolStr {
        let (text, _) = self.name(name);
        let symbol = self.visible.get(name).and_then(|symbols| symbols.last());
        if let (Some(symbol), Some(function)) = (symbol, self.functions.last())
            && symbol.function != *function
            && let Some(outer) = self.outer.last_mut()
            && !outer.contains(&text)
        {
            outer.push(text.clone());
        }
        text
    }

    pub(crate) fn is_visible(&self, name: &str) -> bool {
        self.visible.get(name).is_some_and(|symbols| !symbols.is_empty())
    }

    /// Whether the variable of this name that was declared first since `mark` was read.
    pub(crate) fn is_first_used(&self, mark: Mark, name: &str) -> bool {
        let later = self.declared.get(mark.0..).unwrap_or_default();
        let above = later.iter().filter(|declared| **declared == name).count();
        let Some(symbols) = self.visible.get(name) else { return false };
        let Some(index) = symbols.len().checked_sub(above) else { return false };
        symbols.get(index).is_some_and(|symbol| symbol.is_used)
    }

    fn declare(&mut self, name: &'a str, number: u32) {
        let function = self.functions.last().copied().unwrap_or(0);
        let symbol = Symbol { number, is_used: false, function };
        self.visible.entry(name).or_default().push(symbol);
        self.declared.push(name);
    }
}

fn numbered(name: &str, number: u32) -> SmolStr {
    if number == 1 { SmolStr::new(name) } else { SmolStr::from(format!("{name}@{number}")) }
}
