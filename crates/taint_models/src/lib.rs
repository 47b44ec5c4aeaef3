//! Models: what functions of libraries do with data, and who decides what events say.
//!
//! They are written as TOML (`data`, one folder a language) in the form of [`ModelFile`], which
//! `docs/reference/models.md` explains, and compiled to [`Models`], which are looked up by number of
//! the qualified name, each when it is first asked for. The engine that runs code on them is `taint`.

#![deny(clippy::disallowed_methods)]

mod compiled;
mod embedded;
mod events;
mod format;
mod kind;
mod lazy;
mod models;
mod names;
mod port;
mod set;

pub use compiled::{
    Access, Attribute, Call, Check, Condition, Match, Proof, Schema, Send, Sink, Source,
    Validation, Writes,
};
pub use events::{Event, EventId, Field, FieldFacts};
pub use format::Port as PortText;
pub use format::{
    Container, Deed, EntryModel, MatchExtent, ModelFile, Outcome, parse as parse_models,
};
pub use kind::{Kind, Kinds, Trust};
pub use models::Models;
pub use names::{NameId, NameTable, Names};
pub use port::{Port, PortBase, Step};
pub use set::ModelSet;
