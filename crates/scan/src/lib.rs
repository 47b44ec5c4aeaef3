//! A scan from paths to results: find inputs, load, decide, suppress, compare.
//!
//! Each input is read alone, in parallel, and whatever
//! happens to one (unreadable, malformed, even a fault of our own) is a diagnostic of that file;
//! the others are not touched by it.

mod azure_code;
mod baseline;
mod bicep;
mod cdk;
mod changes;
mod code;
mod code_files;
mod config;
mod edits;
mod escalations;
mod file_secrets;
mod graph;
mod guard_plans;
mod inputs;
mod live;
mod models;
mod outcome;
mod own;
mod parameter_files;
mod policies_written;
mod privileges;
mod request;
mod rows;
mod run;
mod services;
mod suppress;
mod template;
mod terraform;
mod touched;
mod vex;
mod vulndb;
mod watched;
mod wording;

pub use baseline::{Baseline, BaselineEntry, BaselineError};
pub use changes::{ChangesError, fingerprints_at};
pub use code::{CodeView, GuardFacts};
pub use config::{CodeSettings, Config, ConfigError, RuleSetting};
pub use escalations::injections;
pub use graph::graph;
pub use guard_plans::{PlansOf, plans_of};
pub use models::{ModelsError, read_models};
pub use outcome::Outcome;
pub use policies_written::{
    Change, PolicyWrites, Rewritten, policy_writes, rewrite, write_policies,
};
pub use privileges::{OfApplication, privileges_of};
pub use request::{Profile, Request, ScanError, VexFile, Vulndb};
pub use run::scan;
pub use template::{expand_file, is_service, load_file};
pub use terraform::is_terraform;
pub use touched::{Touched, touched_since};
pub use watched::{Changes, changes_of};
