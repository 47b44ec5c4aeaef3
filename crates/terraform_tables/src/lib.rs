//! Terraform resources turned to those of a template by tables that each provider gives.
//!
//! [`lower`] takes what `terraform_language` has evaluated and the [`Provider`]s, and gives the
//! template that describes the same resources: the rules then see them as they see any template.
//! Which type and which argument becomes what stands in the tables of the providers ([`Type`],
//! [`Row`]); each value keeps the place of the Terraform source. The logical id of a resource is its
//! Terraform address.

#![deny(clippy::disallowed_methods)]

pub mod archive;
pub mod json;
mod lower;
mod provider;
pub mod reference;
pub mod row;
mod scope;
pub mod turn;
mod unjudged;
mod wording;

pub use lower::{Lowered, lower};
pub use provider::{Elsewhere, Extra, Provider};
pub use row::{Row, Type};
pub use scope::{Scope, get_att};
pub use wording::Wording;
