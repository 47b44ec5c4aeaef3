//! Whether IAM policies allow nothing that others do not: yes by proof, no with a request that shows
//! it, or unknown.
//!
//! All texts of both sides are globs. [`contains`] walks the classes of actions, principals and
//! resources between which the globs can tell; in each class only conditions are left, and they are
//! decided over the values between which *they* can tell. `docs/design/0004` says how and why.

#![deny(clippy::disallowed_methods)]

mod answer;
mod atom;
mod cell;
mod check;
mod confirm;
mod contains;
mod cover;
mod difference;
mod domain;
mod explore;
mod glob;
mod known;
mod limits;
mod person;
mod program;
mod scalar;
mod settle;
mod solve;

pub use answer::{Containment, Reason, StatementAt, Suspect, Witness};
pub use check::{exclude_public, withhold};
pub use contains::contains;
pub use difference::{Change, Difference, difference};
pub use limits::Limits;
