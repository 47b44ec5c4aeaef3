//! How findings are mended: settings by rule, and where an author's file says them.
//!
//! A fix is written once, as properties of a resource and the values that they shall have ([`table`]).
//! [`offer`] finds the resource in the author's text and turns the properties to the author's format: a
//! CloudFormation or SAM template, a service of the Serverless Framework, or Terraform, whose arguments
//! come from the tables that read it (`terraform_aws`, backwards). [`Offer::apply`] then edits the text.

#![deny(clippy::disallowed_methods)]

mod authorizer;
mod carrier;
mod fix;
mod hcl;
mod offer;
mod table;
mod throttle;
mod written;
mod yaml;

pub use fix::{Derived, Fix, Safety, Setting, Value};
pub use offer::{Change, Format, Offer, Text, Why, offer};
pub use table::{all, of};
