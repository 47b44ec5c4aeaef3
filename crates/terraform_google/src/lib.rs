//! Terraform resources of the Google providers in the types and spelling of Google's interfaces.
//!
//! [`lower`] takes what `terraform_language` has evaluated and gives the resources that a template
//! of the same deployment would have: the type is the one of Cloud Asset Inventory
//! (`cloudfunctions.googleapis.com/Function`), the properties are those of the service's interface
//! in its spelling (`serviceConfig.ingressSettings`). Which type becomes what stands in tables
//! ([`tables`]); each value keeps the place of the Terraform source, and the logical id of a resource
//! is its Terraform address, so that references hold as they are.

#![deny(clippy::disallowed_methods)]

mod defaults;
mod functions;
mod lower;
mod policy;
mod scope;
mod spelling;
mod tables;
mod turn;
mod wording;

pub use lower::{Lowered, lower};
pub use tables::tells_of;
pub use wording::terraform_words;
