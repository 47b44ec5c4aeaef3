//! What every front end needs while it lowers one file.

use std::collections::HashSet;

use code_ir::{
    Class, ClassId, Constant, Element, Expr, ExprKind, Function, FunctionId, Language, Module,
    Part, SmolStr, Span, Stmt, StmtKind, Target,
};
use source_text::FileId;
use tree_sitter::Node;

use crate::scopes::Scopes;

/// Levels of statements and expressions in one another that are lowered. 400 levels take about
/// 10 MB of stack in a debug build; people write fewer than 60.
const MAX_DEPTH: usize = 400;

/// Errors that are told of one file.
const MAX_ERRORS: usize = 20;

/// The text, and the module so far.
#[derive(Debug)]
pub(crate) struct Context<'t> {
    text: &'t str,
    pub(crate) module: Module,
    pub(crate) scopes: Scopes,
    depth: usize,
    was_too_deep: bool,
}

impl<'t> Context<'t> {
    /// A module with an empty body.
    pub(crate) fn new(file: FileId, language: Language, text: &'t str) -> Self {
        let mut module = Module { file, language, ..Module::default() };
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let span = Span { start: 0, end };
        module.add_function(Function { span, ..Function::default() });
        let mut scopes = Scopes::default();
        scopes.enter(FunctionId(0), true);
        Self { text, module, scopes, depth: 0, was_too_deep: false }
    }

    /// The module with its names bound.
    pub(crate) fn finish(mut self) -> Module {
        self.module.resolve();
        self.module
    }

    /// The body of the module.
    pub(crate) fn set_body(&mut self, body: Vec<Stmt>) {
        if let Some(function) = self.module.functions.first_mut() {
            function.body = body;
        }
    }

    /// Tells an error, while there are few.
    pub(crate) fn error(&mut self, span: Span, message: impl Into<String>) {
        if self.module.errors.len() < MAX_ERRORS {
            self.module.errors.push((span, message.into()));
        }
    }

