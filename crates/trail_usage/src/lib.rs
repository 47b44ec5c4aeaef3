//! Who used which action on which resource, how often, when last and from where: a fold over events of
//! CloudTrail, in bounded memory.
//!
//! ```
//! let record = br#"{"eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-01-31T10:00:00Z",
//!     "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana"},
//!     "requestParameters":{"bucketName":"orders","key":"1.json"}}"#;
//! let mut fold = trail_usage::Fold::default();
//! audit_event::read(record, &Default::default(), &mut |event| fold.add(event));
//! let usage = fold.finish();
//! let action = &usage.principals[0].actions[0];
//! assert_eq!((action.action.as_str(), action.count), ("s3:GetObject", 1));
//! assert_eq!(action.resources, ["arn:aws:s3:::orders/1.json"]);
//! ```
//!
//! - A principal is the role behind temporary credentials (`sessionIssuer`), else the user or service.
//! - Only requests that succeeded are uses. Denied ones are counted apart, with the action that the
//!   text of the error names; other failures are counted apart, too.
//! - `iam:PassRole` is never an event: it is told of requests that hand over a role.
//! - What is no request to an API that IAM allows, and what no table maps to an action, stands in
//!   [`Usage::unmapped`] with its name and count; no action is made up.

#![deny(clippy::disallowed_methods)]

mod actor;
mod denial;
mod fold;
mod json;
mod mapping;
mod seen;
mod table;
mod usage;

pub use audit_event::Time;
pub use fold::{Filter, Fold, Limits};
pub use json::{FromJsonError, SCHEMA};
pub use seen::SeenIds;
pub use usage::{Action, Evidence, Principal, Resource, Sample, Totals, Unmapped, Usage};
