//! What the guard measures, and where it tells it: CloudWatch metrics as lines of the log, X-Ray
//! subsegments to the daemon, traces and metrics of OpenTelemetry to a collector.
//!
//! Nobody waits for it: a [`Recorder`] only collects while an invocation runs and hands on after
//! the answer. Its queues have limits; what finds no room is counted, and the count is a metric.
//! [`Extension`] is the process beside the function that folds what the platform itself measured.

mod client;
mod emf;
mod exporter;
mod extension;
mod listener;
mod otlp;
mod platform;
mod proto;
mod recorder;
mod tally;
mod trace;
mod xray;

pub use exporter::CollectorError;
pub use extension::{Event, Extension, ExtensionError};
pub use listener::Listener;
pub use platform::{Platform, Report};
pub use recorder::{Recorder, TelemetryError, check};
pub use tally::{Counts, Function, Invocation, Status};
pub use trace::TraceHeader;
