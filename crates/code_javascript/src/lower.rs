//! The state of a lowering, and how deep it may go.

use code_ir::{
    Constant, Expr, ExprKind, FunctionId, Module, SmolStr, Span, Stmt, StmtKind, Target,
};
use oxc_ast::ast::{BindingIdentifier, IdentifierReference, Program};
use oxc_span::GetSpan;

use crate::scopes::Scopes;

/// Expressions and statements in each other, in one function. What executes the tree recurses, too.
const MAX_DEPTH: u32 = 400;
/// The same, with all enclosing functions; bounds our own stack.
const MAX_TOTAL_DEPTH: u32 = 1_600;

/// One file being lowered.
pub(crate) struct Lowering<'a> {
    pub(crate) module: Module,
    pub(crate) scopes: Scopes<'a>,
    /// The function whose body is lowered.
    pub(crate) function: FunctionId,
    /// What the innermost namespace of TypeScript exports; none outside of namespaces.
    pub(crate) namespace: Option<Vec<(SmolStr, Expr)>>,
    depth: u32,
    outer_depth: u32,
    is_cut: bool,
}

/// A name that an anonymous function or class gets from what it is assigned to, and where it stands.
pub(crate) type Hint<'n> = Option<(&'n str, Span)>;

impl<'a> Lowering<'a> {
    pub(crate) fn new(module: Module) -> Self {
        Self {
            module,
            scopes: Scopes::default(),
            function: FunctionId(0),
            namespace: None,
            depth: 0,
            outer_depth: 0,
            is_cut: false,
        }
    }

    /// Lowers the whole file.
    pub(crate) fn program(mut self, program: &Program<'a>) -> Module {
        let id = self.module.add_function(code_ir::Function {
            span: span(program.span),
            ..code_ir::Function::default()
        });
        let mark = self.scopes.enter_function();
        self.declare_vars(&program.body);
        let body = self.outermost(&program.body);
        self.scopes.leave_function(mark);
        if let Some(function) = self.module.functions.get_mut(id.0 as usize) {
            function.body = body;
        }
        self.module
    }

    /// Goes one level deeper, or says why not. Every `true` is paid back with [`Self::rise`].
    pub(crate) fn descend(&mut self, at: Span) -> bool {
        if self.depth >= MAX_DEPTH || self.depth + self.outer_depth >= MAX_TOTAL_DEPTH {
            self.cut(at);
            return false;
        }
        self.depth += 1;
        true
    }

    pub(crate) fn rise(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Levels that are left for one expression.
    pub(crate) fn room(&self) -> usize {
        MAX_DEPTH.saturating_sub(self.depth) as usize
    }

    /// Notes once that a part of the file is left out.
    pub(crate) fn cut(&mut self, at: Span) {
        if !std::mem::replace(&mut self.is_cut, true) {
            let message = format!("nested deeper than {MAX_DEPTH} levels; this part not analysed");
            self.module.errors.push((at, message));
        }
    }

    /// Begins another function: its depth is counted from 0. Gives back what [`Self::end`] needs.
    pub(crate) fn begin(&mut self, id: FunctionId) -> (FunctionId, u32) {
        let before = (self.function, self.depth);
        self.function = id;
        self.outer_depth += self.depth;
        self.depth = 0;
        before
    }

    pub(crate) fn end(&mut self, before: (FunctionId, u32)) {
        (self.function, self.depth) = before;
        self.outer_depth = self.outer_depth.saturating_sub(self.depth);
    }

    /// A variable where it is read.
    pub(crate) fn reference(&mut self, identifier: &IdentifierReference<'a>) -> Expr {
        let (name, is_own) = self.scopes.name(identifier.name.as_str());
        let at = span(identifier.span);
        if !is_own && name == "undefined" {
            return Expr::new(ExprKind::Constant(Constant::None), at);
        }
        Expr::name(name, at)
    }

    /// A variable where it is declared.
    pub(crate) fn binding(&mut self, identifier: &BindingIdentifier<'a>) -> Target {
        let (name, _) = self.scopes.name(identifier.name.as_str());
        Target::name(name, span(identifier.span))
    }
}

/// The span of a node.
pub(crate) fn span(at: oxc_span::Span) -> Span {
    Span { start: at.start, end: at.end }
}

/// The span of a node.
pub(crate) fn span_of(node: &impl GetSpan) -> Span {
    span(node.span())
}

/// `target = value`.
pub(crate) fn assign(target: Target, value: Expr, at: Span) -> Stmt {
    Stmt::new(StmtKind::Assign { target, annotation: None, value: Some(value) }, at)
}
