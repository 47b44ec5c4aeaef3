//! What services of AWS answered about accounts, written as CloudFormation templates.
//!
//! A snapshot (`faasguard-snapshot/1`) holds the raw answers of the interfaces of AWS. Tables say
//! which answer tells of which resource, and where its properties stand in it. Each account and
//! region becomes one template whose nodes keep the places of the snapshot: resources are named by
//! their physical names, and ARNs, addresses and ids of what is in the snapshot become references.
//!
//! What was not looked at is never absent: its properties are unresolved.

#![deny(clippy::disallowed_methods)]

mod buckets;
mod collect;
mod facts;
mod identities;
mod interfaces;
mod link;
mod lower;
mod neighbours;
mod permissions;
mod resource;
mod shape;
mod snapshot;
mod table;
mod tables;
mod usage;

pub use lower::{Deployment, Lowered, NotLookedAt, Stack, lower};
pub use snapshot::{SCHEMA, could_be_snapshot, is_snapshot};
