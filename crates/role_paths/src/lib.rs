//! Privilege escalation as a graph over the roles and functions of an application.
//!
//! Nodes are functions, other things that run under a role, roles, users and the administrator of
//! the account; an edge says how whoever holds one comes to hold the next, with the statements that
//! let them. What the input does not tell makes an edge *possible*, never certain and never absent.
//!
//! [`graph`] builds it from an application, [`RoleGraph::paths_from`] searches it; plain policies
//! and the output of `aws iam get-account-authorization-details` become applications in
//! [`of_policies`] and [`read_account`].

#![deny(clippy::disallowed_methods)]

mod account;
mod build;
mod documents;
mod edges;
mod graph;
mod names;
mod principal;
mod search;
mod told;
mod trust;
mod words;

pub use account::{is_account, read_account};
pub use build::graph;
pub use documents::of_policies;
pub use graph::{Edge, Grant, Node, NodeKind, RoleGraph, Way};
pub use iam_policy::escalation::Certainty;
pub use search::RolePath;
pub use told::{Outcome, Told, to_json, to_words};
