//! What the guard enforces, as its settings file says it, and the lines that it logs.
//!
//! `faasguard guard settings` writes the file out of a scan; `faasguard-guard` reads it when a
//! function starts. Every key is optional. A key that nobody knows is an error with its line: a
//! misspelt setting that is silently passed over would be protection that is not there.

#![deny(clippy::disallowed_methods)]

mod field;
mod lists;
mod object;
mod record;
mod settings;

pub use field::{FieldPath, FieldPathError, Step};
pub use record::{EventKind, SecurityEvent};
pub use settings::{
    BatchAnswer, Egress, Errors, Files, Inspect, LogFormat, Logs, Mode, OnFault, Processes, Rate,
    RateKey, Redact, Route, SCHEMA, Secret, Secrets, Settings, SettingsError, Telemetry, TmpFiles,
    Uninspected, Validate,
};
