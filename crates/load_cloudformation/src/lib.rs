//! CloudFormation, SAM, CDK output and the Serverless Framework read into the application model.
//!
//! A service of the Serverless Framework is lowered to a template first. A template goes through `cfn_template` (tags, includes, loops), `sam_transform` (SAM becomes
//! plain CloudFormation, places kept) and an evaluator (what can be decided is decided); then each
//! resource is read by the room that knows its service, and at last the edges are computed.

#![deny(clippy::disallowed_methods)]

mod apis;
mod declared;
mod deliveries;
mod functions;
mod identities;
mod links;
mod literals;
mod live;
mod load;
mod parts;
mod permissions;
mod policies;
mod services;
mod snapshot;
mod triggers;

pub use load::{Loaded, Options, as_template, load, load_text};
pub use snapshot::{LoadedSnapshot, load_snapshot};
