//! One untrusted value: what kind of attack it carries, and what encoding hid it.
//!
//! The guard asks about every text of an event before a handler sees it, so the answer takes
//! microseconds. [`Engine::classify`] looks at the value as it came and at each form that a
//! decoder makes of it; the rules of a class are asked only where their literals or bytes stand.
//! Work is linear in the length of the value, with a bounded number of forms; no regular
//! expression backtracks.

#![deny(clippy::disallowed_methods)]

mod class;
mod decode;
mod detectors;
mod encoding;
mod engine;
mod literals;
mod marks;
mod pattern;
mod rule;

pub use class::{Class, Classes, UnknownClass};
pub use encoding::{Encoding, Encodings};
pub use engine::{Context, Engine, Hit, Scratch, Sign, Verdict};
