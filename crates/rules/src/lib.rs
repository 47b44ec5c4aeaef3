//! Every rule SAS-n.m, one file each, and their registry.
//!
//! A rule is one `static RULE` in one file with its words and its decision; its Markdown and its
//! fixtures stand beside it under the same name. `cargo xtask new-rule` makes a new one.

#![deny(clippy::disallowed_methods)]

mod accesses;
mod archives;
mod assignments;
mod azure;
mod bindings;
mod code;
mod deeds;
mod demand;
mod demands;
mod file_secrets;
mod grants;
mod kinds;
mod lock_facts;
mod nearest;
mod open_policies;
mod packages;
mod publishers;
mod rank;
mod registry;
mod rights;
mod rule;
mod sas_01_event_data_injection;
mod sas_02_broken_authentication;
mod sas_03_insecure_deployment;
mod sas_04_over_privileged_roles;
mod sas_05_inadequate_monitoring;
mod sas_06_third_party_dependencies;
mod sas_07_insecure_secrets;
mod sas_08_denial_of_service;
mod sas_09_business_logic;
mod sas_10_verbose_errors;
mod secret_words;
mod secrets;
mod settings;
mod velocity;

pub use code::Code;
pub use file_secrets::{FileSecret, of_functions};
pub use nearest::{nearest, nearest_of};
pub use packages::{Archive, Contradicted, FunctionReach, Package, Packages, Places};
pub use registry::{all, by_id, by_name, find, find_key, named};
pub use rights::Rights;
pub use rule::{Check, Rule};
pub use sas_07_insecure_secrets::secret_in_file;
