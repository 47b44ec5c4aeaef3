//! The commit log of a lake: which files hold its events, and where they came from.
//!
//! A lake is a folder of data files and a sequence of numbered commits. What no commit names does not
//! belong to it: a writer that dies leaves files behind and nothing else. Each commit names the data
//! files it adds and removes, the sources it read, and files of digests, by which an event that is
//! delivered again is known. A checkpoint is a commit that says all that those before it say.

#![deny(clippy::disallowed_methods)]

mod commit;
mod digests;
mod path;
mod state;

pub use commit::{COMMIT_SCHEMA, Commit, CommitError, DataFile, Kind, SeenFile, Source};
pub use digests::{DigestsError, MOST_DIGESTS, from_bytes, to_bytes};
pub use path::{Day, Partition, UNKNOWN, data_folder};
pub use state::State;
