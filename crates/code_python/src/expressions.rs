//! Expressions.

use code_ir::{
    Argument, Clause, Comprehension, ComprehensionKind, Constant, Element, Entry, Expr, ExprKind,
    Spread, Target,
};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use crate::{
    lowering::{Lowering, span_of, text_of, unknown},
    operators, strings,
};

impl Lowering<'_> {
    /// Lowers an expression; what stands too deep is unknown.
    pub(crate) fn expr(&mut self, expr: &ast::Expr) -> Expr {
        let span = span_of(expr.range());
        let kind = self.deeper(1, span, |lowering| lowering.expr_kind(expr));
        Expr::new(kind.unwrap_or_default(), span)
    }

    pub(crate) fn boxed(&mut self, expr: &ast::Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    pub(crate) fn exprs(&mut self, exprs: &[ast::Expr]) -> Vec<Expr> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    pub(crate) fn option(&mut self, expr: Option<&ast::Expr>) -> Option<Expr> {
        expr.map(|expr| self.expr(expr))
    }

    fn expr_kind(&mut self, expr: &ast::Expr) -> ExprKind {
        match expr {
            ast::Expr::Name(name) if name.id.is_empty() => ExprKind::Unknown,
            ast::Expr::Name(name) => ExprKind::Name(code_ir::Name::new(name.id.as_str())),
            ast::Expr::Attribute(attribute) => self.attribute(attribute),
            ast::Expr::Call(call) => self.call(call),
            ast::Expr::Subscript(subscript) => self.subscript(subscript),
            ast::Expr::StringLiteral(literal) => strings::text(literal),
            ast::Expr::BytesLiteral(literal) => strings::bytes(literal),
            ast::Expr::NumberLiteral(literal) => operators::number(&literal.value),
            ast::Expr::BooleanLiteral(literal) => ExprKind::Constant(Constant::Bool(literal.value)),
            ast::Expr::NoneLiteral(_) => ExprKind::Constant(Constant::None),
            ast::Expr::EllipsisLiteral(_) => ExprKind::Constant(Constant::Ellipsis),
            ast::Expr::FString(string) => self.f_string(string),
            ast::Expr::TString(string) => self.t_string(string),
            ast::Expr::BinOp(binary) => self.binary(binary),
            ast::Expr::BoolOp(logic) => self.logic(logic),
            ast::Expr::Compare(compare) => self.compare(compare),
            ast::Expr::UnaryOp(unary) => self.unary(unary),
            ast::Expr::If(conditional) => ExprKind::Conditional {
                test: self.boxed(&conditional.test),
                then: self.boxed(&conditional.body),
                otherwise: self.boxed(&conditional.orelse),
            },
            ast::Expr::Named(named) => ExprKind::Assign {
                value: self.boxed(&named.value),
                target: Box::new(self.target(&named.target)),
            },
            ast::Expr::Lambda(lambda) => ExprKind::Function(self.lambda(lambda)),
            ast::Expr::Await(awaited) => ExprKind::Await(self.boxed(&awaited.value)),
            ast::Expr::Yield(_) | ast::Expr::YieldFrom(_) => self.yields(expr),
            ast::Expr::List(list) => self.list(&list.elts),
            ast::Expr::Tuple(tuple) => self.list(&tuple.elts),
            ast::Expr::Set(set) => self.list(&set.elts),
            ast::Expr::Dict(dict) => self.dict(dict),
            ast::Expr::ListComp(comp) => self.comprehension(&comp.elt, None, &comp.generators),
            ast::Expr::SetComp(comp) => self.comprehension(&comp.elt, None, &comp.generators),
            ast::Expr::Generator(comp) => self.comprehension(&comp.elt, None, &comp.generators),
            ast::Expr::DictComp(comp) => match &comp.key {
                Some(key) => self.comprehension(key, Some(&comp.value), &comp.generators),
                // `{**entries for entries in all}`: the entries of each, put together.
                None => self.comprehension(&comp.value, None, &comp.generators),
            },
            ast::Expr::Starred(starred) => self.expr(&starred.value).kind,
            // A slice outside of brackets, or among others inside: `a[1:2, ::3]`.
            ast::Expr::Slice(_) | ast::Expr::IpyEscapeCommand(_) => ExprKind::Unknown,
        }
    }

    fn attribute(&mut self, attribute: &ast::ExprAttribute) -> ExprKind {
        if attribute.attr.as_str().is_empty() {
            // `event.` in a file that is being written.
            return self.expr(&attribute.value).kind;
        }
        ExprKind::Attribute { base: self.boxed(&attribute.value), name: text_of(&attribute.attr) }
    }

    fn call(&mut self, call: &ast::ExprCall) -> ExprKind {
        let callee = self.boxed(&call.func);
        let arguments = self.arguments(&call.arguments);
        ExprKind::Call { callee, arguments, is_new: false }
    }

    fn arguments(&mut self, arguments: &ast::Arguments) -> Vec<Argument> {
        let mut lowered = Vec::with_capacity(arguments.len());
        for argument in &arguments.args {
            lowered.push(match argument {
                ast::Expr::Starred(starred) => Argument {
                    name: None,
                    spread: Spread::Sequence,
                    value: self.expr(&starred.value),
                },
                _ => Argument::positional(self.expr(argument)),
            });
        }
        lowered.extend(arguments.keywords.iter().map(|keyword| self.keyword(keyword)));
        lowered
    }

    pub(crate) fn keyword(&mut self, keyword: &ast::Keyword) -> Argument {
        let value = self.expr(&keyword.value);
        match &keyword.arg {
            Some(name) => Argument::named(text_of(name), value),
            None => Argument { name: None, spread: Spread::Mapping, value },
        }
    }

    fn subscript(&mut self, subscript: &ast::ExprSubscript) -> ExprKind {
        let base = self.boxed(&subscript.value);
        match subscript.slice.as_ref() {
            ast::Expr::Slice(slice) => ExprKind::Slice {
                base,
                lower: slice.lower.as_deref().map(|bound| self.boxed(bound)),
                upper: slice.upper.as_deref().map(|bound| self.boxed(bound)),
            },
            index => ExprKind::Index { base, index: self.boxed(index) },
        }
    }

    fn yields(&mut self, expr: &ast::Expr) -> ExprKind {
        self.mark_generator();
        match expr {
            ast::Expr::Yield(ast::ExprYield { value, .. }) => {
                ExprKind::Yield(value.as_deref().map(|value| self.boxed(value)))
            }
            // Each member of the other generator is yielded, not the generator.
            ast::Expr::YieldFrom(from) => {
                let base = self.boxed(&from.value);
                let span = base.span;
                let index = Box::new(unknown(span));
                ExprKind::Yield(Some(Box::new(Expr::new(ExprKind::Index { base, index }, span))))
            }
            _ => ExprKind::Unknown,
        }
    }

    fn list(&mut self, members: &[ast::Expr]) -> ExprKind {
        let mut elements = Vec::with_capacity(members.len());
        for member in members {
            elements.push(match member {
                ast::Expr::Starred(starred) => Element::Spread(self.expr(&starred.value)),
                _ => Element::One(self.expr(member)),
            });
        }
        ExprKind::List(elements)
    }

    fn dict(&mut self, dict: &ast::ExprDict) -> ExprKind {
        let mut entries = Vec::with_capacity(dict.items.len());
        for item in &dict.items {
            entries.push(match &item.key {
                Some(key) => Entry::Pair(self.expr(key), self.expr(&item.value)),
                None => Entry::Spread(self.expr(&item.value)),
            });
        }
        ExprKind::Dict(entries)
    }

    fn comprehension(
        &mut self,
        element: &ast::Expr,
        value: Option<&ast::Expr>,
        generators: &[ast::Comprehension],
    ) -> ExprKind {
        let mut clauses = Vec::with_capacity(generators.len());
        for generator in generators {
            let iterable = self.expr(&generator.iter);
            let target: Target = self.target(&generator.target);
            let conditions = self.exprs(&generator.ifs);
            clauses.push(Clause { target, iterable, conditions });
        }
        let kind = match value {
            Some(_) => ComprehensionKind::Dict,
            None => ComprehensionKind::List,
        };
        let element = self.expr(element);
        let value = self.option(value);
        ExprKind::Comprehension(Box::new(Comprehension { kind, element, value, clauses }))
    }
}
