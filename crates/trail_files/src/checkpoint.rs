//! Where a run that follows a folder was, kept for the next one.

use std::path::{Path, PathBuf};

use correlation::Snapshot;
use run_state::{StateError, StateFolder};
use serde::{Deserialize, Serialize};

const SCHEMA: &str = "faasguard-follow/1";
const NAME: &str = "follow.json";
const LOCK: &str = "follow.lock";

/// Largest checkpoint that is read, in bytes.
const LARGEST: u64 = 1 << 30;

/// Where a run was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowState {
    schema: String,
    /// How far each file was read.
    pub files: Vec<FileMark>,
    /// What correlations keep.
    pub correlations: Snapshot,
    /// What the program keeps besides.
    #[serde(default)]
    pub more: serde_json::Value,
}

/// How far a file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    /// The file.
    pub path: PathBuf,
    /// Its device and number, where the system has them.
    #[serde(default)]
    pub number: Option<(u64, u64)>,
    /// Bytes that are done with.
    pub offset: u64,
    /// Bytes at its start that the digest is of.
    pub head_length: u64,
    /// Digest of its start, 16 hexadecimal digits.
    pub head: String,
    /// Whether it is JSON lines.
    pub lines: bool,
}

/// Why a checkpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The folder, or a file of it.
    #[error(transparent)]
    State(#[from] StateError),
    /// It is no checkpoint of this form.
    #[error("`{}` is no checkpoint of this program ({reason}); move it away to begin anew", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl FollowState {
    pub(crate) fn new(files: Vec<FileMark>, correlations: Snapshot) -> Self {
        let more = serde_json::Value::Null;
        Self { schema: SCHEMA.to_owned(), files, correlations, more }
    }

    /// Reads a checkpoint.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let state: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if state.schema != SCHEMA {
            return Err(format!("`schema` is not `{SCHEMA}`"));
        }
        Ok(state)
    }
}

/// A folder with a checkpoint, which one run has at a time.
#[derive(Debug)]
pub struct Checkpoint {
    folder: StateFolder,
}

impl Checkpoint {
    /// Takes a folder, which is made when it is not there, and reads what an earlier run left.
    ///
    /// # Errors
    /// [`CheckpointError`] when another run has it, or what is there is something else.
    pub fn open(folder: &Path) -> Result<(Self, Option<FollowState>), CheckpointError> {
        let folder = StateFolder::take(folder, LOCK)?;
        let state = match folder.read(NAME, LARGEST)? {
            None => None,
            Some(bytes) => Some(FollowState::parse(&bytes).map_err(|reason| {
                CheckpointError::Malformed { path: folder.path().join(NAME), reason }
            })?),
        };
        Ok((Self { folder }, state))
    }

    /// Replaces what is kept, whole or not at all, also when the power goes.
    ///
    /// # Errors
    /// [`CheckpointError::State`] when it cannot be written.
    pub fn keep(&self, state: &FollowState) -> Result<(), CheckpointError> {
        let path = || self.folder.path().join(NAME);
        let bytes = serde_json::to_vec(state)
            .map_err(|error| StateError::Files { path: path(), source: error.into() })?;
        Ok(self.folder.replace(NAME, &bytes)?)
    }
}
