//! One commit, as it stands in its file.

use serde::{Deserialize, Serialize};

use crate::path::{Partition, is_fit};

/// What a commit calls itself.
pub const COMMIT_SCHEMA: &str = "faasguard-lake-commit/1";

/// Bytes of the largest commit: a checkpoint of a million sources.
const MOST_BYTES: usize = 512 << 20;

/// The folder of files of digests.
const SEEN: &str = "_faasguard/seen/";

/// Why bytes are no commit, or none that may follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Larger than any of ours.
    #[error("the commit has {bytes} bytes; at most {MOST_BYTES} are read")]
    TooLarge {
        /// How large.
        bytes: usize,
    },
    /// Not JSON, or not its form.
    #[error("the commit cannot be read: {reason}")]
    Malformed {
        /// What the reader of JSON says.
        reason: String,
    },
    /// Of another program, or a later version of this one.
    #[error("the commit says that it is `{schema}`; this program reads `{COMMIT_SCHEMA}`")]
    OtherSchema {
        /// What it says.
        schema: String,
    },
    /// A path outside of the folders of the lake.
    #[error("the commit names `{path}`, which is no place for a file of a lake")]
    OddPath {
        /// The path.
        path: String,
    },
    /// Not the next number.
    #[error("commit {number} cannot follow commit {after}")]
    OutOfOrder {
        /// Its number.
        number: u64,
        /// That of the one before.
        after: u64,
    },
    /// It adds what stands, or removes what does not.
    #[error("commit {number} contradicts those before it about `{path}`")]
    Contradiction {
        /// Its number.
        number: u64,
        /// The file.
        path: String,
    },
}

/// What a commit is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A writer begins; one that began before it cannot commit any more.
    #[default]
    Begin,
    /// Events came in.
    Import,
    /// Files were written anew, larger.
    Compact,
    /// Old events went.
    Retain,
    /// Files that nobody names any more were deleted.
    Vacuum,
    /// All that the commits up to its number say.
    Checkpoint,
    /// A kind of a later version.
    #[serde(other)]
    Other,
}

/// One commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// [`COMMIT_SCHEMA`]
    pub schema: String,
    /// The first is 1; of a checkpoint, that of the last commit in it.
    pub number: u64,
    /// What it is for.
    pub kind: Kind,
    /// Who wrote it: host, process, a random number.
    pub writer: String,
    /// When, in seconds since 1970.
    pub time: i64,
    /// Data files that now belong to the lake.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<DataFile>,
    /// Paths of data files that do not any more; who still reads an older commit may read them until
    /// they are vacuumed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Files of digests that now belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<SeenFile>,
    /// Paths of files of digests that do not any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<String>,
    /// Sources that were read to their end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Removed files that are deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<String>,
    /// Events before this day (`2026-01-31`) are not taken any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_from: Option<String>,
}

/// A data file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Relative to the lake: `events/account=…/region=…/day=…/….parquet`.
    pub path: String,
    /// Events in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// The earliest time in it, in seconds since 1970; `None` when no event says one.
    #[serde(default)]
    pub min_time: Option<i64>,
    /// The latest.
    #[serde(default)]
    pub max_time: Option<i64>,
}

impl DataFile {
    /// The partition that its path names.
    #[must_use]
    pub fn partition(&self) -> Partition {
        Partition::of_path(&self.path).unwrap_or_default()
    }
}

/// A file of digests of events of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenFile {
    /// Relative to the lake.
    pub path: String,
    /// `2026-01-31`, or `unknown`.
    pub day: String,
    /// Digests in it.
    pub count: u64,
}

/// A source that was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Where it was.
    pub name: String,
    /// Its size as it lay there.
    pub bytes: u64,
    /// SHA-256 of these bytes, in hexadecimal digits.
    pub sha256: String,
    /// Events that were read.
    pub events: u64,
    /// Those among them that were written; the others were in the lake.
    pub written: u64,
    /// Whether something in it was not read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_losses: bool,
}

impl Commit {
    /// A commit that says nothing yet.
    #[must_use]
    pub fn new(number: u64, kind: Kind, writer: &str, time: i64) -> Self {
        let schema = COMMIT_SCHEMA.to_owned();
        Self { schema, number, kind, writer: writer.to_owned(), time, ..Self::default() }
    }

    /// Reads the bytes of a commit. What a lake's commits name is below its own folders, whoever wrote
    /// them.
    ///
    /// # Errors
    /// [`CommitError`] when they are no commit of this version.
    pub fn parse(bytes: &[u8]) -> Result<Self, CommitError> {
        if bytes.len() > MOST_BYTES {
            return Err(CommitError::TooLarge { bytes: bytes.len() });
        }
        let malformed =
            |error: serde_json::Error| CommitError::Malformed { reason: error.to_string() };
        let commit: Self = serde_json::from_slice(bytes).map_err(malformed)?;
        if commit.schema != COMMIT_SCHEMA || commit.kind == Kind::Other {
            return Err(CommitError::OtherSchema { schema: commit.schema });
        }
        let data = commit.added.iter().map(|file| &file.path).chain(&commit.removed);
        let odd_data = data.chain(&commit.deleted).find(|path| !is_data(path));
        let seen = commit.seen.iter().map(|file| &file.path).chain(&commit.unseen);
        let odd = odd_data.or_else(|| seen.into_iter().find(|path| !is_seen(path)));
        match odd {
            Some(path) => Err(CommitError::OddPath { path: path.clone() }),
            None => Ok(commit),
        }
    }

    /// The bytes of its file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.seen.is_empty()
            && self.unseen.is_empty()
            && self.sources.is_empty()
            && self.deleted.is_empty()
            && self.keep_from.is_none()
    }
}

fn is_data(path: &str) -> bool {
    Partition::of_path(path).is_some()
}

fn is_seen(path: &str) -> bool {
    path.strip_prefix(SEEN).is_some_and(is_fit)
}

#[cfg(test)]
mod tests {
    use super::{Commit, CommitError, DataFile, Kind};

    fn refused(change: impl Fn(&mut Commit)) -> CommitError {
        let mut commit = Commit::new(1, Kind::Import, "w", 0);
        change(&mut commit);
        Commit::parse(&commit.to_bytes()).unwrap_err()
    }

    #[test]
    fn a_commit_names_nothing_outside_of_the_lake() {
        for path in ["/etc/passwd", "events/../../x.parquet", "_faasguard/commits/1.json", ""] {
            let data = || DataFile { path: path.to_owned(), ..DataFile::default() };
            let expect = CommitError::OddPath { path: path.to_owned() };
            assert_eq!(refused(|it| it.added.push(data())), expect);
            assert_eq!(refused(|it| it.deleted.push(path.to_owned())), expect);
            assert_eq!(refused(|it| it.unseen.push(path.to_owned())), expect);
        }
    }

    #[test]
    fn a_commit_of_a_later_version_is_refused() {
        let later = "faasguard-lake-commit/2";
        let expect = CommitError::OtherSchema { schema: later.to_owned() };
        assert_eq!(refused(|it| it.schema = later.to_owned()), expect);
        let text =
            r#"{"schema":"faasguard-lake-commit/1","number":1,"kind":"melt","writer":"","time":0}"#;
        assert!(matches!(Commit::parse(text.as_bytes()), Err(CommitError::OtherSchema { .. })));
    }
}
