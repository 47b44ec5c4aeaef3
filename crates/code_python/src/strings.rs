//! Texts, bytes, and texts with values in them.

use code_ir::{Constant, Expr, ExprKind, Part, SmolStr};
use ruff_python_ast::{
    ConversionFlag, ExprBytesLiteral, ExprFString, ExprStringLiteral, ExprTString, FStringPart,
    InterpolatedElement, InterpolatedStringElement, InterpolatedStringElements,
    InterpolatedStringFormatSpec,
};

use crate::lowering::{Lowering, span_of};

/// A text; parts written one after the other are one.
pub(crate) fn text(literal: &ExprStringLiteral) -> ExprKind {
    ExprKind::Constant(Constant::Text(SmolStr::new(literal.value.to_str())))
}

/// Bytes, each one character.
pub(crate) fn bytes(literal: &ExprBytesLiteral) -> ExprKind {
    let text: String = literal.value.bytes().map(char::from).collect();
    ExprKind::Constant(Constant::Bytes(SmolStr::new(text)))
}

impl Lowering<'_> {
    pub(crate) fn f_string(&mut self, string: &ExprFString) -> ExprKind {
        let mut parts = Parts::default();
        for part in &string.value {
            match part {
                FStringPart::Literal(literal) => parts.text(&literal.value),
                FStringPart::FString(inner) => self.elements(&inner.elements, &mut parts),
            }
        }
        parts.finish()
    }

    /// A template string keeps its values apart until somebody joins them; here it is joined.
    pub(crate) fn t_string(&mut self, string: &ExprTString) -> ExprKind {
        let mut parts = Parts::default();
        for part in &string.value {
            self.elements(&part.elements, &mut parts);
        }
        parts.finish()
    }

    fn elements(&mut self, elements: &InterpolatedStringElements, parts: &mut Parts) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => parts.text(&literal.value),
                InterpolatedStringElement::Interpolation(value) => self.interpolation(value, parts),
            }
        }
    }

    fn interpolation(&mut self, value: &InterpolatedElement, parts: &mut Parts) {
        if let Some(debug) = &value.debug_text {
            parts.text(debug.as_str());
        }
        let expr = self.expr(&value.expression);
        let function = match value.conversion {
            ConversionFlag::Repr => Some("repr"),
            ConversionFlag::Ascii => Some("ascii"),
            // `{value=}` shows the value as the interpreter would.
            ConversionFlag::None if value.debug_text.is_some() && value.format_spec.is_none() => {
                Some("repr")
            }
            // A format for numbers refuses texts.
            ConversionFlag::None => value.format_spec.as_deref().and_then(number_of_format),
            ConversionFlag::Str => None,
        };
        parts.value(match function {
            Some(function) => {
                let span = expr.span;
                Expr::call(Expr::name(function, span), vec![expr], span)
            }
            None => expr,
        });
        // The text of a format (`>10`) is an instruction and does not come out; a value in it does as
        // well as not (it may be the fill).
        let Some(format) = &value.format_spec else { return };
        for element in &format.elements {
            if let InterpolatedStringElement::Interpolation(inner) = element {
                let span = span_of(inner.range);
                let _ = self.deeper(1, span, |lowering| lowering.interpolation(inner, parts));
            }
        }
    }
}

/// The type that a value has which a format takes: `:d`, `:08.2f`.
fn number_of_format(format: &InterpolatedStringFormatSpec) -> Option<&'static str> {
    let InterpolatedStringElement::Literal(last) = format.elements.last()? else { return None };
    match last.value.chars().last()? {
        'd' | 'b' | 'o' | 'x' | 'X' | 'n' => Some("int"),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => Some("float"),
        _ => None,
    }
}

/// Pieces of a text; neighbours that are plain become one.
#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    text: String,
}

impl Parts {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn value(&mut self, value: Expr) {
        self.flush();
        self.done.push(Part::Value(value));
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Part::Text(SmolStr::new(&self.text)));
            self.text.clear();
        }
    }

    /// A constant when nothing is put in.
    fn finish(mut self) -> ExprKind {
        if self.done.is_empty() {
            return ExprKind::Constant(Constant::Text(SmolStr::new(&self.text)));
        }
        self.flush();
        ExprKind::Interpolation(self.done)
    }
}
