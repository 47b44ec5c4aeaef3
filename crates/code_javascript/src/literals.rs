//! Constants, templates, arrays and objects.

use code_ir::{Constant, Element, Entry, Expr, ExprKind, Part};
use oxc_ast::ast::{
    ArrayExpression, ArrayExpressionElement, ObjectExpression, ObjectProperty, ObjectPropertyKind,
    PropertyKind, RegExpLiteral, TemplateLiteral,
};

use crate::lower::{Lowering, span};

/// Integers up to here are exact as floating-point numbers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number: an integer where it is one.
pub(crate) fn number(value: f64) -> Constant {
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, so it fits")]
        let whole = value as i64;
        return Constant::Int(whole);
    }
    Constant::Float(value)
}

/// A regular expression.
pub(crate) fn regex(literal: &RegExpLiteral<'_>) -> ExprKind {
    ExprKind::Constant(Constant::Regex {
        pattern: literal.regex.pattern.text.as_str().into(),
        flags: literal.regex.flags.to_inline_string().as_str().into(),
    })
}

impl<'a> Lowering<'a> {
    /// A template literal without a tag: a text when nothing is put in.
    pub(crate) fn template(&mut self, template: &TemplateLiteral<'a>) -> ExprKind {
        let mut parts = self.parts(template);
        match (parts.len(), parts.pop()) {
            (0, _) => ExprKind::Constant(Constant::Text(code_ir::SmolStr::default())),
            (1, Some(Part::Text(text))) => ExprKind::Constant(Constant::Text(text)),
            (_, last) => {
                parts.extend(last);
                ExprKind::Interpolation(parts)
            }
        }
    }

    pub(crate) fn parts(&mut self, template: &TemplateLiteral<'a>) -> Vec<Part> {
        let mut parts = Vec::with_capacity(template.quasis.len() * 2);
        let mut values = template.expressions.iter();
        for piece in &template.quasis {
            let text = piece.value.cooked.unwrap_or(piece.value.raw);
            if !text.is_empty() {
                parts.push(Part::Text(text.as_str().into()));
            }
            if let Some(value) = values.next() {
                parts.push(Part::Value(self.expr(value)));
            }
        }
        parts
    }

    pub(crate) fn array(&mut self, array: &ArrayExpression<'a>) -> ExprKind {
        let mut elements = Vec::with_capacity(array.elements.len());
        for element in &array.elements {
            elements.push(match element {
                ArrayExpressionElement::SpreadElement(spread) => {
                    Element::Spread(self.expr(&spread.argument))
                }
                ArrayExpressionElement::Elision(hole) => {
                    let nothing = ExprKind::Constant(Constant::None);
                    Element::One(Expr::new(nothing, span(hole.span)))
                }
                _ => match element.as_expression() {
                    Some(expr) => Element::One(self.expr(expr)),
                    None => continue,
                },
            });
        }
        ExprKind::List(elements)
    }

    pub(crate) fn object(&mut self, object: &ObjectExpression<'a>) -> ExprKind {
        let mut entries = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            entries.push(match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    Entry::Spread(self.expr(&spread.argument))
                }
                ObjectPropertyKind::ObjectProperty(property) => self.entry(property),
            });
        }
        ExprKind::Dict(entries)
    }

    fn entry(&mut self, property: &ObjectProperty<'a>) -> Entry {
        let mut key = self.key(&property.key);
        let hint = key.as_text().cloned();
        let at = key.span;
        let value = self.named_expr(&property.value, hint.as_deref().map(|name| (name, at)));
        if property.kind == PropertyKind::Set
            && let Some(name) = hint
        {
            key = Expr::text(format!("set {name}"), at);
        }
        Entry::Pair(key, value)
    }
}
