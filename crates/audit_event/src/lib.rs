//! Records of AWS CloudTrail in every shape that they are delivered in, streamed and borrowed.
//!
//! ```
//! let file = br#"{"Records":[{"eventSource":"s3.amazonaws.com","eventName":"GetBucketAcl"}]}"#;
//! let outcome = audit_event::read(file, &audit_event::Limits::default(), &mut |event| {
//!     assert!(event.name.is("GetBucketAcl"));
//! });
//! assert_eq!(outcome.events, 1);
//! ```
//!
//! Shapes, in any mixture: delivered files (`Records`), `lookup-events` (`Events`, the record a
//! string), `EventBridge` (`detail`), subscriptions of CloudWatch Logs (`logEvents`, the record a
//! string), results of CloudTrail Lake, arrays, JSON lines, values one after the other. The caller
//! decompresses.
//!
//! Records of other clouds are recognised, too: Azure's activity log, logs of its resources and of
//! Entra ID, and Google's Cloud Audit Logs ([`Provider`], [`Log`]).
//!
//! No tree is built and nothing is copied: an [`AuditEvent`] borrows from the bytes, and of what a
//! record holds only the bounds are found until somebody asks. A torn record is told with its place
//! and reading goes on at the next one; memory is bounded by [`Limits`], whatever the input.

#![deny(clippy::disallowed_methods)]

mod at_hand;
mod azure;
mod block;
mod event;
mod field;
mod google;
mod json;
mod outcome;
mod provider;
mod reader;
mod record;
mod scanner;
mod time;

pub use at_hand::{AtHand, RootSource};
pub use event::{Actor, AuditEvent, EventKind, EventResource, HIDDEN, Issuer};
pub use field::{FieldValue, values_of};
pub use json::{Elements, Json, JsonKind, Members, Text};
pub use outcome::{Limits, Outcome, Remark, RemarkKind};
pub use provider::{Log, Provider};
pub use reader::{Visit, read, read_from};
pub use time::Time;