    /// Tells the nodes that the grammar could not place, outermost first.
    pub(crate) fn syntax_errors(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let is_wrong = node.is_error() || node.is_missing();
            if node.is_missing() {
                self.error(span(node), format!("`{}` is missing", node.kind()));
            } else if node.is_error() {
                self.error(span(node), "syntax error");
            }
            if self.module.errors.len() >= MAX_ERRORS {
                return;
            }
            if !is_wrong && node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// The text of a node.
    pub(crate) fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The text between two offsets.
    pub(crate) fn between(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Lowers what is one level deeper, or gives nothing (and tells it once) beyond the limit.
    pub(crate) fn depth_allows(&mut self, node: Node<'_>) -> bool {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            return true;
        }
        if !std::mem::replace(&mut self.was_too_deep, true) {
            self.error(span(node), "code is nested too deep; what is inside is not looked at");
        }
        false
    }

    /// One level up; pairs with [`Self::depth_allows`].
    pub(crate) fn go_up(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// A place for a function, taken before its body is lowered so that outer functions come first.
    /// What is declared from here on is the function's.
    pub(crate) fn enter_function(&mut self, is_opaque: bool) -> (FunctionId, FunctionId) {
        let parent = self.scopes.function();
        let id = self.module.add_function(Function::default());
        self.scopes.enter(id, is_opaque);
        (id, parent)
    }

    /// The function is whole.
    pub(crate) fn leave_function(
        &mut self,
        (id, parent): (FunctionId, FunctionId),
        mut function: Function,
    ) -> FunctionId {
        let outer = self.scopes.leave();
        let start = function.span.start;
        let here = Span { start, end: start };
        let mut first = Vec::new();
        if !outer.globals.is_empty() {
            first.push(Stmt::new(StmtKind::Global(outer.globals), here));
        }
        if !outer.nonlocals.is_empty() {
            first.push(Stmt::new(StmtKind::Nonlocal(outer.nonlocals), here));
        }
        if !first.is_empty() {
            first.append(&mut function.body);
            function.body = first;
        }
        function.parent = Some(parent);
        if function.name_span == Span::default() {
            function.name_span = here;
        }
        if let Some(place) = self.module.functions.get_mut(id.0 as usize) {
            *place = function;
        }
        id
    }

    /// Changes a class.
    pub(crate) fn with_class(&mut self, id: ClassId, change: impl FnOnce(&mut Class)) {
        if let Some(class) = self.module.classes.get_mut(id.0 as usize) {
            change(class);
        }
    }

    /// A name as it is read here.
    pub(crate) fn read(&self, name: &str, at: Span) -> Expr {
        Expr::name(self.scopes.lookup(name).unwrap_or_else(|| name.into()), at)
    }
}

/// Where a node stands.
pub(crate) fn span(node: Node<'_>) -> Span {
    let start = u32::try_from(node.start_byte()).unwrap_or(u32::MAX);
    let end = u32::try_from(node.end_byte()).unwrap_or(u32::MAX);
    Span { start, end }
}

/// Where the first and the last of two nodes stand.
pub(crate) fn across(first: Span, last: Span) -> Span {
    Span { start: first.start, end: last.end.max(first.end) }
}

/// `target = value`.
pub(crate) fn assign(target: Target, value: Expr, at: Span) -> Stmt {
    Stmt::new(StmtKind::Assign { target, annotation: None, value: Some(value) }, at)
}

/// `target: annotation = value`.
pub(crate) fn declare(
    target: Target,
    annotation: Option<Expr>,
    value: Option<Expr>,
    at: Span,
) -> Stmt {
    Stmt::new(StmtKind::Assign { target, annotation, value }, at)
}

/// Something that carries nothing.
pub(crate) fn unknown(at: Span) -> Expr {
    Expr::new(ExprKind::Unknown, at)
}

/// A constant.
pub(crate) fn constant(value: Constant, at: Span) -> Expr {
    Expr::new(ExprKind::Constant(value), at)
}

/// A list of values.
pub(crate) fn list(members: Vec<Expr>, at: Span) -> Expr {
    Expr::new(ExprKind::List(members.into_iter().map(Element::One).collect()), at)
}
/// A dotted path of names: `a.b.c`.
pub(crate) fn dotted(path: &str, separator: &str, at: Span) -> Expr {
    let mut parts = path.split(separator).map(str::trim);
    let first = Expr::name(SmolStr::from(parts.next().unwrap_or_default()), at);
    parts.fold(first, |base, part| Expr::attribute(base, SmolStr::from(part), at))
}

/// Whether an expression may be repeated: texts of others must not make trees of many times their size.
pub(crate) fn is_small(expr: &Expr) -> bool {
    let mut nodes = 0_usize;
    code_ir::walk_expr(expr, &mut |_| nodes += 1);
    nodes <= 16
}

/// A type or its like that several declarations share, while it is small enough to be repeated.
pub(crate) fn shared(of: Option<&Expr>) -> Option<Expr> {
    of.filter(|of| is_small(of)).cloned()
}

/// Annotations that several declarations share.
pub(crate) fn all_shared(of: &[Expr]) -> Vec<Expr> {
    of.iter().filter(|of| is_small(of)).cloned().collect()
}

/// A target as it is read; nothing when it is too large to be repeated.
pub(crate) fn value_of(target: &Target, at: Span) -> Option<Expr> {
    let value = match target {
        Target::Name(name, at) => Expr::name(name.text.clone(), *at),
        Target::Attribute { base, name, span } if is_small(base) => {
            Expr::attribute((**base).clone(), name.clone(), *span)
        }
        Target::Index { base, index, span } if is_small(base) && is_small(index) => {
            Expr::new(ExprKind::Index { base: base.clone(), index: index.clone() }, *span)
        }
        Target::Sequence(targets) => {
            list(targets.iter().filter_map(|target| value_of(target, at)).collect(), at)
        }
        _ => return None,
    };
    Some(value)
}

/// Classes in classes, which are names of the module, too: the first of each name.
#[derive(Debug, Default)]
pub(crate) struct Nested {
    names: HashSet<SmolStr>,
    assignments: Vec<Stmt>,
}

impl Nested {
    /// One more class.
    pub(crate) fn add(&mut self, name: SmolStr, name_span: Span, class: Expr, at: Span) {
        if self.names.insert(name.clone()) {
            self.assignments.push(assign(Target::name(name, name_span), class, at));
        }
    }

    /// The assignments, to be made before all others.
    pub(crate) fn into_stmts(self) -> Vec<Stmt> {
        self.assignments
    }
}

/// A text in the making, interpolated or not.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    done: Vec<Part>,
    text: String,
}

impl Pieces {
    /// More text.
    pub(crate) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A value.
    pub(crate) fn push_value(&mut self, value: Expr) {
        self.end_text();
        self.done.push(Part::Value(value));
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Part::Text(std::mem::take(&mut self.text).into()));
        }
    }

    /// All pieces.
    pub(crate) fn into_parts(mut self) -> Vec<Part> {
        self.end_text();
        self.done
    }
}

/// One constant when there is nothing but text.
pub(crate) fn text_of(mut parts: Vec<Part>, at: Span) -> Expr {
    match parts.pop() {
        None => Expr::text("", at),
        Some(Part::Text(text)) if parts.is_empty() => Expr::text(text, at),
        Some(last) => {
            parts.push(last);
            Expr::new(ExprKind::Interpolation(parts), at)
        }
    }
}
