//! Advisories in the form of OSV, written into one file that is searched where it lies.
//!
//! [`Builder`] reads records (schema 1.x of osv-schema) and writes the file; [`Index`] answers which
//! advisories name a package, straight from its bytes: nothing is copied or parsed at opening, so the
//! caller may map the file into memory. The form of the file stands in
//! `docs/design/0007-advisories-in-one-file.md`.
#![deny(clippy::disallowed_methods)]

mod advisory;
mod builder;
mod codec;
mod exploitation;
mod index;
mod interval;
mod record;

pub use advisory::{Advisory, Affected, Symbol};
pub use builder::{Added, Builder, SourceInfo, SourceKind};
pub use exploitation::{Epss, Exploited, ListError, ListInfo};
pub use index::{About, Index, IndexError};
pub use interval::{End, Interval, covers};
pub use record::{Record, RecordError};
