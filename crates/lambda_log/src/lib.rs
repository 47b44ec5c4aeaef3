//! Logs of Lambda functions in every shape that they are met in, streamed, as records.
//!
//! ```
//! use lambda_log::{Limits, LogReader, Record};
//!
//! let log = b"REPORT RequestId: r-1\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\n";
//! let mut reader = LogReader::new(Limits::default());
//! let mut durations = Vec::new();
//! let mut visit = |entry: &lambda_log::Entry<'_>| {
//!     if let Record::Report(report) = &entry.record {
//!         durations.push(report.duration_ms);
//!     }
//! };
//! reader.push(log, &mut visit);
//! let outcome = reader.finish(&mut visit);
//! assert_eq!((durations, outcome.records), (vec![12.5], 1));
//! ```
//!
//! Shapes: lines of text as CloudWatch keeps them (also with the time in front, as exports to S3 and `aws
//! logs tail` write them, or with the stream, as `sam logs` does), lines of the JSON format, documents of
//! `aws logs filter-log-events` and `get-log-events`, payloads of subscriptions (also one after the other,
//! as Firehose writes them), results of Logs Insights as JSON and CSV, and CSV of the console. The caller
//! decompresses.
//!
//! Memory is bounded by [`Limits`], whatever the input: what is longer is cut, and counted. Lines that
//! belong together (a stack trace) become one record.
//!
//! Source: Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs", "Telemetry API
//! `Event` schema reference"; CloudWatch Logs User Guide, "Exporting log data to Amazon S3".
#![deny(clippy::disallowed_methods)]

mod application;
mod csv;
mod error_kind;
mod joined;
mod members;
mod names;
mod parse;
mod platform;
mod prefix;
mod reader;
mod record;
mod shape;
mod time;
mod values;

pub use names::{function_of_arn, function_of_group, function_of_path};
pub use parse::{Parsed, parse};
pub use reader::{Limits, LogReader, Outcome, Visit};
pub use record::{
    Entry, ErrorFact, GuardEvent, InitReport, Level, Line, Metric, Record, Report, Status,
};
pub use shape::Shape;
pub use time::{parse_millis, write_millis};
