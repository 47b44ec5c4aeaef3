//! What a run keeps for the next one: folders and files that it has alone, and files that are replaced
//! whole or not at all.
//!
//! The lock is the system's: it is given back when the process ends, however it ends.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// Why what is kept cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file or folder cannot be read, written or locked.
    #[error("`{}` cannot be used to keep the state: {source}", path.display())]
    Files {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another run has it.
    #[error("`{}` is in use by another run; give each run one of its own", path.display())]
    InUse {
        /// The folder or file.
        path: PathBuf,
    },
    /// A file is larger than any that is written here.
    #[error("`{}` has {bytes} bytes and was not written by this program; move it away to begin anew", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
}

impl StateError {
    fn of(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Files { path: path.to_path_buf(), source }
    }
}

/// A folder that one run has at a time.
#[derive(Debug)]
pub struct StateFolder {
    path: PathBuf,
    /// Kept for its lock.
    _lock: File,
}

impl StateFolder {
    /// Takes a folder, which is made when it is not there, by the lock of this name in it. Runs that take
    /// other names share the folder.
    ///
    /// # Errors
    /// [`StateError`] when another run has the lock, or it cannot be had at all.
    pub fn take(path: &Path, lock: &str) -> Result<Self, StateError> {
        fs::create_dir_all(path).map_err(StateError::of(path))?;
        match take_file(&path.join(lock)) {
            Ok(lock) => Ok(Self { path: path.to_path_buf(), _lock: lock }),
            Err(StateError::InUse { .. }) => Err(StateError::InUse { path: path.to_path_buf() }),
            Err(error) => Err(error),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a file of it holds; `None` when there is none. At most so many bytes are read.
    ///
    /// # Errors
    /// [`StateError`] when it is larger, or cannot be read.
    pub fn read(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, StateError> {
        let path = self.path.join(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StateError::of(&path)(error)),
        };
        let bytes = file.metadata().map_err(StateError::of(&path))?.len();
        if bytes > most {
            return Err(StateError::TooLarge { path, bytes });
        }
        let mut content = Vec::new();
        file.take(most).read_to_end(&mut content).map_err(StateError::of(&path))?;
        Ok(Some(content))
    }

    /// Replaces a file of it, as [`replace`] does.
    ///
    /// # Errors
    /// [`StateError::Files`] when it cannot be written.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StateError> {
        let path = self.path.join(name);
        replace(&path, bytes).map_err(StateError::of(&path))
    }
}

/// Takes a file, which is made when it is not there, until it is dropped. It is open to be read and written,
/// at its start, and holds what it held.
///
/// # Errors
/// [`StateError`] when another run has it, or it cannot be opened or locked.
pub fn take_file(path: &Path) -> Result<File, StateError> {
    loop {
        let open =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
        let file = open.map_err(StateError::of(path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StateError::InUse { path: path.to_path_buf() });
            }
            Err(TryLockError::Error(error)) => return Err(StateError::of(path)(error)),
        }
        // A run that ended between the opening and the lock may have removed or renamed it.
        if is_still(path, &file).map_err(StateError::of(path))? {
            return Ok(file);
        }
    }
}

/// Replaces a file, whole or not at all, also when the power goes: `NAME.new` is written beside it and
/// takes its place.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_folder_of(path);
    Ok(())
}

/// So that a new name survives a power cut, too. Not every file system lets a folder be synced.
pub fn sync_folder_of(path: &Path) {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|it| it.sync_all());
}

/// Whether the path still leads to the file.
#[cfg(unix)]
fn is_still(path: &Path, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((own.dev(), own.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// An open file can neither be removed nor renamed there.
#[cfg(not(unix))]
fn is_still(_: &Path, _: &File) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{StateError, StateFolder, replace, take_file};

    #[test]
    fn one_run_has_a_folder_at_a_time() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("a/state");
        let first = StateFolder::take(&path, "alerts.lock").unwrap();
        match StateFolder::take(&path, "alerts.lock") {
            Err(StateError::InUse { path: told }) => assert_eq!(told, path),
            other => panic!("{other:?}"),
        }
        StateFolder::take(&path, "follow.lock").unwrap();
        drop(first);
        StateFolder::take(&path, "alerts.lock").unwrap();
        fs::write(scratch.path().join("file"), "").unwrap();
        let odd = StateFolder::take(&scratch.path().join("file"), "alerts.lock");
        assert!(matches!(odd, Err(StateError::Files { .. })), "{odd:?}");
    }

    #[test]
    fn files_are_read_back_and_large_ones_are_not() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = StateFolder::take(scratch.path(), "lock").unwrap();
        assert_eq!(folder.read("a.json", 10).unwrap(), None);
        folder.replace("a.json", b"one").unwrap();
        folder.replace("a.json", b"four").unwrap();
        assert_eq!(folder.read("a.json", 4).unwrap(), Some(b"four".to_vec()));
        assert!(!folder.path().join("a.json.new").exists());
        let large = folder.read("a.json", 3);
        assert!(matches!(large, Err(StateError::TooLarge { bytes: 4, .. })), "{large:?}");
        fs::create_dir(folder.path().join("b.json.new")).unwrap();
        assert!(replace(&folder.path().join("b.json"), b"x").is_err());
    }

    #[test]
    fn a_file_that_its_last_owner_removed_is_made_anew() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("steps");
        let first = take_file(&path).unwrap();
        assert!(matches!(take_file(&path), Err(StateError::InUse { .. })));
        fs::remove_file(&path).unwrap();
        // The first one still has its lock, on a file without a name.
        let second = take_file(&path).unwrap();
        assert!(path.exists());
        drop((first, second));
    }
}
