//! Where a run that follows a folder was, kept for the next one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use correlation::Snapshot;
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
    /// A file or folder cannot be read or written.
    #[error("`{}` cannot be used for the state: {source}", path.display())]
    Files {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another run has it.
    #[error("`{}` is in use by another run; give each run a folder of its own", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
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
    folder: PathBuf,
    /// Kept for its lock.
    _lock: File,
}

impl Checkpoint {
    /// Takes a folder, which is made when it is not there, and reads what an earlier run left.
    ///
    /// # Errors
    /// [`CheckpointError`] when another run has it, or what is there is something else.
    pub fn open(folder: &Path) -> Result<(Self, Option<FollowState>), CheckpointError> {
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |source| CheckpointError::Files { path, source }
        };
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let path = folder.join(LOCK);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(failed(&path))?;
        if lock.try_lock().is_err() {
            return Err(CheckpointError::InUse { path: folder.to_path_buf() });
        }
        let path = folder.join(NAME);
        let state = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&path)(error)),
            Ok(about) if about.len() > LARGEST => {
                let reason = "it is too large".to_owned();
                return Err(CheckpointError::Malformed { path, reason });
            }
            Ok(_) => {
                let bytes = fs::read(&path).map_err(failed(&path))?;
                let state = FollowState::parse(&bytes);
                Some(state.map_err(|reason| CheckpointError::Malformed { path, reason })?)
            }
        };
        Ok((Self { folder: folder.to_path_buf(), _lock: lock }, state))
    }

    /// Replaces what is kept, whole or not at all, also when the power goes.
    ///
    /// # Errors
    /// [`CheckpointError::Files`] when it cannot be written.
    pub fn keep(&self, state: &FollowState) -> Result<(), CheckpointError> {
        let path = self.folder.join(NAME);
        let beside = self.folder.join(format!("{NAME}.new"));
        let write = || {
            let bytes = serde_json::to_vec(state)?;
            let mut file = File::create(&beside)?;
            file.write_all(&bytes)?;
            file.sync_data()?;
            fs::rename(&beside, &path)
        };
        write().map_err(|source| CheckpointError::Files { path: path.clone(), source })
    }
}
