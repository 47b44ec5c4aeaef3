//! Functions and lambdas.

use code_ir::{ClassId, Expr, Function, FunctionId, Param, ParamKind, Span, Stmt, StmtKind};
use ruff_python_ast as ast;

use crate::lowering::{Lowering, span_of, target_of, text_of};

impl Lowering<'_> {
    /// Lowers a definition, of a method when there is a class.
    pub(crate) fn function(
        &mut self,
        def: &ast::StmtFunctionDef,
        class: Option<ClassId>,
    ) -> FunctionId {
        // All these are evaluated outside.
        let decorators = self.decorators(&def.decorator_list);
        let returns = def.returns.as_deref().and_then(|returns| self.annotation(returns));
        let id = self.enter();
        let params = self.params(&def.parameters);
        let body = self.block(&def.body);
        let function = Function {
            name: text_of(&def.name),
            params,
            body,
            decorators,
            class,
            returns,
            is_async: def.is_async,
            span: span_of(def.range),
            name_span: span_of(def.name.range),
            ..Function::default()
        };
        self.leave(id, function);
        id
    }

    pub(crate) fn lambda(&mut self, lambda: &ast::ExprLambda) -> FunctionId {
        let span = span_of(lambda.range);
        let id = self.enter();
        let params = lambda.parameters.as_deref().map(|params| self.params(params));
        let value = self.expr(&lambda.body);
        let value_span = value.span;
        let function = Function {
            params: params.unwrap_or_default(),
            body: vec![Stmt::new(StmtKind::Return(Some(value)), value_span)],
            span,
            name_span: Span { start: span.start, end: span.start },
            ..Function::default()
        };
        self.leave(id, function);
        id
    }

    pub(crate) fn decorators(&mut self, decorators: &[ast::Decorator]) -> Vec<Expr> {
        decorators.iter().map(|decorator| self.expr(&decorator.expression)).collect()
    }

    fn params(&mut self, parameters: &ast::Parameters) -> Vec<Param> {
        let mut params = Vec::with_capacity(parameters.len());
        for param in parameters.posonlyargs.iter().chain(&parameters.args) {
            params.push(self.param(param, ParamKind::Positional));
        }
        if let Some(rest) = &parameters.vararg {
            params.push(self.rest_param(rest, ParamKind::Rest));
        }
        for param in &parameters.kwonlyargs {
            params.push(self.param(param, ParamKind::Named));
        }
        if let Some(rest) = &parameters.kwarg {
            params.push(self.rest_param(rest, ParamKind::RestNamed));
        }
        params
    }

    fn param(&mut self, param: &ast::ParameterWithDefault, kind: ParamKind) -> Param {
        let default = self.option(param.default.as_deref());
        Param { default, ..self.rest_param(&param.parameter, kind) }
    }

    fn rest_param(&mut self, param: &ast::Parameter, kind: ParamKind) -> Param {
        let annotation = param.annotation.as_deref().and_then(|a| self.annotation(a));
        let decorators = param.annotation.as_deref().and_then(|a| self.whole_annotation(a));
        let decorators = decorators.into_iter().collect();
        Param { kind, annotation, decorators, ..Param::plain(target_of(&param.name)) }
    }
}

/// The last word of a decorator: `functools.cached_property()` is `cached_property`.
pub(crate) fn decorator_word(decorator: &ast::Decorator) -> Option<&str> {
    let callee = match &decorator.expression {
        ast::Expr::Call(call) => call.func.as_ref(),
        other => other,
    };
    match callee {
        ast::Expr::Name(name) => Some(name.id.as_str()),
        ast::Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}
