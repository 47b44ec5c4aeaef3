//! One untrusted value: what kind of attack it carries, and what encoding hid it.
//!
//! The guard asks about every text of an event before a handler sees it, so the answer takes
//! microseconds and no memory that grows with the value.

#![deny(clippy::disallowed_methods)]

mod class;

pub use class::{Class, Classes, UnknownClass};
