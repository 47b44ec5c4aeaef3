//! Destructuring: names declared by patterns, and patterns as targets.

use code_ir::{Expr, ExprKind, Property, Target};
use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, BindingPattern,
    PropertyKey, SimpleAssignmentTarget,
};

use crate::lower::{Hint, Lowering, span, span_of};

impl<'a> Lowering<'a> {
    /// Declares every name of a pattern, for the function or for the block.
    pub(crate) fn declare_pattern(&mut self, pattern: &BindingPattern<'a>, in_function: bool) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => {
                self.declare_name(id.name.as_str(), in_function);
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    self.declare_pattern(&property.value, in_function);
                }
                if let Some(rest) = &object.rest {
                    self.declare_pattern(&rest.argument, in_function);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for element in array.elements.iter().flatten() {
                    self.declare_pattern(element, in_function);
                }
                if let Some(rest) = &array.rest {
                    self.declare_pattern(&rest.argument, in_function);
                }
            }
            BindingPattern::AssignmentPattern(with_default) => {
                self.declare_pattern(&with_default.left, in_function);
            }
        }
    }

    pub(crate) fn declare_name(&mut self, name: &'a str, in_function: bool) {
        if in_function {
            self.scopes.declare_in_function(name);
        } else {
            self.scopes.declare_in_block(name);
        }
    }

    /// A pattern of a declaration.
    pub(crate) fn pattern(&mut self, pattern: &BindingPattern<'a>) -> Target {
        match pattern {
            BindingPattern::BindingIdentifier(id) => self.binding(id),
            BindingPattern::ObjectPattern(object) => {
                let mut properties = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    let key = self.key(&property.key);
                    properties.push(Property { key, target: self.pattern(&property.value) });
                }
                let rest = object.rest.as_ref();
                let rest = rest.map(|rest| Box::new(self.pattern(&rest.argument)));
                Target::Object { properties, rest }
            }
            BindingPattern::ArrayPattern(array) => {
                let mut targets = Vec::with_capacity(array.elements.len());
                for element in &array.elements {
                    let element = element.as_ref();
                    targets.push(element.map_or(Target::Ignore, |element| self.pattern(element)));
                }
                if let Some(rest) = &array.rest {
                    targets.push(Target::Rest(Box::new(self.pattern(&rest.argument))));
                }
                Target::Sequence(targets)
            }
            BindingPattern::AssignmentPattern(with_default) => {
                let target = self.pattern(&with_default.left);
                let default = self.named_expr(&with_default.right, hint_of(&target));
                Target::Default(Box::new(target), Box::new(default))
            }
        }
    }

    /// The left side of an assignment.
    pub(crate) fn target(&mut self, target: &AssignmentTarget<'a>) -> Target {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                let mut targets = Vec::with_capacity(array.elements.len());
                for element in &array.elements {
                    let element = element.as_ref();
                    targets.push(element.map_or(Target::Ignore, |element| self.member(element)));
                }
                if let Some(rest) = &array.rest {
                    targets.push(Target::Rest(Box::new(self.target(&rest.target))));
                }
                Target::Sequence(targets)
            }
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                let mut properties = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    properties.push(self.property(property));
                }
                let rest = object.rest.as_ref();
                let rest = rest.map(|rest| Box::new(self.target(&rest.target)));
                Target::Object { properties, rest }
            }
            _ => match target.as_simple_assignment_target() {
                Some(simple) => self.simple_target(simple),
                None => Target::Ignore,
            },
        }
    }

    fn member(&mut self, element: &AssignmentTargetMaybeDefault<'a>) -> Target {
        if let AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(with_default) = element {
            let target = self.target(&with_default.binding);
            let default = self.named_expr(&with_default.init, hint_of(&target));
            return Target::Default(Box::new(target), Box::new(default));
        }
        element.as_assignment_target().map_or(Target::Ignore, |target| self.target(target))
    }

    fn property(&mut self, property: &AssignmentTargetProperty<'a>) -> Property {
        match property {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(shorthand) => {
                let at = span(shorthand.binding.span);
                let written = shorthand.binding.name.as_str();
                let name = self.scopes.assigned(written);
                let mut target = Target::name(name, at);
                if let Some(default) = &shorthand.init {
                    let default = self.named_expr(default, Some((written, at)));
                    target = Target::Default(Box::new(target), Box::new(default));
                }
                Property { key: Expr::text(written, at), target }
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(pair) => {
                let key = self.key(&pair.name);
                Property { key, target: self.member(&pair.binding) }
            }
        }
    }

    pub(crate) fn simple_target(&mut self, target: &SimpleAssignmentTarget<'a>) -> Target {
        let at = span_of(target);
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => {
                Target::name(self.scopes.assigned(id.name.as_str()), at)
            }
            SimpleAssignmentTarget::StaticMemberExpression(member) => Target::Attribute {
                base: Box::new(self.expr(&member.object)),
                name: member.property.name.as_str().into(),
                span: at,
            },
            SimpleAssignmentTarget::PrivateFieldExpression(member) => Target::Attribute {
                base: Box::new(self.expr(&member.object)),
                name: private(member.field.name.as_str()),
                span: at,
            },
            SimpleAssignmentTarget::ComputedMemberExpression(member) => Target::Index {
                base: Box::new(self.expr(&member.object)),
                index: Box::new(self.expr(&member.expression)),
                span: at,
            },
            SimpleAssignmentTarget::TSAsExpression(inner) => self.expr_target(&inner.expression),
            SimpleAssignmentTarget::TSSatisfiesExpression(inner) => {
                self.expr_target(&inner.expression)
            }
            SimpleAssignmentTarget::TSNonNullExpression(inner) => {
                self.expr_target(&inner.expression)
            }
            SimpleAssignmentTarget::TSTypeAssertion(inner) => self.expr_target(&inner.expression),
        }
    }

    /// An expression that is assigned to: `(x as any) = 1`, `delete x.y`.
    pub(crate) fn expr_target(&mut self, expr: &oxc_ast::ast::Expression<'a>) -> Target {
        let lowered = self.expr(expr);
        target_of(lowered)
    }

    /// A key of an object, pattern or class: a text where it is written as a name.
    pub(crate) fn key(&mut self, key: &PropertyKey<'a>) -> Expr {
        let at = span_of(key);
        match key {
            PropertyKey::StaticIdentifier(name) => Expr::text(name.name.as_str(), at),
            PropertyKey::PrivateIdentifier(name) => Expr::text(private(name.name.as_str()), at),
            PropertyKey::NumericLiteral(number) => {
                let text = number.raw.map_or("", |raw| raw.as_str());
                Expr::text(text, at)
            }
            _ => match key.as_expression() {
                Some(expr) => self.expr(expr),
                None => Expr::new(ExprKind::Unknown, at),
            },
        }
    }
}

/// An expression as a target; what cannot be assigned is ignored.
pub(crate) fn target_of(expr: Expr) -> Target {
    let span = expr.span;
    match expr.kind {
        ExprKind::Name(name) => Target::Name(name, span),
        ExprKind::Attribute { base, name } => Target::Attribute { base, name, span },
        ExprKind::Index { base, index } => Target::Index { base, index, span },
        _ => Target::Ignore,
    }
}

/// A private name as it is kept: with its `#`.
pub(crate) fn private(name: &str) -> code_ir::SmolStr {
    format!("#{name}").into()
}

/// The name that a target gives to an anonymous function.
pub(crate) fn hint_of(target: &Target) -> Hint<'_> {
    match target {
        Target::Name(name, span) => {
            let written = name.text.split('@').next().unwrap_or(&name.text);
            Some((written, *span))
        }
        Target::Attribute { name, span, .. } => Some((name, *span)),
        Target::Index { index, span, .. } => index.as_text().map(|text| (text.as_str(), *span)),
        Target::Default(target, _) => hint_of(target),
        _ => None,
    }
}
