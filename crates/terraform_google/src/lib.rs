//! Terraform resources of the Google providers in the types and spelling of Google's interfaces.
//!
//! [`GOOGLE`] tells `terraform_tables` what the resources of a configuration are: the type is the one of Cloud Asset Inventory
//! (`cloudfunctions.googleapis.com/Function`), the properties are those of the service's interface
//! in its spelling (`serviceConfig.ingressSettings`). Which type becomes what stands in tables
//! ([`tables`]); each value keeps the place of the Terraform source, and the logical id of a resource
//! is its Terraform address, so that references hold as they are.

#![deny(clippy::disallowed_methods)]

mod defaults;
mod functions;
mod policy;
mod provider;
mod spelling;
mod tables;
mod turn;
mod wording;

pub use provider::GOOGLE;
pub use wording::terraform_words;
