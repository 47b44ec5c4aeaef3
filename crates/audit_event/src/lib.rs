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
//! No tree is built and nothing is copied: an [`AuditEvent`] borrows from the bytes, and of what a
//! record holds only the bounds are found until somebody asks. A torn record is told with its place
//! and reading goes on at the next one; memory is bounded by [`Limits`], whatever the input.

#![deny(clippy::disallowed_methods)]

mod block;
mod event;
mod json;
mod outcome;
mod reader;
mod record;
mod scanner;
mod time;

pub use event::{Actor, AuditEvent, EventKind, EventResource, HIDDEN, Issuer};
pub use json::{Elements, Json, JsonKind, Members, Text};
pub use outcome::{Limits, Outcome, Remark, RemarkKind};
pub use reader::{Visit, read, read_from};
pub use time::Time;
