//! What was looked at and what was not: no result is clean about what nobody looked at.

/// Places that are named; more are counted.
const MOST_NAMED: usize = 200;

/// Why something was not looked at, or only in part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The system says no.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// More bytes than the bound.
    #[error("it is larger than {} MiB", limit >> 20)]
    TooLarge {
        /// The bound, in bytes.
        limit: u64,
    },
    /// What stands behind the bound was not looked at.
    #[error("it is larger than {} MiB, and what stands behind was not looked at", limit >> 20)]
    Cut {
        /// The bound, in bytes.
        limit: u64,
    },
    /// An object of a repository or an archive is not there or not whole.
    #[error("it is damaged or not there")]
    Damaged,
    /// A folder of a history that is a repository of its own.
    #[error("it is a submodule, whose history is that of another repository; look at it by itself")]
    Submodule,
    /// A reference that leads to no commit.
    #[error("it is a reference that leads to no commit: {0}")]
    Reference(String),
    /// Secrets in one text of which only the first are told.
    #[error("there are more than {most} secrets in it; only the first are told")]
    More {
        /// How many are told.
        most: usize,
    },
    /// An entry of an archive that cannot be unpacked.
    #[error("{0}")]
    Packed(String),
    /// A pipe, socket or device: reading it may never end.
    #[error("it is not a file")]
    NotAFile,
    /// A link to a place outside of what was named.
    #[error("it is a link that leads out of the folder")]
    Outside,
    /// A fault of our own.
    #[error("a fault of this program ended the work on it; please report it")]
    Fault,
}

/// Something that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Path; `outer.zip!inner` within an archive.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Texts that were searched.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files that are no text; only archives among them are looked into.
    pub binaries: usize,
    /// Archives that were looked into.
    pub archives: usize,
    /// Folders with packages of others that were left out.
    pub dependencies: usize,
    /// What was not looked at, the first of them.
    pub missed: Vec<Missed>,
    /// How many more.
    pub more_missed: usize,
}

impl Coverage {
    /// Puts down what was not looked at.
    pub(crate) fn note(&mut self, path: &str, reason: Reason) {
        if self.missed.len() < MOST_NAMED {
            self.missed.push(Missed { path: path.to_owned(), reason });
        } else {
            self.more_missed += 1;
        }
    }

    /// Adds what another part of the work looked at.
    pub(crate) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.binaries += other.binaries;
        self.archives += other.archives;
        self.dependencies += other.dependencies;
        self.more_missed += other.more_missed;
        for Missed { path, reason } in other.missed {
            self.note(&path, reason);
        }
    }

    /// How many things were not looked at, or only in part.
    #[must_use]
    pub fn missed(&self) -> usize {
        self.missed.len() + self.more_missed
    }
}
