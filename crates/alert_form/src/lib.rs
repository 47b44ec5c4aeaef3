//! One alert of `faasguard trail detect`, and the forms in which others take it.
//!
//! An [`Alert`] is read from a line of JSON ([`Alert::parse`]) and drawn for OCSF, Security Hub, Slack,
//! `PagerDuty`, webhooks, SNS and `EventBridge`. What the records of an attacker say stands in these texts:
//! all of them are bounded as their readers bound them, characters that a terminal obeys are made
//! visible, and what a reader would take for markup is taken from them.

#![deny(clippy::disallowed_methods)]

mod alert;
mod asff;
mod bound;
mod event_bus;
mod ocsf_form;
mod pager_duty;
mod settings;
mod slack;
mod topic;
mod webhook;

pub use alert::{Alert, AlertError, Key, MAX_LINE};
pub use asff::{AsffError, Home, security_hub_finding};
pub use event_bus::event_bus_entry;
pub use ocsf_form::detection_finding;
pub use pager_duty::pager_duty_event;
pub use settings::{Secret, SettingsError, SinkKind, SinkSettings, SinksFile};
pub use slack::slack_message;
pub use topic::topic_message;
pub use webhook::{SignatureError, signature, verify, webhook_body};
