//! Our own detections over records of CloudTrail: rules for serverless in Sigma, detectors that
//! remember what is normal, and incidents that put what all of them say together.
//!
//! [`RULES`] are documents for the crates `sigma` and `correlation`. A [`Watch`] sees the same events
//! one after the other and tells [`Alert`]s that no rule can tell: credentials of a function used
//! outside of it, a deployer that is new, packages that nobody attested, other accounts that come in.
//! [`Incidents`] groups alerts of both kinds by actor and time.
//!
//! Memory is bounded whatever the input ([`Settings`]), the same events give the same alerts, and what
//! was learned is kept over runs with [`Watch::snapshot`].

#![deny(clippy::disallowed_methods)]

mod accounts;
mod alert;
mod bulk;
mod credentials;
mod deployer;
mod detector;
mod explain;
mod facts;
mod hours;
mod incident;
mod known;
mod network;
mod pack;
mod revision;
mod role;
mod watch;

pub use alert::Alert;
pub use detector::{AUTHOR, DETECTORS, Detector};
pub use explain::Explainer;
pub use incident::{Entry, Incident, IncidentId, Incidents, Signal};
pub use pack::{CASES, RULES};
pub use revision::{Attested, Deployment};
pub use watch::{RestoreError, Settings, Watch};
