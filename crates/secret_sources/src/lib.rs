//! Where secrets are looked for: folders, packages and archives within, histories of git, any bytes.
//!
//! What is secret decides [`secret_scan::Scanner`]; this crate opens, reads and unpacks, in parallel
//! and within bounds, and says what it did not look at. Nothing is written, no program is run.

mod commits;
mod coverage;
mod files;
mod history;
mod ignored;
mod installed;
mod package;
mod place;
mod text;
mod trees;

pub use coverage::{Coverage, Missed, Reason};
pub use files::{Limits, Looked, OpenError, Search};
pub use history::{Commit, History, HistoryError, HistoryLimits, PastSecret, history};
pub use package::PackageLimits;
pub use place::Placed;
