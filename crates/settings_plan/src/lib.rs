//! What the guard of each function should enforce, out of its template and its code.
//!
//! A flow that the analysis found becomes a field with its sink: the guard then looks for exactly
//! that attack, there. Every setting has a reason; what is not known leaves the setting open, and
//! the plan says so.

#![deny(clippy::disallowed_methods)]

mod confine;
mod fields;
mod learned;
mod models;
mod plan;
mod routes;
mod secrets;
mod watched;

pub use learned::add_learned;
pub use plan::{Asked, CodeFacts, Plan, Reason, Sink, plan};
pub use watched::{Watched, add_watched};
