//! Google's declarative formats beside Terraform, written as a template.
//!
//! - A configuration of Deployment Manager: a YAML file with a list `resources`, each with a `name`,
//!   a `type` (`gcp-types/cloudfunctions-v1:projects.locations.functions`) and `properties`, which are
//!   those of the service's interface.
//! - A service of Cloud Run in the form of Knative (`apiVersion: serving.knative.dev/v1`).
//! - Commands `gcloud functions deploy` and `gcloud run deploy` in scripts, as far as they are plain.
//!
//! What comes out has the types of Cloud Asset Inventory and the places of the file. Templates in
//! Jinja or Python are named and not run; a variable of a script stays unresolved.

#![deny(clippy::disallowed_methods)]

mod commands;
mod configuration;
mod lowered;
mod read;
mod script;
mod service;
mod types;

pub use commands::{lower_commands, lower_script};
pub use configuration::{is_configuration, lower};
pub use lowered::Lowered;
pub use read::{could_be_read, is_lowered, read};
pub use script::{is_script, parse_script};
pub use service::{is_service, lower_service};
