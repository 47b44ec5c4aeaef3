//! The walk over the parser's tree: what it has made so far, and where it stands.

use code_ir::{Expr, ExprKind, Function, FunctionId, Language, Module, SmolStr, Span, Target};
use ruff_python_ast::{Identifier, Mod};
use ruff_text_size::TextRange;
use source_text::FileId;

/// Levels of expressions and blocks, together, down to which the tree is lowered. Everything after
/// this crate recurses over the tree, too; the deepest that we met in real code is below 60.
pub(crate) const MAX_DEPTH: u32 = 400;

/// Lowers a parsed module; names are not bound yet.
pub(crate) fn lower(file: FileId, text: &str, syntax: &Mod) -> Module {
    let mut lowering = Lowering {
        text,
        module: Module { file, language: Language::Python, ..Module::default() },
        frames: Vec::new(),
        depth: 0,
        was_cut: false,
    };
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let id = lowering.enter();
    let body = match syntax {
        Mod::Module(module) => lowering.block(&module.body),
        Mod::Expression(_) => Vec::new(),
    };
    lowering.leave(id, Function { body, span: Span { start: 0, end }, ..Function::default() });
    lowering.module
}

/// The state of the walk.
pub(crate) struct Lowering<'a> {
    /// The text of the file.
    pub(crate) text: &'a str,
    /// What is made.
    pub(crate) module: Module,
    /// Functions around the current place, innermost last.
    frames: Vec<Frame>,
    /// Levels of expressions and blocks around the current place.
    depth: u32,
    /// Whether something was cut off because it stood too deep.
    was_cut: bool,
}

/// A function whose body is being lowered.
struct Frame {
    id: FunctionId,
    is_generator: bool,
    temps: u32,
}

impl Lowering<'_> {
    /// Starts a function inside the current one.
    pub(crate) fn enter(&mut self) -> FunctionId {
        let id = self.module.add_function(Function::default());
        self.frames.push(Frame { id, is_generator: false, temps: 0 });
        id
    }

    /// Ends the function that was started last and stores it under its id.
    pub(crate) fn leave(&mut self, id: FunctionId, mut function: Function) {
        function.is_generator = self.frames.pop().is_some_and(|frame| frame.is_generator);
        function.parent = self.frames.last().map(|frame| frame.id);
        if let Some(place) = self.module.functions.get_mut(id.0 as usize) {
            *place = function;
        }
    }

    /// The function in whose body the walk stands.
    pub(crate) fn current_function(&self) -> Option<FunctionId> {
        self.frames.last().map(|frame| frame.id)
    }

    /// Whether the walk stands in the body of the module itself.
    pub(crate) fn is_at_module(&self) -> bool {
        self.frames.len() <= 1
    }

    /// The current function yields.
    pub(crate) fn mark_generator(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.is_generator = true;
        }
    }

    /// A name that no program can write, for a value used twice.
    pub(crate) fn fresh_name(&mut self) -> SmolStr {
        let Some(frame) = self.frames.last_mut() else { return SmolStr::new_static("$0") };
        frame.temps += 1;
        SmolStr::new(format!("${}", frame.temps))
    }

    /// Runs `lower` some levels deeper; gives nothing, and one error for the file, when that is too
    /// deep.
    pub(crate) fn deeper<T>(
        &mut self,
        levels: u32,
        span: Span,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        if self.depth + levels > MAX_DEPTH {
            if !self.was_cut {
                self.was_cut = true;
                let message = format!("nested deeper than {MAX_DEPTH} levels; cut off here");
                self.module.errors.push((span, message));
            }
            return None;
        }
        self.depth += levels;
        let lowered = lower(self);
        self.depth -= levels;
        Some(lowered)
    }
}

/// Our span of a range of the parser.
pub(crate) fn span_of(range: TextRange) -> Span {
    Span { start: range.start().to_u32(), end: range.end().to_u32() }
}

/// From the start of one to the end of the other.
pub(crate) fn span_between(first: &Expr, last: &Expr) -> Span {
    Span { start: first.span.start, end: last.span.end.max(first.span.start) }
}

/// An expression that carries nothing.
pub(crate) fn unknown(span: Span) -> Expr {
    Expr::new(ExprKind::Unknown, span)
}

/// The text of an identifier; empty where the parser had to invent one.
pub(crate) fn text_of(identifier: &Identifier) -> SmolStr {
    SmolStr::new(identifier.as_str())
}

/// A variable to assign to.
pub(crate) fn target_of(identifier: &Identifier) -> Target {
    Target::name(identifier.as_str(), span_of(identifier.range))
}
