//! What logs of functions say: figures of invocations, clusters of errors, secrets and personal data, what the
//! guard did, and findings out of all that.
//!
//! A [`Fold`] takes the records of one file; what comes of several files is [merged](Analysis::merge) in their
//! order, and the same files give the same result. Memory is bounded by [`Limits`].
//!
//! No value of a secret is kept: examples are masked before they are looked at further.
#![deny(clippy::disallowed_methods)]

mod checks;
mod clusters;
mod findings;
mod fold;
mod function;
mod invocations;
mod quantiles;
mod sensitive;
mod template;

pub use checks::{CHECKS, Check};
pub use clusters::{Cluster, Clusters};
pub use findings::{LogFinding, findings};
pub use fold::{Analysis, Fold, Limits, Window, is_throttle};
pub use function::{FunctionLog, Memory, MemoryVerdict};
pub use invocations::{Invocations, Judged};
pub use quantiles::Quantiles;
pub use sensitive::{LogPlace, Sensitive, SensitiveKinds};
pub use template::template_of;
