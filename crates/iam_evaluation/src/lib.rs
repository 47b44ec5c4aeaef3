//! What a set of IAM policies decides for one request, and which statements decided it.
//!
//! [`decide`] follows AWS's evaluation logic over every kind of policy; [`statement_matches`] asks
//! one statement. Answers have three values: what hangs on a hole of a template (`${Table}`), on a
//! condition of it, or on something that the request does not tell is unknown, never false.
//!
//! Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements reference"
//! (read 2026-11-26).

#![deny(clippy::disallowed_methods)]

mod because;
pub mod case;
mod compare;
mod condition;
mod decide;
mod expand;
mod glob;
mod layer;
mod principal;
mod request;
mod statement;
mod truth;

pub use because::{Because, Layer, Outcome, StatementRef, Why};
pub use decide::{Decision, PolicySet, Verdict, decide};
pub use principal::{PrincipalId, PrincipalType};
pub use request::{Context, Found, Request};
pub use statement::statement_matches;
pub use truth::Truth;
