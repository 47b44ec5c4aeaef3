//! Anomalies in a series of measurements, found as its points arrive: constant time, constant memory.
//!
//! A [`Detector`] watches one series. A committee of small memories holds the ranges that features of the
//! series had in their contexts (the time of day, the value before, the level); a point is scored by how far
//! it lies outside, measured by what is usual for the series. Alerts gather what belongs together, say of what
//! kind it is, and explain themselves. How it works: `docs/design/0008-ranges-in-contexts.md`.
//!
//! No clock, no file: the caller brings the points.
#![deny(clippy::disallowed_methods)]

mod alert;
mod baseline;
mod detector;
mod evidence;
mod explain;
mod members;
mod recent;
mod snapshot;
mod trend;

pub use alert::{Alert, Kind, Noticed, Severity};
pub use detector::{Detector, Params, Score};
pub use snapshot::SnapshotError;
