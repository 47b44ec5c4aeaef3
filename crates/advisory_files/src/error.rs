//! What ends an import or an update.

use std::{io, path::PathBuf};

use thiserror::Error;

/// What ends an import or an update; what spoils one record is a [`crate::Remark`].
#[derive(Debug, Error)]
pub enum FilesError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds no advisory at all.
    #[error("`{}` holds no record of OSV", path.display())]
    NoRecords {
        /// The file.
        path: PathBuf,
    },
    /// An address is neither `https` nor on this machine.
    #[error("`{0}` is neither an `https` address nor one on this machine")]
    Address(String),
    /// A name is of no ecosystem that is known.
    #[error("`{0}` is no ecosystem that is known; known are {known}", known = known())]
    Ecosystem(String),
    /// A server answered otherwise than with what was asked for.
    #[error("`{url}` answered {status}")]
    Status {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// The connection failed or ended early.
    #[error("`{url}`: {what}; run the command again to go on where it stopped")]
    Transfer {
        /// The address.
        url: String,
        /// What happened.
        what: String,
    },
    /// What came is not what was promised.
    #[error("`{url}`: {what}; it was thrown away, run the command again")]
    Broken {
        /// The address.
        url: String,
        /// What is wrong.
        what: String,
    },
}

fn known() -> String {
    package_version::Ecosystem::ALL.map(package_version::Ecosystem::name).join(", ")
}
