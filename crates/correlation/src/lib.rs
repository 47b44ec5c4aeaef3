//! What several events together say: correlations of Sigma followed on the time of the events.
//!
//! [`RuleSet`] is rules, filters and correlations of many files as one; [`Correlator`] follows the
//! correlations over the events that rules matched. Events are put in the order of their times within
//! [`Limits::pending`], state is bounded by [`Limits`] (what was given up is counted), the same events
//! give the same alerts, and a [`Snapshot`] carries the state into the next run.

#![deny(clippy::disallowed_methods)]

mod correlator;
mod facts;
mod groups;
mod resolve;
mod rule_set;
mod sketch;
mod state;

pub use correlator::{Alert, Correlator, Limits, Losses, Sighting, Snapshot, SnapshotError};
pub use facts::{Facts, function};
pub use rule_set::RuleSet;
