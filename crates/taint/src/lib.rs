//! Flows of hostile data from the fields of events to dangerous calls.

#![deny(clippy::disallowed_methods)]

mod kind;
mod models;

pub use kind::{Kind, Kinds, Trust};
pub use models::ModelFile;
