//! JSX: elements as calls.

use code_ir::{Constant, Element, Entry, Expr, ExprKind, SmolStr, Span};
use oxc_ast::ast::{
    JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElement, JSXElementName,
    JSXExpressionContainer, JSXFragment, JSXMemberExpression, JSXMemberExpressionObject,
};

use crate::lower::{Lowering, span};

impl<'a> Lowering<'a> {
    pub(crate) fn element(&mut self, element: &JSXElement<'a>) -> Expr {
        let at = span(element.span);
        let mut entries = Vec::with_capacity(element.opening_element.attributes.len());
        for attribute in &element.opening_element.attributes {
            entries.push(match attribute {
                JSXAttributeItem::SpreadAttribute(spread) => {
                    Entry::Spread(self.expr(&spread.argument))
                }
                JSXAttributeItem::Attribute(attribute) => {
                    let here = span(attribute.span);
                    let key = match &attribute.name {
                        JSXAttributeName::Identifier(name) => SmolStr::new(name.name.as_str()),
                        JSXAttributeName::NamespacedName(name) => {
                            format!("{}:{}", name.namespace.name, name.name.name).into()
                        }
                    };
                    let value = self.attribute_value(attribute.value.as_ref(), here);
                    Entry::Pair(Expr::text(key, here), value)
                }
            });
        }
        let children = self.children(&element.children);
        entries.extend(children_entry(children, at));
        let properties = Expr::new(ExprKind::Dict(entries), at);
        match &element.opening_element.name {
            JSXElementName::Identifier(name) => {
                intrinsic(name.name.as_str(), span(name.span), properties, at)
            }
            JSXElementName::NamespacedName(name) => {
                let text = format!("{}:{}", name.namespace.name, name.name.name);
                intrinsic(text, span(name.span), properties, at)
            }
            JSXElementName::IdentifierReference(id) => {
                Expr::call(self.reference(id), vec![properties], at)
            }
            JSXElementName::MemberExpression(member) => {
                Expr::call(self.component(member), vec![properties], at)
            }
            JSXElementName::ThisExpression(this) => {
                let this = Expr::new(ExprKind::This, span(this.span));
                Expr::call(this, vec![properties], at)
            }
        }
    }

    pub(crate) fn fragment(&mut self, fragment: &JSXFragment<'a>) -> Expr {
        let at = span(fragment.span);
        let children = self.children(&fragment.children);
        let entries = children_entry(children, at).into_iter().collect();
        intrinsic("", at, Expr::new(ExprKind::Dict(entries), at), at)
    }

    fn attribute_value(&mut self, value: Option<&JSXAttributeValue<'a>>, at: Span) -> Expr {
        match value {
            None => Expr::new(ExprKind::Constant(Constant::Bool(true)), at),
            Some(JSXAttributeValue::StringLiteral(text)) => {
                Expr::text(text.value.as_str(), span(text.span))
            }
            Some(JSXAttributeValue::ExpressionContainer(container)) => {
                let value = self.container(container);
                value.unwrap_or(Expr::new(ExprKind::Unknown, at))
            }
            Some(JSXAttributeValue::Element(element)) => self.nested(at, |it| it.element(element)),
            Some(JSXAttributeValue::Fragment(inner)) => self.nested(at, |it| it.fragment(inner)),
        }
    }

    fn children(&mut self, children: &[JSXChild<'a>]) -> Vec<Element> {
        let mut lowered = Vec::new();
        for child in children {
            lowered.push(match child {
                JSXChild::Text(text) => {
                    let written = text.value.as_str().trim();
                    if written.is_empty() {
                        continue;
                    }
                    Element::One(Expr::text(written, span(text.span)))
                }
                JSXChild::Element(element) => {
                    let at = span(element.span);
                    Element::One(self.nested(at, |it| it.element(element)))
                }
                JSXChild::Fragment(fragment) => {
                    let at = span(fragment.span);
                    Element::One(self.nested(at, |it| it.fragment(fragment)))
                }
                JSXChild::ExpressionContainer(container) => match self.container(container) {
                    Some(value) => Element::One(value),
                    None => continue,
                },
                JSXChild::Spread(spread) => Element::Spread(self.expr(&spread.expression)),
            });
        }
        lowered
    }

    fn container(&mut self, container: &JSXExpressionContainer<'a>) -> Option<Expr> {
        container.expression.as_expression().map(|expr| self.expr(expr))
    }

    /// `A.B.C`.
    fn component(&mut self, member: &JSXMemberExpression<'a>) -> Expr {
        let at = span(member.span);
        let base = match &member.object {
            JSXMemberExpressionObject::IdentifierReference(id) => self.reference(id),
            JSXMemberExpressionObject::MemberExpression(inner) => {
                self.nested(at, |it| it.component(inner))
            }
            JSXMemberExpressionObject::ThisExpression(this) => {
                Expr::new(ExprKind::This, span(this.span))
            }
        };
        Expr::attribute(base, member.property.name.as_str(), at)
    }

    /// Lowers one level deeper.
    fn nested(&mut self, at: Span, lower: impl FnOnce(&mut Self) -> Expr) -> Expr {
        if !self.descend(at) {
            return Expr::new(ExprKind::Unknown, at);
        }
        let lowered = lower(self);
        self.rise();
        lowered
    }
}

/// `jsx("div", {…})`.
fn intrinsic(tag: impl Into<SmolStr>, tag_at: Span, properties: Expr, at: Span) -> Expr {
    let callee = Expr::name("jsx", Span { start: at.start, end: at.start });
    Expr::call(callee, vec![Expr::text(tag, tag_at), properties], at)
}

fn children_entry(children: Vec<Element>, at: Span) -> Option<Entry> {
    if children.is_empty() {
        return None;
    }
    let children = Expr::new(ExprKind::List(children), at);
    Some(Entry::Pair(Expr::text("children", at), children))
}
