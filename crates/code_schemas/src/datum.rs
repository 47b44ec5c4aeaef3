//! Where a value of the code stands in the event.

use code_ir::{Constant, Expr, ExprKind};

/// A step from a value to one in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A member.
    Key(String),
    /// Each element of a list.
    Each,
    /// The first element.
    First,
    /// The value that a text says in JSON.
    Json,
    /// The bytes that a text says in base64.
    Base64,
}

/// A value of the event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Datum {
    pub(crate) steps: Vec<Step>,
    /// Whether nothing, or an empty value, stands for it where it is missing.
    pub(crate) is_optional: bool,
}

impl Datum {
    pub(crate) fn of(steps: &[Step]) -> Self {
        Self { steps: steps.to_vec(), is_optional: false }
    }

    pub(crate) fn then(&self, steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = self.steps.iter().cloned().chain(steps).collect();
        Self { steps, is_optional: self.is_optional }
    }

    pub(crate) fn key(&self, name: &str) -> Self {
        self.then([Step::Key(name.to_owned())])
    }

    pub(crate) fn or_nothing(mut self) -> Self {
        self.is_optional = true;
        self
    }
}

pub(crate) fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

/// `{}`, `"{}"`, `""`, `None`: what stands in for a value that is missing.
pub(crate) fn is_nothing(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant(Constant::None) => true,
        ExprKind::Constant(Constant::Text(text)) => {
            matches!(text.trim(), "" | "{}" | "null")
        }
        ExprKind::Dict(entries) => entries.is_empty(),
        _ => false,
    }
}
