//! Types as dotted names, without their arguments.

use code_ir::{Expr, ExprKind, Span};
use oxc_ast::ast::{
    TSImportTypeQualifier, TSLiteral, TSQualifiedName, TSType, TSTypeAnnotation, TSTypeName,
};

use crate::lower::{Lowering, span, span_of};

impl<'a> Lowering<'a> {
    /// The name of a declared type; none for types that have none.
    pub(crate) fn annotation(&mut self, annotation: &TSTypeAnnotation<'a>) -> Option<Expr> {
        self.type_of(&annotation.type_annotation)
    }

    fn type_of(&mut self, of: &TSType<'a>) -> Option<Expr> {
        let at = span_of(of);
        if !self.descend(at) {
            return None;
        }
        let found = match of {
            TSType::TSTypeReference(reference) => self.type_name(&reference.type_name),
            TSType::TSUnionType(union) => {
                let mut types = union.types.iter().filter(|of| !is_nothing(of));
                types.next().and_then(|first| self.type_of(first))
            }
            TSType::TSIntersectionType(both) => {
                both.types.first().and_then(|first| self.type_of(first))
            }
            TSType::TSParenthesizedType(inner) => self.type_of(&inner.type_annotation),
            TSType::TSTypeOperatorType(inner) => self.type_of(&inner.type_annotation),
            TSType::JSDocNullableType(inner) => self.type_of(&inner.type_annotation),
            TSType::JSDocNonNullableType(inner) => self.type_of(&inner.type_annotation),
            TSType::TSImportType(import) => import.qualifier.as_ref().map(imported_type),
            TSType::TSThisType(_) => Some(Expr::new(ExprKind::This, at)),
            _ => built_in(of).map(|name| Expr::name(name, at)),
        };
        self.rise();
        found
    }

    /// `A.B.C`.
    pub(crate) fn type_name(&mut self, name: &TSTypeName<'a>) -> Option<Expr> {
        match name {
            TSTypeName::IdentifierReference(id) => Some(self.reference(id)),
            TSTypeName::QualifiedName(name) => self.qualified(name),
            TSTypeName::ThisExpression(this) => Some(Expr::new(ExprKind::This, span(this.span))),
        }
    }

    pub(crate) fn qualified(&mut self, name: &TSQualifiedName<'a>) -> Option<Expr> {
        let at = span(name.span);
        if !self.descend(at) {
            return None;
        }
        let left = self.type_name(&name.left);
        self.rise();
        left.map(|left| Expr::attribute(left, name.right.name.as_str(), at))
    }
}

/// The last name of `import('x').A.B`: what it is called elsewhere.
fn imported_type(qualifier: &TSImportTypeQualifier<'_>) -> Expr {
    let name = match qualifier {
        TSImportTypeQualifier::Identifier(name) => name,
        TSImportTypeQualifier::QualifiedName(name) => &name.right,
    };
    let at = Span { start: name.span.start, end: name.span.end };
    Expr::name(name.name.as_str(), at)
}

fn is_nothing(of: &TSType<'_>) -> bool {
    matches!(
        of,
        TSType::TSUndefinedKeyword(_) | TSType::TSNullKeyword(_) | TSType::TSVoidKeyword(_)
    )
}

fn built_in(of: &TSType<'_>) -> Option<&'static str> {
    Some(match of {
        TSType::TSAnyKeyword(_) => "any",
        TSType::TSBigIntKeyword(_) => "bigint",
        TSType::TSBooleanKeyword(_) | TSType::TSTypePredicate(_) => "boolean",
        TSType::TSNeverKeyword(_) => "never",
        TSType::TSNullKeyword(_) => "null",
        TSType::TSNumberKeyword(_) => "number",
        TSType::TSObjectKeyword(_) | TSType::TSTypeLiteral(_) | TSType::TSMappedType(_) => "object",
        TSType::TSStringKeyword(_) | TSType::TSTemplateLiteralType(_) => "string",
        TSType::TSSymbolKeyword(_) => "symbol",
        TSType::TSUndefinedKeyword(_) => "undefined",
        TSType::TSUnknownKeyword(_) => "unknown",
        TSType::TSVoidKeyword(_) => "void",
        TSType::TSArrayType(_) | TSType::TSTupleType(_) => "Array",
        TSType::TSFunctionType(_) | TSType::TSConstructorType(_) => "Function",
        TSType::TSLiteralType(literal) => match &literal.literal {
            TSLiteral::BooleanLiteral(_) => "boolean",
            TSLiteral::BigIntLiteral(_) => "bigint",
            TSLiteral::NumericLiteral(_) | TSLiteral::UnaryExpression(_) => "number",
            TSLiteral::StringLiteral(_) | TSLiteral::TemplateLiteral(_) => "string",
        },
        _ => return None,
    })
}
