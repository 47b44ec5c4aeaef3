//! What could not be read or was read with a doubt, as data beside the result.

use crate::Place;

/// How much was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing, nothing lost.
    Note,
    /// Read, with a doubt (a duplicate key, a reference to nothing).
    Warning,
    /// This input, or a part of it, was not looked at.
    Error,
}

/// One remark about an input. Broken input is never a Rust error: the run goes on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where.
    pub place: Place,
    /// How much was lost.
    pub level: Level,
    /// Lower case, no final dot, user text in back-ticks, says what to do. Without the place.
    pub message: String,
}

impl Diagnostic {
    /// An error: something was not looked at.
    #[must_use]
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Self { place, level: Level::Error, message: message.into() }
    }

    /// A warning: read, with a doubt.
    #[must_use]
    pub fn warning(place: Place, message: impl Into<String>) -> Self {
        Self { place, level: Level::Warning, message: message.into() }
    }

    /// A note: nothing lost.
    #[must_use]
    pub fn note(place: Place, message: impl Into<String>) -> Self {
        Self { place, level: Level::Note, message: message.into() }
    }
}
