//! A lake: its commits read, and written by one writer.

use std::{sync::Arc, time::Duration};

use lake_log::{Commit, CommitError, DataFile, Kind, State};

use crate::{
    LakeError, Storage, clock,
    lock::{self, Lock},
    names::{SEEN, Writer},
};

/// The folder of the commits.
pub(crate) const COMMITS: &str = "_faasguard/commits";

/// The folder of the checkpoints.
pub(crate) const CHECKPOINTS: &str = "_faasguard/checkpoints";

/// Commits between two checkpoints.
const CHECKPOINT_EVERY: u64 = 32;

/// A lake that is open.
#[derive(Clone, Debug)]
pub struct Lake {
    pub(crate) storage: Arc<Storage>,
}

/// What a lake holds at one commit. It stays readable while others write, until they vacuum.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What the commits say.
    pub state: State,
}

impl Snapshot {
    /// The data files.
    pub fn files(&self) -> impl Iterator<Item = &DataFile> {
        self.state.files.values()
    }
}

impl Lake {
    /// Opens the lake in a folder or at `s3://bucket/prefix`.
    ///
    /// # Errors
    /// [`LakeError::NoLake`] when none was made there; others when the place cannot be read.
    pub fn open(url: &str) -> Result<Self, LakeError> {
        let lake = Self { storage: Arc::new(Storage::open(url, false)?) };
        if lake.snapshot()?.state.number == 0 {
            return Err(LakeError::NoLake { url: url.to_owned() });
        }
        Ok(lake)
    }

    /// Opens the lake, or the place where one will be with the first commit.
    ///
    /// # Errors
    /// [`LakeError`] when the place cannot be made.
    pub fn create(url: &str) -> Result<Self, LakeError> {
        Ok(Self { storage: Arc::new(Storage::open(url, true)?) })
    }

    /// Where it is.
    #[must_use]
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Its URL, which ends with a slash.
    #[must_use]
    pub fn root_url(&self) -> String {
        self.storage.url_of("")
    }

    /// The root that an engine registers a store under, and a store of its own for it; see
    /// [`Storage::engine_store`].
    ///
    /// # Errors
    /// [`LakeError`] when the store cannot be made.
    pub fn object_store(&self) -> Result<(String, Arc<dyn object_store::ObjectStore>), LakeError> {
        self.storage.engine_store()
    }

    /// What it holds now.
    ///
    /// # Errors
    /// [`LakeError`] when a commit is broken or missing.
    pub fn snapshot(&self) -> Result<Snapshot, LakeError> {
        match self.read_log() {
            // Old commits were vacuumed between looking and reading; there is a checkpoint now.
            Err(LakeError::Gone { .. }) => self.read_log(),
            result => result,
        }
    }

    fn read_log(&self) -> Result<Snapshot, LakeError> {
        let mut state = State::default();
        let mut checkpoints = self.numbers(CHECKPOINTS)?;
        checkpoints.sort_unstable();
        if let Some(last) = checkpoints.pop() {
            self.apply(&mut state, CHECKPOINTS, last)?;
        }
        let mut commits = self.numbers(COMMITS)?;
        commits.retain(|number| *number > state.number);
        commits.sort_unstable();
        for number in commits {
            self.apply(&mut state, COMMITS, number)?;
        }
        Ok(Snapshot { state })
    }

    pub(crate) fn numbers(&self, folder: &str) -> Result<Vec<u64>, LakeError> {
        let number = |path: &str| {
            path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".json")?.parse().ok()
        };
        Ok(self.storage.list(folder)?.iter().filter_map(|file| number(&file.path)).collect())
    }

    fn apply(&self, state: &mut State, folder: &str, number: u64) -> Result<(), LakeError> {
        let path = numbered(folder, number);
        let bytes =
            self.storage.read(&path)?.ok_or_else(|| LakeError::Gone { path: path.clone() })?;
        let commit = Commit::parse(&bytes).and_then(|commit| {
            // A file under another number than its own is one that somebody moved.
            let is_own = commit.number == number;
            let after = state.number;
            is_own.then_some(commit).ok_or(CommitError::OutOfOrder { number, after })
        });
        commit
            .and_then(|commit| state.apply(commit))
            .map_err(|source| LakeError::Commit { path, source })
    }

    /// Begins to write: takes the lock, marks the beginning, so that writers before cannot commit any
    /// more, and removes what they left.
    pub(crate) fn begin(&self, wait: Duration) -> Result<Session, LakeError> {
        let writer = Arc::new(Writer::new());
        let lock = lock::take(&self.storage, &writer.name, wait)?;
        let state = self.snapshot()?.state;
        let mut session = Session { lake: self.clone(), state, writer, _lock: lock, leftovers: 0 };
        let begin = session.commit_of(Kind::Begin);
        session.commit(begin)?;
        session.sweep()?;
        Ok(session)
    }
}

