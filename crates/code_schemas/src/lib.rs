//! What the code of a function checks events against before it works with them.
//!
//! Models of pydantic and schemas of Powertools say how bodies and records must look. [`derive`] finds
//! those that every event of a function meets, and writes each as a JSON Schema that **never refuses
//! what the code would accept**: pydantic converts, so the schema takes all that it converts; what is
//! not certain takes anything, and a note says so. What is only looked at on some paths gives no schema.

#![deny(clippy::disallowed_methods)]

mod annotation;
mod call;
mod config;
mod datum;
mod emit;
mod entry;
mod field;
mod literal;
mod model;
mod names;
mod pattern;
mod powertools;
mod routes;
mod shape;
mod validator;
mod version;
mod walk;

use code_program::{ModuleId, Program};
use serde_json::Value;
use source_text::Place;

/// What a schema is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The whole event.
    Event,
    /// The body of every HTTP request of the function.
    Body,
    /// The body of the requests of one route: `POST /orders/{id}`.
    Route(String),
    /// What each record of a batch or envelope carries.
    Record,
}

/// A schema that the code gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// What it is about.
    pub subject: Subject,
    /// JSON Schema; takes everything that the code takes.
    pub schema: Value,
    /// The model or schema: `Order`.
    pub name: String,
    /// The call or decorator that checks: `Order.model_validate`.
    pub by: String,
    /// Where.
    pub place: Place,
}

/// What was left wide or out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// In words.
    pub words: String,
    /// Where.
    pub place: Place,
}

/// What the code of one entry point gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Derivation {
    /// Schemas, in the order in which the code checks.
    pub schemas: Vec<Derived>,
    /// What was left wide or out.
    pub notes: Vec<Note>,
}

/// Finds what the function `symbol` of a module of Python checks its events against.
#[must_use]
pub fn derive(program: &Program, module: ModuleId, symbol: &str) -> Derivation {
    entry::derive(program, module, symbol)
}
