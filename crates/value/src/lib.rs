//! A value that may hang on something the input does not tell: known, one of several, unresolved.
//!
//! Unknown is a value: [`Value::Unresolved`] is neither absent nor false. Code that decides
//! something must say what it does with it.

#![deny(clippy::disallowed_methods)]

mod when;

use smol_str::SmolStr;

pub use when::When;

/// A value of the input that may hang on something we cannot see (a parameter, an import).
#[derive(Clone, Debug, PartialEq)]
pub enum Value<T> {
    /// Read as written, the same in every deployment.
    Known(T),
    /// Several are possible; each says when it holds. One choice alone is a parameter's default.
    OneOf(Vec<Choice<T>>),
    /// Not decidable from the input.
    Unresolved(Expression),
}

/// One possible value and the condition that picks it.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice<T> {
    /// When it holds.
    pub when: When,
    /// The value.
    pub value: T,
}

/// What stands where a value could not be decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expression {
    /// In the notation of `Fn::Sub`: `arn:aws:s3:::${Bucket}/*`, `${Orders.Arn}`, `${AWS::Region}`.
    pub text: SmolStr,
    /// What it refers to, in order.
    pub references: Vec<Reference>,
}

/// A reference to a resource, a parameter, a pseudo parameter or an export.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// Logical name: `Orders`, `Stage`, `AWS::Region`.
    pub name: SmolStr,
    /// Attribute, for `Orders.Arn`: `Arn`.
    pub attribute: Option<SmolStr>,
}

static ALWAYS: When = When::ALWAYS;

impl<T> Value<T> {
    /// The value when it is the same in every deployment.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::OneOf(_) | Self::Unresolved(_) => None,
        }
    }

    /// Every value that is possible, with the condition that picks it; none when unresolved.
    pub fn possible(&self) -> impl Iterator<Item = (&When, &T)> {
        let (known, several) = match self {
            Self::Known(value) => (Some((&ALWAYS, value)), [].as_slice()),
            Self::OneOf(choices) => (None, choices.as_slice()),
            Self::Unresolved(_) => (None, [].as_slice()),
        };
        known.into_iter().chain(several.iter().map(|choice| (&choice.when, &choice.value)))
    }

    /// The first value that is possible, with its condition.
    #[must_use]
    pub fn first(&self) -> Option<(&When, &T)> {
        self.possible().next()
    }

    /// The first possible value for which `claim` holds, with its condition.
    pub fn find(&self, mut claim: impl FnMut(&T) -> bool) -> Option<(&When, &T)> {
        self.possible().find(|(_, value)| claim(value))
    }

    /// Whether `claim` holds for some possible value; false when unresolved.
    pub fn any(&self, mut claim: impl FnMut(&T) -> bool) -> bool {
        self.possible().any(|(_, value)| claim(value))
    }

    /// Whether `claim` holds for every possible value; false when unresolved.
    pub fn all(&self, mut claim: impl FnMut(&T) -> bool) -> bool {
        !self.is_unresolved() && self.possible().all(|(_, value)| claim(value))
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_unresolved(&self) -> bool {
        matches!(self, Self::Unresolved(_))
    }

    /// What stands there when nothing is known.
    #[must_use]
    pub fn unresolved(&self) -> Option<&Expression> {
        match self {
            Self::Unresolved(expression) => Some(expression),
            Self::Known(_) | Self::OneOf(_) => None,
        }
    }

    /// The same with every possible value turned into another.
    pub fn map<U>(self, mut turn: impl FnMut(T) -> U) -> Value<U> {
        match self {
            Self::Known(value) => Value::Known(turn(value)),
            Self::OneOf(choices) => Value::OneOf(
                choices
                    .into_iter()
                    .map(|choice| Choice { when: choice.when, value: turn(choice.value) })
                    .collect(),
            ),
            Self::Unresolved(expression) => Value::Unresolved(expression),
        }
    }
}

impl<T: Default> Default for Value<T> {
    fn default() -> Self {
        Self::Known(T::default())
    }
}

impl Value<SmolStr> {
    /// The text for people: the value, the first possible one, or the expression.
    #[must_use]
    pub fn display(&self) -> &str {
        match self {
            Self::Known(text) => text,
            Self::OneOf(choices) => choices.first().map_or("", |choice| &choice.value),
            Self::Unresolved(expression) => &expression.text,
        }
    }

    /// Whether some possible value is `text`.
    #[must_use]
    pub fn may_be(&self, text: &str) -> bool {
        self.any(|value| value == text)
    }
}

impl Expression {
    /// An expression that refers to nothing.
    #[must_use]
    pub fn opaque(text: impl Into<SmolStr>) -> Self {
        Self { text: text.into(), references: Vec::new() }
    }
}
