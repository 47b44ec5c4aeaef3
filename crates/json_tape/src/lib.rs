//! JSON as a flat tape of ranges of its source.
//!
//! [`Tape::read`] checks bytes against RFC 8259 and notes, in document order, where each value
//! begins and ends and where the next one is. Nothing is copied: a string without escapes is read
//! where it stands, one with escapes is decoded when somebody asks. The tape keeps its memory from
//! one document to the next. Because every range is exact, an element can be cut out of an array
//! and a value replaced while every other byte stays as it was ([`keep_elements`], [`replace`]).
//!
//! Members with the same name are all there, since parsers differ in which one they take.

#![deny(clippy::disallowed_methods)]

mod cut;
mod read;
mod tape;
mod text;
mod value;

pub use cut::{keep_elements, replace};
pub use read::{Fault, Limits, ReadError};
pub use tape::{Kind, Tape};
pub use text::{Text, write_string};
pub use value::{Document, Elements, Member, Members, Value};
