//! The shape of events: learned from those that pass, written as a JSON Schema.
//!
//! A [`Summary`] holds kinds, names of members and how often they were there, classes of lengths
//! and of magnitudes, and formats. It holds no value and no text of an event, so that it can stand
//! in a log. It is bounded whatever the events are, and it does not matter in which order summaries
//! are put together.

#![deny(clippy::disallowed_methods)]

mod learner;
mod line;
mod name;
mod schema;
mod shape;
mod summary;

pub use learner::Learner;
pub use line::{Learned, Subject, read};
pub use name::route;
pub use summary::Summary;
