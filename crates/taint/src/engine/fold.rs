//! Operators on constants, and truth.

use code_ir::{BinaryOperator, Span};
use taint_models::Kinds;

use super::{Engine, amount::is_sized};
use crate::{
    heap::{List, Object},
    value::{Constant, Shape, Value},
};

/// Texts that are kept exact.
const TEXT: usize = 4096;

impl Engine<'_> {
    /// Whether a value counts as true, when that is known.
    pub(crate) fn truth(&self, value: &Value) -> Option<bool> {
        match &value.shape {
            Shape::Constant(constant) => Some(constant.truth()),
            // A hostile field of something of a library is data, and a variable of the environment may
            // be missing.
            Shape::Library(id) => {
                let name = self.names.text(*id);
                let mut settings = ["process.env.", "os.environ."].iter();
                let is_setting = settings.any(|start| name.starts_with(start));
                // A part of what a call gave may be anything.
                let is_given = name.contains("()");
                (value.taint.is_clean() && !is_setting && !is_given).then_some(true)
            }
            Shape::Function(_) | Shape::Class(_) | Shape::Module(_) => Some(true),
            Shape::Object(id) => match self.heap.get(*id) {
                Some(Object::List(list)) if !self.is_javascript() => match &list.rest {
                    None => Some(!list.items.is_empty()),
                    Some(_) if !list.items.is_empty() => Some(true),
                    Some(_) => None,
                },
                Some(Object::Map(map)) if map.class.is_none() && !self.is_javascript() => {
                    if !map.entries.is_empty() {
                        Some(true)
                    } else if map.is_closed && map.rest.is_none() {
                        Some(false)
                    } else {
                        None
                    }
                }
                Some(Object::Map(_) | Object::List(_)) if self.is_javascript() => Some(true),
                _ => None,
            },
            Shape::OneOf(shapes) => {
                let mut all = shapes.iter().map(|shape| self.truth(&value.alternative(shape)));
                let first = all.next().flatten()?;
                all.all(|truth| truth == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// `left op right`.
    pub(crate) fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Value {
        if let (Some(a), Some(b)) = (left.as_constant(), right.as_constant())
            && let Some(folded) = fold(operator, a, b)
        {
            return Value::constant(folded).with_taint(left.taint.or(&right.taint));
        }
        if operator == BinaryOperator::Add
            && let Some(joined) = self.join_lists(left, right)
        {
            return joined;
        }
        self.note_repetition(operator, left, right, span);
        if operator == BinaryOperator::Multiply
            && let (Some(_), None) | (None, Some(_)) = (left.as_object(), right.as_object())
        {
            // `[x] * n`, `"x" * n`.
            let list = if left.as_object().is_some() { left } else { right };
            return Value::tainted(self.deep_taint(list));
        }
        if let Some(value) = self.path_operator(operator, left, right, span) {
            return value;
        }
        let mut added = self.printed(right);
        if operator == BinaryOperator::Add {
            let mut head = super::head::Head::default();
            head.value(left);
            if head.is_fixed() || is_clean_text(left) {
                added = added.without(super::head::ADDRESS);
            }
        }
        let taint = self.printed(left).or(&added);
        // Sums of numbers and texts look alike; the other operators give numbers, except Python's
        // `%` (a format), `/` (a path) and `*` (a repetition) on texts.
        let keeps = match operator {
            BinaryOperator::Add => true,
            BinaryOperator::Remainder | BinaryOperator::Divide | BinaryOperator::Multiply => {
                !is_number(left) && !is_number(right)
                    || (operator == BinaryOperator::Remainder && left.as_text().is_some())
                    || (operator == BinaryOperator::Multiply
                        && (left.as_text().is_some() || right.as_text().is_some()))
            }
            _ => false,
        };
        if !keeps {
            let is_bounded = matches!(operator, BinaryOperator::Remainder | BinaryOperator::BitAnd)
                && !is_sized(right);
            let cleared = if is_bounded { Kinds::INPUT } else { Kinds::TEXT };
            return Value::tainted(taint.without(cleared));
        }
        match (operator, left.as_text()) {
            (BinaryOperator::Add, _) => self.composed(&[left, right], taint, span),
            (BinaryOperator::Remainder, Some(template)) => {
                let template = template.clone();
                let list = right.as_object().and_then(|id| self.heap.list(id));
                let values = list.filter(|list| list.rest.is_none()).map(|list| list.items.clone());
                match values {
                    Some(values) => self.filled_template(&template, &values, &left.taint, span),
                    None => self.filled_template(
                        &template,
                        std::slice::from_ref(right),
                        &left.taint,
                        span,
                    ),
                }
            }
            _ => Value::tainted(taint),
        }
    }

    /// `path / part` of Python's `pathlib`.
    fn path_operator(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Option<Value> {
        if operator != BinaryOperator::Divide {
            return None;
        }
        let Shape::Instance(id) = left.shape else { return None };
        let method = self.method_of(id, "__truediv__");
        let taint = left.taint.or(&self.deep_taint(right));
        if self.is_modelled(method) {
            let args = super::Args::of(vec![right.clone()]);
            return Some(self.call_library(method, Some(left), &args, span, false));
        }
        let (shape, pieces) = (left.shape.clone(), left.pieces.clone());
        Some(Value { shape, taint, pieces, ..Value::default() })
    }

    fn join_lists(&mut self, left: &Value, right: &Value) -> Option<Value> {
        let a = self.heap.list(left.as_object()?)?.clone();
        let (items, rest) = match right.as_object().and_then(|id| self.heap.list(id)) {
            Some(b) => (b.items.clone(), b.rest.clone()),
            None => (Vec::new(), Some(Value::tainted(self.deep_taint(right)))),
        };
        let mut joined = List { items: a.items, rest: a.rest };
        for item in items {
            joined.push(item);
        }
        if let Some(rest) = rest {
            joined.rest =
                Some(joined.rest.as_ref().map_or_else(|| rest.clone(), |all| all.or(&rest)));
        }
        Some(Value::of(Shape::Object(self.heap.add(Object::List(joined)))))
    }
}

/// Whether a sum begins with a composed text that nothing hostile is in.
fn is_clean_text(value: &Value) -> bool {
    value.taint.kinds().and(super::head::ADDRESS).is_empty()
        && value.as_constant().is_none()
        && value.as_object().is_none()
}

fn is_number(value: &Value) -> bool {
    matches!(value.as_constant(), Some(Constant::Int(_) | Constant::Float(_)))
}

/// The result for two constants, where it is exact.
fn fold(operator: BinaryOperator, left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Text(a), Constant::Text(b)) if operator == BinaryOperator::Add => {
            (a.len() + b.len() <= TEXT).then(|| Constant::Text(format!("{a}{b}").into()))
        }
        (Constant::Bytes(a), Constant::Bytes(b)) if operator == BinaryOperator::Add => {
            (a.len() + b.len() <= TEXT).then(|| Constant::Bytes(format!("{a}{b}").into()))
        }
        (Constant::Text(a), Constant::Int(_) | Constant::Bool(_))
            if operator == BinaryOperator::Add =>
        {
            Some(Constant::Text(format!("{a}{}", right.display("null")).into()))
        }
        (Constant::Int(_), Constant::Text(b)) if operator == BinaryOperator::Add => {
            Some(Constant::Text(format!("{}{b}", left.display("null")).into()))
        }
        (Constant::Text(text), Constant::Int(times)) if operator == BinaryOperator::Multiply => {
            let times = usize::try_from(*times).unwrap_or(0);
            (text.len().checked_mul(times)? <= TEXT)
                .then(|| Constant::Text(text.repeat(times).into()))
        }
        (Constant::Int(a), Constant::Int(b)) => fold_integers(operator, *a, *b),
        (Constant::Float(_) | Constant::Int(_), Constant::Float(_) | Constant::Int(_)) => {
            let (a, b) = (number(left)?, number(right)?);
            Some(Constant::Float(match operator {
                BinaryOperator::Add => a + b,
                BinaryOperator::Subtract => a - b,
                BinaryOperator::Multiply => a * b,
                BinaryOperator::Divide if b != 0.0 => a / b,
                _ => return None,
            }))
        }
        _ => None,
    }
}

fn fold_integers(operator: BinaryOperator, a: i64, b: i64) -> Option<Constant> {
    let value = match operator {
        BinaryOperator::Add => a.checked_add(b)?,
        BinaryOperator::Subtract => a.checked_sub(b)?,
        BinaryOperator::Multiply => a.checked_mul(b)?,
        BinaryOperator::FloorDivide if b != 0 => a.div_euclid(b),
        BinaryOperator::Remainder if b > 0 => a.rem_euclid(b),
        BinaryOperator::Divide if b != 0 && a % b == 0 => a / b,
        BinaryOperator::Power => a.checked_pow(u32::try_from(b).ok()?)?,
        BinaryOperator::BitAnd => a & b,
        BinaryOperator::BitOr => a | b,
        BinaryOperator::BitXor => a ^ b,
        BinaryOperator::ShiftLeft => a.checked_shl(u32::try_from(b).ok()?)?,
        BinaryOperator::ShiftRight => a.checked_shr(u32::try_from(b).ok()?)?,
        _ => return None,
    };
    Some(Constant::Int(value))
}

pub(crate) fn number(constant: &Constant) -> Option<f64> {
    match constant {
        // Integers beyond 2^53 lose digits, which no comparison of ours turns on.
        #[expect(clippy::cast_precision_loss, reason = "said above")]
        Constant::Int(value) => Some(*value as f64),
        Constant::Float(value) => Some(*value),
        Constant::Bool(value) => Some(f64::from(u8::from(*value))),
        _ => None,
    }
}
