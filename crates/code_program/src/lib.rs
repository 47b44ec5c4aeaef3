//! The code of an application as one program: its modules, and which of them an import means.
//!
//! A [`Program`] holds the trees of all files, resolves imports between them as each language does
//! (packages, relative files, layers, names that a `tsconfig.json` gives to folders), and tells the
//! place of whatever stands in them.

#![deny(clippy::disallowed_methods)]

mod paths;
mod program;

pub use program::{Anchor, ModuleId, Program, Source};
