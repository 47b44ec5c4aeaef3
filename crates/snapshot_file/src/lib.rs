//! The file of a live account: answers of its services as they gave them, and what was not looked at.
//!
//! One JSON document, `faasguard-snapshot/1`, packed with zstd when its name ends in `.zst`. Each answer
//! says which operation of which service was asked, in which region, about what, and holds what came
//! back with its pages joined. Nothing is left out of answers but what the operation's row names, so that
//! whoever reads a snapshot decides what it means. While it is taken, the same records stand one a line in
//! a part file, from which a run that was ended goes on.

#![deny(clippy::disallowed_methods)]

mod index;
mod part;
mod read;
mod snapshot;
mod write;

pub use index::Index;
pub use part::{Head, PART_SCHEMA, PartRecord};
pub use read::{Limits, ReadError, Remark, read};
pub use snapshot::{Account, Answer, Code, NotLookedAt, Reason, SCHEMA, Snapshot, Tool};
pub use write::{Packing, pack, to_bytes};
