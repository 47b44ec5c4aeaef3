//! Files in memory, places in them, and YAML/JSON trees that remember their places.
//!
//! Nothing here opens a file: callers hand in bytes ([`Sources::add`]) and get trees back
//! ([`parse_yaml`]). Every [`Node`] knows the [`Place`] it was read from, through every later
//! transformation, so that a finding can always point at what the user wrote.

#![deny(clippy::disallowed_methods)]

mod decode;
mod diagnostic;
mod node;
mod place;
mod sources;
mod write;
mod yaml;

pub use decode::{DecodeError, decode};
pub use diagnostic::{Diagnostic, Level};
pub use node::{Entry, Kind, Map, Node};
pub use place::{FileId, Place};
pub use smol_str::SmolStr;
pub use sources::{ReadError, ReadFile, SourceFile, Sources};
pub use write::{is_hidden, to_canonical_json, to_json, to_json_compact, to_yaml};
pub use yaml::{Comment, Limits, ParseError, Parsed, parse_json, parse_yaml};
