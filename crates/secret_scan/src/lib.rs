//! Secrets in files: what has the shape of a token, and what a name in any format says is secret.
//!
//! [`Scanner::scan`] takes a path and bytes and opens nothing: whoever walks a tree, an archive or a
//! history hands in what it finds. One automaton looks for all keywords at once; only round its hits
//! is anything else tried, and each expression is compiled when it is first needed.
//!
//! A value is never kept: a [`Found`] has its kind, place, hash and public prefix.

#![deny(clippy::disallowed_methods)]

mod allowed;
mod checksum;
mod expression;
mod formats;
mod judge;
mod kind_of_file;
mod nested;
mod own_rules;
mod pairs;
mod scanner;
mod shapes;

pub use allowed::Allowed;
pub use checksum::{Checked, check};
pub use formats::is_key_store;
pub use kind_of_file::{FileKind, is_binary, is_for_show};
pub use own_rules::{OwnRule, RuleFault, RuleFile, read_rules, test_rules};
pub use scanner::{Found, Limits, Scanner};
