//! Flows of hostile data from the fields of events to dangerous calls.
//!
//! [`analyse`] runs the code of an application (`code_ir`) on what is known of values, from each entry
//! point with the event that its trigger sends, and tells which fields that somebody outside decides
//! reach what ([`Flow`]), and what code shows by itself ([`Remark`]). What libraries do with data
//! stands in models (`taint_models`), not in code.

#![deny(clippy::disallowed_methods)]

mod alphabet;
mod analyse;
mod backtracking;
mod builtins;
mod columns;
mod engine;
mod flow;
mod heap;
mod literals;
mod origin;
mod pieces;
mod service_call;
mod trace;
mod value;

pub use analyse::{Entry, REGISTERED, analyse};
pub use code_program::{Anchor, ModuleId, Program, Source};
pub use flow::{Access, Analysis, CUTS, Cut, Decision, Flow, Given, Limit, Literal, Remark, Sent};
pub use service_call::{ALTERNATIVES, DynamicCall, Form, PIECES, Provenance, Sdk, ServiceCall};
pub use taint_models::{Deed, Kind, Kinds, ModelFile, ModelSet, Trust, parse_models};
