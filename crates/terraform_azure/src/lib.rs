//! Terraform resources of the Azure providers in the types and spelling of Azure Resource Manager.
//!
//! [`AZURE`] is a provider of `terraform_tables`: `azurerm_*` blocks become ARM types with whole ARM
//! bodies (`{name, kind, location, identity, sku, properties: {…}}`), `azapi_resource` passes its
//! own. Which type and argument becomes what stands in tables ([`tables`]); what several arguments
//! tell together (the settings that the provider writes for a function app, its language) in
//! [`sites`] and [`completion`]. Where the provider's default is not ARM's, it is written out. What
//! is a resource of its own in ARM (sign-in settings of an app, services of a storage account) has
//! the address with the argument's name behind it as its logical id.

#![deny(clippy::disallowed_methods)]

mod attributes;
mod completion;
mod provider;
mod sites;
mod spelling;
mod tables;
mod turns;
mod wording;

pub use provider::AZURE;
pub use wording::terraform_words;
