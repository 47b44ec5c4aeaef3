//! One property that somebody wrote: its value, its place, and when it is not there.

use source_text::{Place, SmolStr};
use value::{Value, When};

/// Text that may be conditional or unresolved.
pub type Text = Value<SmolStr>;

/// A property that stands in the input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setting<T> {
    /// The value, in every deployment in which the property is there.
    pub value: Value<T>,
    /// Where the value is written.
    pub place: Place,
    /// When the property is left out after all (`!If [IsProd, 5, !Ref AWS::NoValue]`).
    pub absent: Option<When>,
}

impl<T> Setting<T> {
    /// A setting that is the same in every deployment.
    #[must_use]
    pub fn known(place: Place, value: T) -> Self {
        Self { value: Value::Known(value), place, absent: None }
    }
}

/// When a property is missing: always, under a condition, or never (`None`).
#[must_use]
pub fn absence<T>(setting: Option<&Setting<T>>) -> Option<When> {
    match setting {
        None => Some(When::ALWAYS),
        Some(setting) => setting.absent.clone(),
    }
}
