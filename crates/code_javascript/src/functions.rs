//! Functions, arrows and methods.

use code_ir::{
    ClassId, Expr, ExprKind, Function, FunctionId, Param, ParamKind, Span, Stmt, StmtKind, Target,
};
use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BindingPattern, Decorator, FormalParameters,
    Statement, TSTypeAnnotation,
};

use crate::lower::{Hint, Lowering, assign, span, span_of};

/// A function before it is lowered.
pub(crate) struct Definition<'p, 'a> {
    pub(crate) params: &'p FormalParameters<'a>,
    pub(crate) body: Body<'p, 'a>,
    pub(crate) returns: Option<&'p TSTypeAnnotation<'a>>,
    pub(crate) decorators: &'p [Decorator<'a>],
    pub(crate) class: Option<ClassId>,
    pub(crate) name: Hint<'p>,
    /// The name by which a function expression may call itself.
    pub(crate) own_name: Option<(&'a str, Span)>,
    pub(crate) is_async: bool,
    pub(crate) is_generator: bool,
    pub(crate) span: Span,
}

/// What a function does.
pub(crate) enum Body<'p, 'a> {
    Block(&'p [Statement<'a>]),
    Arrow(&'p ArrowFunctionBody<'a>),
}

impl<'a> Lowering<'a> {
    /// A function, method or function expression. Without a body it is a signature only: none.
    pub(crate) fn function_of(
        &mut self,
        function: &oxc_ast::ast::Function<'a>,
        hint: Hint<'_>,
        decorators: &[Decorator<'a>],
        class: Option<ClassId>,
    ) -> Option<FunctionId> {
        let body = function.body.as_ref()?;
        if function.declare {
            return None;
        }
        let own = function.id.as_ref().map(|id| (id.name.as_str(), span(id.span)));
        let own_name = if function.is_expression() { own } else { None };
        Some(self.define(&Definition {
            params: &function.params,
            body: Body::Block(&body.statements),
            returns: function.return_type.as_deref(),
            decorators,
            class,
            name: own.or(hint),
            own_name,
            is_async: function.r#async,
            is_generator: function.generator,
            span: span(function.span),
        }))
    }

    pub(crate) fn arrow(
        &mut self,
        arrow: &ArrowFunctionExpression<'a>,
        hint: Hint<'_>,
    ) -> FunctionId {
        self.define(&Definition {
            params: &arrow.params,
            body: Body::Arrow(&arrow.body),
            returns: arrow.return_type.as_deref(),
            decorators: &[],
            class: None,
            name: hint,
            own_name: None,
            is_async: arrow.r#async,
            is_generator: false,
            span: span(arrow.span),
        })
    }

    fn define(&mut self, definition: &Definition<'_, 'a>) -> FunctionId {
        let parent = self.function;
        let id = self.module.add_function(Function::default());
        let decorators = self.decorators(definition.decorators);
        let returns = definition.returns.and_then(|of| self.annotation(of));
        let mark = self.scopes.enter_function();
        if let Some((own, _)) = definition.own_name {
            self.scopes.declare_in_function(own);
        }
        let before = self.begin(id);
        let (params, fields) = self.params(definition.params);
        let mut body = match definition.body {
            Body::Block(statements) => {
                self.declare_vars(statements);
                self.outermost(statements)
            }
            Body::Arrow(ArrowFunctionBody::FunctionBody(block)) => {
                self.declare_vars(&block.statements);
                self.outermost(&block.statements)
            }
            Body::Arrow(body) => {
                let value = body.as_expression().map(|value| self.expr(value));
                vec![Stmt::new(StmtKind::Return(value), span_of(body))]
            }
        };
        self.end(before);
        let mut first = Vec::new();
        if let Some((own, at)) = definition.own_name
            && self.scopes.is_first_used(mark, own)
        {
            let itself = Expr::new(ExprKind::Function(id), at);
            first.push(assign(Target::name(own, at), itself, at));
        }
        let outer = self.scopes.leave_function(mark);
        if !outer.is_empty() {
            first.push(Stmt::new(StmtKind::Nonlocal(outer), definition.span));
        }
        first.extend(fields);
        if !first.is_empty() {
            first.append(&mut body);
            body = first;
        }
        let (name, name_span) = definition
            .name
            .unwrap_or(("", Span { start: definition.span.start, end: definition.span.start }));
        let function = Function {
            name: name.into(),
            params,
            body,
            decorators,
            parent: Some(parent),
            class: definition.class,
            returns,
            is_async: definition.is_async,
            is_generator: definition.is_generator,
            is_arrow: matches!(definition.body, Body::Arrow(_)),
            span: definition.span,
            name_span,
            slots: Vec::new(),
        };
        if let Some(slot) = self.module.functions.get_mut(id.0 as usize) {
            *slot = function;
        }
        id
    }

    /// Parameters, and assignments of those that are fields, too (`constructor(private db: Db)`).
    fn params(&mut self, params: &FormalParameters<'a>) -> (Vec<Param>, Vec<Stmt>) {
        for param in &params.items {
            self.declare_pattern(&param.pattern, true);
        }
        if let Some(rest) = &params.rest {
            self.declare_pattern(&rest.rest.argument, true);
        }
        let mut fields = Vec::new();
        let mut lowered = Vec::with_capacity(params.items.len());
        for param in &params.items {
            let decorators = self.decorators(&param.decorators);
            let target = self.pattern(&param.pattern);
            let is_field = param.accessibility.is_some() || param.readonly || param.r#override;
            if is_field && let BindingPattern::BindingIdentifier(id) = &param.pattern {
                let at = span(id.span);
                let base = Box::new(Expr::new(ExprKind::This, at));
                let field = Target::Attribute { base, name: id.name.as_str().into(), span: at };
                let value = Expr::name(self.scopes.name(id.name.as_str()).0, at);
                fields.push(assign(field, value, at));
            }
            lowered.push(Param {
                target,
                kind: ParamKind::Positional,
                default: param.initializer.as_ref().map(|value| self.expr(value)),
                annotation: param.type_annotation.as_ref().and_then(|of| self.annotation(of)),
                decorators,
            });
        }
        if let Some(rest) = &params.rest {
            lowered.push(Param {
                target: self.pattern(&rest.rest.argument),
                kind: ParamKind::Rest,
                default: None,
                annotation: rest.type_annotation.as_ref().and_then(|of| self.annotation(of)),
                decorators: self.decorators(&rest.decorators),
            });
        }
        (lowered, fields)
    }

    pub(crate) fn decorators(&mut self, decorators: &[Decorator<'a>]) -> Vec<Expr> {
        decorators.iter().map(|decorator| self.expr(&decorator.expression)).collect()
    }

    /// The body of a static block: an arrow function that is called where it stands.
    pub(crate) fn static_block(&mut self, body: &[Statement<'a>], at: Span) -> Expr {
        let parent = self.function;
        let id = self.module.add_function(Function::default());
        let mark = self.scopes.enter_function();
        let before = self.begin(id);
        self.declare_vars(body);
        let mut body = self.outermost(body);
        self.end(before);
        let outer = self.scopes.leave_function(mark);
        if !outer.is_empty() {
            body.insert(0, Stmt::new(StmtKind::Nonlocal(outer), at));
        }
        if let Some(slot) = self.module.functions.get_mut(id.0 as usize) {
            *slot = Function {
                body,
                parent: Some(parent),
                is_arrow: true,
                span: at,
                name_span: Span { start: at.start, end: at.start },
                ..Function::default()
            };
        }
        Expr::call(Expr::new(ExprKind::Function(id), at), Vec::new(), at)
    }
}
