//! Declared types, without the types in their brackets.

use code_ir::{Constant, Expr, ExprKind};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use crate::lowering::{Lowering, span_of};

/// Types that say something about another type, which is their first argument.
const WRAPPERS: [&str; 9] = [
    "Annotated",
    "ClassVar",
    "Final",
    "InitVar",
    "Mapped",
    "NotRequired",
    "Optional",
    "ReadOnly",
    "Required",
];

impl Lowering<'_> {
    /// The type that an annotation names; none when it names no single one.
    ///
    /// `Dict[str, X]` is `Dict`; `Optional[X]`, `Annotated[X, …]` and `X | None` are `X`; a union of
    /// several types is the name `Union`, so that nobody takes one of them for all.
    pub(crate) fn annotation(&mut self, annotation: &ast::Expr) -> Option<Expr> {
        let span = span_of(annotation.range());
        self.deeper(1, span, |lowering| lowering.annotation_inside(annotation)).flatten()
    }

    /// The whole of an annotation that says more than a name.
    pub(crate) fn whole_annotation(&mut self, annotation: &ast::Expr) -> Option<Expr> {
        let is_name = matches!(annotation, ast::Expr::Name(_) | ast::Expr::Attribute(_));
        (!is_name).then(|| self.expr(annotation))
    }

    fn annotation_inside(&mut self, annotation: &ast::Expr) -> Option<Expr> {
        let span = span_of(annotation.range());
        match annotation {
            ast::Expr::Name(_) | ast::Expr::Attribute(_) => Some(self.expr(annotation)),
            ast::Expr::NoneLiteral(_) => Some(Expr::new(ExprKind::Constant(Constant::None), span)),
            ast::Expr::StringLiteral(literal) => dotted_name(literal.value.to_str(), span),
            ast::Expr::Subscript(subscript) => {
                let word = last_word(&subscript.value).unwrap_or_default();
                if word == "Union" {
                    return match subscript.slice.as_ref() {
                        ast::Expr::Tuple(tuple) => self.union(tuple.elts.iter(), span),
                        only => self.annotation(only),
                    };
                }
                if WRAPPERS.contains(&word) {
                    let inner = match subscript.slice.as_ref() {
                        ast::Expr::Tuple(tuple) => tuple.elts.first()?,
                        only => only,
                    };
                    return self.annotation(inner);
                }
                self.annotation(&subscript.value)
            }
            ast::Expr::BinOp(first) if first.op == ast::Operator::BitOr => {
                let mut members = vec![first.right.as_ref()];
                let mut left = first.left.as_ref();
                while let ast::Expr::BinOp(inner) = left
                    && inner.op == ast::Operator::BitOr
                {
                    members.push(&inner.right);
                    left = &inner.left;
                }
                members.push(left);
                self.union(members.into_iter().rev(), span)
            }
            _ => None,
        }
    }

    fn union<'e>(
        &mut self,
        members: impl Iterator<Item = &'e ast::Expr>,
        span: code_ir::Span,
    ) -> Option<Expr> {
        let mut members = members.filter(|member| !member.is_none_literal_expr());
        let first = members.next()?;
        match members.next() {
            Some(_) => Some(Expr::name("Union", span)),
            None => self.annotation(first),
        }
    }
}

fn last_word(expr: &ast::Expr) -> Option<&str> {
    match expr {
        ast::Expr::Name(name) => Some(name.id.as_str()),
        ast::Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// `"a.b"` as the expression that it says; none when it says more than a name.
fn dotted_name(text: &str, span: code_ir::Span) -> Option<Expr> {
    // Nobody's packages are deeper, and the tree must not be either.
    const MAX_PARTS: usize = 20;
    let is_name = |part: &str| {
        part.chars().all(|c| c.is_alphanumeric() || c == '_')
            && part.chars().next().is_some_and(|c| !c.is_numeric())
    };
    let text = text.trim();
    if text.split('.').count() > MAX_PARTS || !text.split('.').all(is_name) {
        return None;
    }
    let mut parts = text.split('.');
    let root = Expr::name(parts.next()?, span);
    Some(parts.fold(root, |base, part| Expr::attribute(base, part, span)))
}
