//! Why something could not be done with a lake.

use lake_log::{CommitError, DigestsError};

/// Why something could not be done with a lake.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// Neither a folder nor a bucket.
    #[error("`{url}` is no place for a lake; name a folder or `s3://bucket/prefix`")]
    OddPlace {
        /// What was named.
        url: String,
    },
    /// There is none yet.
    #[error("there is no lake at `{url}`; `faasguard-lake import SOURCE --lake {url}` makes one")]
    NoLake {
        /// Where it should be.
        url: String,
    },
    /// The store says no: permissions, a full disk, a network.
    #[error("`{path}` in the lake cannot be {what}: {source}")]
    Store {
        /// Relative to the lake.
        path: String,
        /// `read`, `written`, …
        what: &'static str,
        /// What the store says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A commit is broken, or of another program.
    #[error("`{path}` in the lake: {source}")]
    Commit {
        /// Relative to the lake.
        path: String,
        /// What is wrong with it.
        source: CommitError,
    },
    /// A file of digests is broken.
    #[error("`{path}` in the lake: {source}; without it events could be doubled")]
    Digests {
        /// Relative to the lake.
        path: String,
        /// What is wrong with it.
        source: DigestsError,
    },
    /// A file that a commit names is not there.
    #[error("`{path}` in the lake is gone, though a commit names it")]
    Gone {
        /// Relative to the lake.
        path: String,
    },
    /// Another one writes, and did not end in the time that was given.
    #[error("`{owner}` writes into the lake; wait until it ends, or give --wait more seconds")]
    Locked {
        /// Host, process and a random number.
        owner: String,
    },
    /// Another one began to write, and this one may not any more.
    #[error(
        "another writer took over the lake (commit {number} stands); start this again: what is committed \
         stays and is not doubled"
    )]
    TakenOver {
        /// The commit that this one wanted to write.
        number: u64,
    },
    /// A column or a file of columns could not be made.
    #[error("columns cannot be written: {reason}")]
    Columns {
        /// What the library says.
        reason: String,
    },
    /// A named source cannot be opened.
    #[error(transparent)]
    Source(#[from] trail_files::TrailError),
    /// A day that is none, or one too early for the calendar.
    #[error("{days} days are more than a calendar has")]
    OddDays {
        /// What was asked for.
        days: u32,
    },
}

impl From<parquet::errors::ParquetError> for LakeError {
    fn from(error: parquet::errors::ParquetError) -> Self {
        Self::Columns { reason: error.to_string() }
    }
}

impl From<arrow::error::ArrowError> for LakeError {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::Columns { reason: error.to_string() }
    }
}
