//! Expressions.

use code_ir::{
    Argument, BinaryOperator, Constant, Expr, ExprKind, Span, Spread, Target, UnaryOperator,
};
use oxc_ast::ast::{
    self, AssignmentExpression, ChainElement, Expression, UnaryExpression, UpdateExpression,
};
use oxc_syntax::operator as js;

use crate::chains::joined;
use crate::literals;
use crate::lower::{Hint, Lowering, span, span_of};
use crate::operators::{Joint, of_assignment};
use crate::patterns::{hint_of, private};

impl<'a> Lowering<'a> {
    /// An expression.
    pub(crate) fn expr(&mut self, expr: &Expression<'a>) -> Expr {
        self.named_expr(expr, None)
    }

    /// An expression whose value gets a name when it is a function or class without one.
    pub(crate) fn named_expr(&mut self, expr: &Expression<'a>, hint: Hint<'_>) -> Expr {
        let expr = untyped(expr);
        let at = span_of(expr);
        if !self.descend(at) {
            return Expr::new(ExprKind::Unknown, at);
        }
        let lowered = match expr {
            Expression::BinaryExpression(_) | Expression::LogicalExpression(_) => self.chain(expr),
            Expression::Identifier(id) => self.reference(id),
            Expression::PrivateInExpression(inner) => self.private_in(inner),
            Expression::ClassExpression(class) => self.class_expression(class, hint),
            Expression::UpdateExpression(update) => self.update(update, at),
            Expression::JSXElement(element) => self.element(element),
            Expression::JSXFragment(fragment) => self.fragment(fragment),
            Expression::FunctionExpression(function) => {
                let id = self.function_of(function, hint, &[], None);
                Expr::new(id.map_or(ExprKind::Unknown, ExprKind::Function), at)
            }
            Expression::ArrowFunctionExpression(arrow) => {
                let id = self.arrow(arrow, hint);
                Expr::new(ExprKind::Function(id), at)
            }
            _ => Expr::new(self.kind(expr), at),
        };
        self.rise();
        lowered
    }

    fn kind(&mut self, expr: &Expression<'a>) -> ExprKind {
        match expr {
            Expression::BooleanLiteral(literal) => {
                ExprKind::Constant(Constant::Bool(literal.value))
            }
            Expression::NullLiteral(_) => ExprKind::Constant(Constant::None),
            Expression::NumericLiteral(literal) => {
                ExprKind::Constant(literals::number(literal.value))
            }
            Expression::BigIntLiteral(literal) => match literal.value.parse() {
                Ok(value) => ExprKind::Constant(Constant::Int(value)),
                Err(_) => ExprKind::Unknown,
            },
            Expression::RegExpLiteral(literal) => literals::regex(literal),
            Expression::StringLiteral(literal) => {
                ExprKind::Constant(Constant::Text(literal.value.as_str().into()))
            }
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::ThisExpression(_) => ExprKind::This,
            Expression::Super(_) => ExprKind::Name(code_ir::Name::new("super")),
            Expression::ArrayExpression(array) => self.array(array),
            Expression::ObjectExpression(object) => self.object(object),
            Expression::StaticMemberExpression(member) => self.static_member(member),
            Expression::ComputedMemberExpression(member) => self.computed_member(member),
            Expression::PrivateFieldExpression(member) => self.private_member(member),
            Expression::CallExpression(call) => self.call(&call.callee, &call.arguments, false),
            Expression::NewExpression(call) => self.call(&call.callee, &call.arguments, true),
            Expression::ChainExpression(chain) => self.optional_chain(&chain.expression),
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::AwaitExpression(inner) => {
                ExprKind::Await(Box::new(self.expr(&inner.argument)))
            }
            Expression::YieldExpression(inner) => {
                let value = inner.argument.as_ref();
                ExprKind::Yield(value.map(|value| Box::new(self.expr(value))))
            }
            Expression::ConditionalExpression(choice) => ExprKind::Conditional {
                test: Box::new(self.expr(&choice.test)),
                then: Box::new(self.expr(&choice.consequent)),
                otherwise: Box::new(self.expr(&choice.alternate)),
            },
            Expression::ImportExpression(import) => {
                ExprKind::ImportCall(Box::new(self.expr(&import.source)))
            }
            Expression::SequenceExpression(sequence) => {
                let exprs = sequence.expressions.iter();
                ExprKind::Sequence(exprs.map(|expr| self.expr(expr)).collect())
            }
            Expression::TaggedTemplateExpression(tagged) => ExprKind::TaggedTemplate {
                tag: Box::new(self.expr(&tagged.tag)),
                parts: self.parts(&tagged.quasi),
            },
            Expression::UnaryExpression(unary) => self.unary(unary),
            Expression::ImportMeta(meta) => ExprKind::Attribute {
                base: Box::new(Expr::name("import", span(meta.span))),
                name: "meta".into(),
            },
            _ => ExprKind::Unknown,
        }
    }

    fn static_member(&mut self, member: &ast::StaticMemberExpression<'a>) -> ExprKind {
        let base = Box::new(self.expr(&member.object));
        ExprKind::Attribute { base, name: member.property.name.as_str().into() }
    }

    fn computed_member(&mut self, member: &ast::ComputedMemberExpression<'a>) -> ExprKind {
        let base = Box::new(self.expr(&member.object));
        ExprKind::Index { base, index: Box::new(self.expr(&member.expression)) }
    }

    fn private_member(&mut self, member: &ast::PrivateFieldExpression<'a>) -> ExprKind {
        let base = Box::new(self.expr(&member.object));
        ExprKind::Attribute { base, name: private(member.field.name.as_str()) }
    }

