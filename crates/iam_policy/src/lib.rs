//! IAM policy grammar: statements, principals, actions and resources, and what they certainly say.
//!
//! [`Policy::read`] walks a tree from a template or a JSON document; the caller says how a value
//! of the tree becomes [`Term`]s, so that references and conditions of the template stay visible.
//! [`grammar`] says what IAM would refuse; [`catalogue`] knows every action of AWS, [`managed`] the policies that AWS keeps, and
//! [`escalation`] the sets of actions that let a role become an administrator.

#![deny(clippy::disallowed_methods)]

mod action;
pub mod catalogue;
mod condition;
pub mod escalation;
pub mod grammar;
pub mod managed;
mod policy;
mod read;
mod statement;
mod table;
mod term;

pub use action::ActionPattern;
pub use catalogue::{AccessLevel, Known};
pub use condition::{Comparison, Condition, Operator, Quantifier};
pub use policy::{Effect, Policy, Principal, PrincipalKind, Statement};
pub use read::literal_terms;
pub use term::Term;
