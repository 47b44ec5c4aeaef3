//! How much is done: loops, texts and lists whose size the request decides, and what bounds it.

use std::rc::Rc;

use code_ir::{BinaryOperator, CompareOperator, Expr, ExprKind, LogicOperator, Span};
use taint_models::{Kind, Kinds};

use super::{Engine, call::Args, compare::about};
use crate::value::{Fact, Shape, Taint, Value, View, ViewPart};

impl<'p> Engine<'p> {
    /// Tells a loop whose test compares with a number that the request decides and nobody bounds.
    /// Whether there is one.
    pub(crate) fn note_loop(&mut self, test: &'p Expr) -> bool {
        let sides = match &test.kind {
            ExprKind::Logic { operator: LogicOperator::And, left, right } => {
                // One bound is enough.
                let sides = [self.far_side(left), self.far_side(right)];
                if sides.iter().flatten().any(|(value, _)| !is_unbounded(value)) {
                    return false;
                }
                sides
            }
            _ => [self.far_side(test), None],
        };
        let mut is_hostile = false;
        for (value, span) in sides.into_iter().flatten() {
            if is_unbounded(&value) {
                is_hostile = true;
                self.tell_flow(Kind::Amount, &value.taint, "the test of a loop", span, false);
            }
        }
        is_hostile
    }

    /// The side of a comparison that the counter of a loop runs to.
    fn far_side(&mut self, test: &'p Expr) -> Option<(Value, Span)> {
        let ExprKind::Compare { operator, left, right } = &test.kind else { return None };
        let far = match operator {
            CompareOperator::Less | CompareOperator::LessOrEqual => right,
            CompareOperator::Greater | CompareOperator::GreaterOrEqual => left,
            _ => return None,
        };
        // It is run once more than the loop does: nothing that changes anything.
        let is_plain = matches!(
            far.kind,
            ExprKind::Name(_)
                | ExprKind::Attribute { .. }
                | ExprKind::Index { .. }
                | ExprKind::Call { .. }
                | ExprKind::Constant(_)
        );
        is_plain.then(|| (self.eval(far), far.span))
    }

    /// `"x" * n`, `[0] * n`.
    pub(crate) fn note_repetition(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        span: Span,
    ) {
        if operator != BinaryOperator::Multiply || !self.is_python() {
            return;
        }
        for (whole, count) in [(left, right), (right, left)] {
            let is_whole = whole.as_text().is_some()
                || whole.as_object().is_some_and(|id| self.heap.list(id).is_some());
            if is_whole && is_unbounded(count) {
                self.tell_flow(
                    Kind::Amount,
                    &count.taint,
                    "the count of a repetition",
                    span,
                    false,
                );
            }
        }
    }

    /// Arguments of a function of the language that decide how much it does.
    pub(crate) fn note_amount(&mut self, args: &Args, sink: &str, span: Span) {
        for value in &args.positional {
            if is_unbounded(value) {
                self.tell_flow(Kind::Amount, &value.taint, sink, span, false);
            }
        }
    }

    /// A list of the request was walked by `map`: of that many calls the result is made.
    pub(crate) fn note_walked(&mut self, list: &Value, walked: &Value) {
        let is_open = list.taint.kinds().has(Kind::Backtracking);
        if let (Some(id), true, true) = (walked.as_object(), is_open, self.is_javascript()) {
            self.walked.insert(id, list.taint.clone());
        }
    }

    /// `Promise.all(list.map(…))`: all calls of a list of the request at once.
    pub(crate) fn note_fan_out(&mut self, receiver: &Value, name: &str, args: &Args, span: Span) {
        if !matches!(name, "all" | "allSettled") {
            return;
        }
        let Shape::Library(id) = receiver.shape else { return };
        let list = args.at(0).and_then(Value::as_object);
        if self.name_text(id) == "Promise"
            && let Some(taint) = list.and_then(|id| self.walked.get(&id)).cloned()
        {
            self.tell_flow(Kind::Page, &taint, &format!("Promise.{name}"), span, false);
        }
    }

    /// What a comparison of sizes proves: `value < bound`.
    pub(super) fn below_bound(value: &Value, bound: &Value) -> Vec<Fact> {
        if is_sized(bound) { Vec::new() } else { about(value, Kinds::SIZE.or(Kinds::LENGTH), None) }
    }
}

/// Whether the request decides how large a number is.
fn is_unbounded(value: &Value) -> bool {
    value.taint.kinds().has(Kind::Amount)
}

/// Whether the size of a number is anybody's.
pub(crate) fn is_sized(value: &Value) -> bool {
    !value.taint.kinds().and(Kinds::SIZE).is_empty()
}

/// The data of the smallest of some numbers: one that nobody decides bounds the others.
pub(crate) fn of_smallest(values: &[Value], taint: Taint) -> Taint {
    let is_bounded = values.len() > 1 && values.iter().any(|value| !is_sized(value));
    if is_bounded { taint.without(Kinds::SIZE) } else { taint }
}

/// The length of a value: a number that a test of the value's length speaks of.
pub(crate) fn length_of(value: &Value) -> Value {
    Value { views: viewed_as(value, ViewPart::Length), ..Value::default() }
}

/// A number made of a value: what only a text endangers is gone, but it still picks the record that
/// its sender likes.
pub(crate) fn number_of(value: &Value) -> Value {
    let taint = value.taint.map_kinds(|kinds| {
        let left = kinds.without(Kinds::TEXT);
        if left == kinds { left } else { left.or(Kinds::ORIGIN) }
    });
    Value { taint, views: viewed_as(value, ViewPart::Number), ..Value::default() }
}

/// The variables that a value is a view of, looked at in another way.
pub(crate) fn viewed_as(value: &Value, part: ViewPart) -> Option<Rc<Vec<View>>> {
    let views = value.views.as_deref()?;
    Some(Rc::new(views.iter().map(|view| View { part, ..view.clone() }).collect()))
}