    fn call(
        &mut self,
        callee: &Expression<'a>,
        arguments: &[ast::Argument<'a>],
        is_new: bool,
    ) -> ExprKind {
        let callee = Box::new(self.expr(callee));
        let mut lowered = Vec::with_capacity(arguments.len());
        for argument in arguments {
            lowered.push(match argument {
                ast::Argument::SpreadElement(spread) => Argument {
                    name: None,
                    spread: Spread::Sequence,
                    value: self.expr(&spread.argument),
                },
                _ => match argument.as_expression() {
                    Some(expr) => Argument::positional(self.expr(expr)),
                    None => continue,
                },
            });
        }
        ExprKind::Call { callee, arguments: lowered, is_new }
    }

    fn optional_chain(&mut self, chain: &ChainElement<'a>) -> ExprKind {
        match chain {
            ChainElement::CallExpression(call) => self.call(&call.callee, &call.arguments, false),
            ChainElement::TSNonNullExpression(inner) => self.expr(&inner.expression).kind,
            ChainElement::StaticMemberExpression(member) => self.static_member(member),
            ChainElement::ComputedMemberExpression(member) => self.computed_member(member),
            ChainElement::PrivateFieldExpression(member) => self.private_member(member),
        }
    }

    fn assignment(&mut self, assignment: &AssignmentExpression<'a>) -> ExprKind {
        let target = self.target(&assignment.left);
        let value = self.named_expr(&assignment.right, hint_of(&target));
        let value = match of_assignment(assignment.operator) {
            None => value,
            Some(operator) => joined(operator, value_of(&target), value),
        };
        ExprKind::Assign { target: Box::new(target), value: Box::new(value) }
    }

    /// `x++` as a value; that of `++x` stands for both.
    fn update(&mut self, update: &UpdateExpression<'a>, at: Span) -> Expr {
        let target = self.simple_target(&update.argument);
        let one = Expr::new(ExprKind::Constant(Constant::Int(1)), at);
        let value = joined(Joint::Binary(step(update.operator)), value_of(&target), one);
        Expr::new(ExprKind::Assign { target: Box::new(target), value: Box::new(value) }, at)
    }

    fn unary(&mut self, unary: &UnaryExpression<'a>) -> ExprKind {
        let operand = self.expr(&unary.argument);
        let operator = match unary.operator {
            js::UnaryOperator::UnaryPlus => UnaryOperator::Plus,
            js::UnaryOperator::UnaryNegation => UnaryOperator::Minus,
            js::UnaryOperator::LogicalNot => UnaryOperator::Not,
            js::UnaryOperator::BitwiseNot => UnaryOperator::Invert,
            js::UnaryOperator::Typeof => UnaryOperator::TypeOf,
            js::UnaryOperator::Void | js::UnaryOperator::Delete => UnaryOperator::Discard,
        };
        // What minifiers write for `false`, `true` and `undefined`, and numbers with a sign.
        match (unary.operator, &operand.kind) {
            (js::UnaryOperator::LogicalNot, ExprKind::Constant(Constant::Int(value))) => {
                ExprKind::Constant(Constant::Bool(*value == 0))
            }
            (js::UnaryOperator::UnaryNegation, ExprKind::Constant(Constant::Int(value))) => {
                ExprKind::Constant(Constant::Int(-value))
            }
            (js::UnaryOperator::Void, ExprKind::Constant(_)) => ExprKind::Constant(Constant::None),
            _ => ExprKind::Unary { operator, operand: Box::new(operand) },
        }
    }
}

/// What `++` and `--` do.
pub(crate) fn step(operator: js::UpdateOperator) -> BinaryOperator {
    match operator {
        js::UpdateOperator::Increment => BinaryOperator::Add,
        js::UpdateOperator::Decrement => BinaryOperator::Subtract,
    }
}

/// The expression without what only types need; also without parentheses.
pub(crate) fn untyped<'p, 'a>(mut expr: &'p Expression<'a>) -> &'p Expression<'a> {
    loop {
        expr = match expr {
            Expression::TSAsExpression(inner) => &inner.expression,
            Expression::TSSatisfiesExpression(inner) => &inner.expression,
            Expression::TSTypeAssertion(inner) => &inner.expression,
            Expression::TSNonNullExpression(inner) => &inner.expression,
            Expression::TSInstantiationExpression(inner) => &inner.expression,
            Expression::ParenthesizedExpression(inner) => &inner.expression,
            _ => return expr,
        };
    }
}

/// What a target holds before it is assigned. Only of plain paths (`a.b[c]`): copies of assignments in
/// assignments would double with every level.
pub(crate) fn value_of(target: &Target) -> Expr {
    match target {
        Target::Name(name, span) => Expr::new(ExprKind::Name(name.clone()), *span),
        Target::Attribute { base, name, span } if is_path(base) => {
            Expr::new(ExprKind::Attribute { base: base.clone(), name: name.clone() }, *span)
        }
        Target::Index { base, index, span } if is_path(base) && is_path(index) => {
            Expr::new(ExprKind::Index { base: base.clone(), index: index.clone() }, *span)
        }
        Target::Attribute { span, .. } | Target::Index { span, .. } => {
            Expr::new(ExprKind::Unknown, *span)
        }
        _ => Expr::new(ExprKind::Unknown, Span::default()),
    }
}

fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::This | ExprKind::Constant(_) => true,
        ExprKind::Attribute { base, .. } => is_path(base),
        ExprKind::Index { base, index } => is_path(base) && is_path(index),
        _ => false,
    }
}
