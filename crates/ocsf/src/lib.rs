//! Audit events and alerts as events of the Open Cybersecurity Schema Framework (OCSF), and what the
//! schema allows.
//!
//! ```
//! let record = br#"{"eventSource":"s3.amazonaws.com","eventName":"GetBucketAcl"}"#;
//! audit_event::read(record, &audit_event::Limits::default(), &mut |event| {
//!     let mut line = Vec::new();
//!     let written = ocsf::write_event(event, &mut line);
//!     assert_eq!(written.class, ocsf::Class::ApiActivity);
//!     let value: serde_json::Value = serde_json::from_slice(&line).unwrap();
//!     assert!(ocsf::schema::faults(&value).is_empty());
//! });
//! ```
//!
//! [`write_event`] writes an event as one line of JSON, whatever its record holds: what has no place in
//! the schema stands in `unmapped`, so that nothing of a record is lost. [`detection_finding`] makes
//! what a SIEM takes in of an alert, [`compliance_finding`] and [`code_detection_finding`] what it takes in
//! of a flaw in a template or in code. [`schema::faults`] holds any event against the schema.

#![deny(clippy::disallowed_methods)]

mod activity;
mod authentication;
mod class;
mod code_finding;
mod event;
mod finding;
mod identity;
mod json;
mod rest;
pub mod schema;
mod user_change;

pub use class::Class;
pub use code_finding::{CodeFinding, code_detection_finding, compliance_finding};
pub use event::{Written, write_event, write_record};
pub use finding::{FindingInput, FindingLevel, detection_finding};