pub(crate) fn numbered(folder: &str, number: u64) -> String {
    format!("{folder}/{number:020}.json")
}

/// The right to write into a lake, and what it holds.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) lake: Lake,
    pub(crate) state: State,
    pub(crate) writer: Arc<Writer>,
    /// Files of dead writers that were removed.
    pub(crate) leftovers: u64,
    _lock: Lock,
}

impl Session {
    /// A commit to be filled.
    pub(crate) fn commit_of(&self, kind: Kind) -> Commit {
        Commit::new(self.state.number.saturating_add(1), kind, &self.writer.name, clock::now())
    }

    /// Writes a commit. What it names is in the lake from then on, and not before. After an error the
    /// session is over.
    pub(crate) fn commit(&mut self, commit: Commit) -> Result<(), LakeError> {
        let number = commit.number;
        let path = numbered(COMMITS, number);
        let broken = |source: CommitError| LakeError::Commit { path: path.clone(), source };
        let bytes = commit.to_bytes();
        // First, as a contradiction must not stand in the lake.
        self.state.apply(commit).map_err(broken)?;
        if !self.lake.storage.create(&path, bytes)? {
            return Err(LakeError::TakenOver { number });
        }
        // A number may also be free because its commit was vacuumed, when this writer slept for long.
        if self.lake.numbers(CHECKPOINTS)?.iter().any(|checkpoint| *checkpoint >= number) {
            return Err(LakeError::TakenOver { number });
        }
        if number.is_multiple_of(CHECKPOINT_EVERY) {
            // It only spares reading: who cannot write it goes on.
            let _ = self.checkpoint();
        }
        Ok(())
    }

    /// Writes a file that says all that the commits up to now say.
    pub(crate) fn checkpoint(&self) -> Result<(), LakeError> {
        let checkpoint = self.state.to_checkpoint(&self.writer.name, clock::now());
        let path = numbered(CHECKPOINTS, self.state.number);
        self.lake.storage.create(&path, checkpoint.to_bytes()).map(|_| ())
    }

    /// Removes data files and files of digests that no commit names: their writers are dead, or may not
    /// commit any more.
    fn sweep(&mut self) -> Result<(), LakeError> {
        let storage = &self.lake.storage;
        let state = &self.state;
        for file in storage.list(lake_log::data_folder())? {
            let path = &file.path;
            if !state.files.contains_key(path) && !state.retired.contains_key(path) {
                storage.delete(path)?;
                self.leftovers += 1;
            }
        }
        for file in storage.list(SEEN)? {
            if !state.seen.contains_key(&file.path) {
                storage.delete(&file.path)?;
                self.leftovers += 1;
            }
        }
        if let Some(folder) = storage.folder() {
            self.leftovers += unfinished(&folder.join(lake_log::data_folder()), 4)
                + unfinished(&folder.join("_faasguard"), 1);
        }
        Ok(())
    }
}

/// Removes what writers of this machine had not finished: the store writes `name#1` and renames it.
fn unfinished(folder: &std::path::Path, depth: u32) -> u64 {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let name = entry.file_name();
        let is_rest = name.to_string_lossy().rsplit_once('#').is_some_and(|(_, number)| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        if kind.is_dir() && depth > 0 {
            removed += unfinished(&entry.path(), depth - 1);
        } else if kind.is_file() && is_rest && std::fs::remove_file(entry.path()).is_ok() {
            removed += 1;
        }
    }
    removed
}
