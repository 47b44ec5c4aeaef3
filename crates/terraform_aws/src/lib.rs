//! Terraform resources of the AWS provider as a CloudFormation template, places kept.
//!
//! [`lower`] takes what `terraform_language` has evaluated and gives the template that describes the
//! same resources: the rules, which read CloudFormation's properties, then see them as they see any
//! template. Which type and which argument becomes what stands in tables ([`tables`]); each value
//! keeps the place of the Terraform source. The logical id of a resource is its Terraform address.

#![deny(clippy::disallowed_methods)]

mod attributes;
mod backwards;
mod code;
mod comments;
mod elsewhere;
mod extras;
mod join;
mod modules;
mod provider;
mod spelling;
mod tables;
mod wording;

pub use backwards::{property_type, terraform_argument};
pub use comments::comments;
pub use modules::{StandIn, stand_in};
pub use provider::{AWS, lower, region};
pub use wording::terraform_words;
