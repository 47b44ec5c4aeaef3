//! ZIP packages of functions and layers, audited from their bytes.
//!
//! [`Package::read`] reads every end record, the central directory and every local header, and says
//! where they disagree or where programs read them differently ([`Kind`]). Whatever is wrong, what
//! stands in the archive is catalogued: both of two duplicates, entries that only a local header
//! tells of, entries of a second directory. [`audit`] goes on into the contents: each is inflated
//! against its checksum, and archives within archives are read, all in bounded time and memory.
//! Nothing is ever written, no path of an entry is ever opened.
//!
//! Sources: PKWARE APPNOTE 6.3.10; Info-ZIP's extra fields; You et al., "My ZIP isn't your ZIP"
//! (USENIX Security 2025), whose classes of ambiguity the tests construct one by one.

#![deny(clippy::disallowed_methods)]

mod anomaly;
mod audit;
mod collisions;
mod contents;
mod directory;
mod end_record;
mod entry;
mod extra;
mod fields;
mod hidden;
mod layout;
mod limits;
mod links;
mod local;
mod modes;
mod names;
mod package;
mod source;

pub use anomaly::{Anomalies, Anomaly, Kind};
pub use audit::{Audit, File, NotLookedAt, audit};
pub use contents::{Contents, ReadError};
pub use entry::{Entry, Listed};
pub use limits::Limits;
pub use package::{Package, sha256};
pub use source::{Keeper, Source};
