//! JSON Schema over a tape of JSON: compiled once, checked without copies.
//!
//! The keywords are those of the drafts 7 and 2020-12 that OpenAPI 3.0 and 3.1 documents and pydantic
//! models use. A keyword that is not among them is an error when the schema is compiled, with its
//! place: a constraint that is silently passed over would be protection that is not there. Formats
//! are checked, not only noted.

#![deny(clippy::disallowed_methods)]

mod check;
mod compile;
mod decimal;
mod equal;
mod format;
mod pattern;
mod schema;

use json_tape::Value;

pub use schema::Schema;

/// Why a schema is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schema, at `{pointer}`: {reason}")]
pub struct CompileError {
    /// JSON pointer into the schema: `#/properties/id/patern`.
    pub pointer: String,
    /// What is wrong there.
    pub reason: String,
}

/// Where and how a value is not as its schema says.
///
/// It names no value: what a caller sent stays out of logs and answers, but for the names of
/// members in the pointer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pointer}` {message}")]
pub struct Violation {
    /// JSON pointer to the value: `/items/3/id`; empty for the whole. Long names are cut.
    pub pointer: String,
    /// The keyword that is not met: `type`, `required` …
    pub keyword: &'static str,
    /// In words: `must be a string`.
    pub message: String,
}

/// Whether a text is of a format that is checked: `uuid`, `date-time` …; `false` for those that are
/// not known.
#[must_use]
pub fn is_of_format(text: &str, name: &str) -> bool {
    format::Format::of(name).is_some_and(|format| format.allows(text))
}

impl Schema {
    /// Compiles a schema. The draft is what `$schema` says, else 2020-12 with the forms that older
    /// drafts and OpenAPI 3.0 have for the same things (`nullable`, a list of `items`).
    ///
    /// # Errors
    /// [`CompileError`] for a keyword that is not known or has a value that it cannot have, a
    /// reference that leads nowhere, outside or in a circle, a pattern that only a backtracking
    /// engine could match, and a schema that is too large.
    pub fn compile(schema: &serde_json::Value) -> Result<Self, CompileError> {
        compile::compile(schema)
    }

    /// Checks a value. Nothing is allocated when it is as it should be, save for strings with
    /// escapes and for `uniqueItems` of long arrays.
    ///
    /// # Errors
    /// The first [`Violation`] that is met. A value whose check takes more than a million steps is
    /// one too, so that no value makes it take long.
    pub fn validate(&self, value: Value<'_>) -> Result<(), Violation> {
        check::check(self, value, check::STEPS)
    }

    /// The same with another bound for the steps, for values larger than an event.
    ///
    /// # Errors
    /// As [`Self::validate`], with `steps` for the million.
    pub fn validate_within(&self, value: Value<'_>, steps: u32) -> Result<(), Violation> {
        check::check(self, value, steps)
    }
}
