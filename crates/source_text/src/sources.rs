//! The table of files of one run, and the way in which the core asks for another file.

use std::sync::{Arc, PoisonError, RwLock};

use crate::FileId;

/// One file: its path as shown to users, and its text.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the scanned root, with `/`.
    pub path: String,
    /// The whole text; empty when the file could not be read.
    pub text: String,
}

/// Every file of a run. Shared by the workers; a file, once added, never changes.
#[derive(Debug, Default)]
pub struct Sources {
    files: RwLock<Vec<Arc<SourceFile>>>,
}

impl Sources {
    /// Adds a file and returns its handle.
    pub fn add(&self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
        files.push(Arc::new(SourceFile { path: path.into(), text: text.into() }));
        id
    }

    /// The file behind a handle; an unknown handle gives an empty file with an empty path.
    #[must_use]
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files
            .get(id.0 as usize)
            .cloned()
            .unwrap_or_else(|| Arc::new(SourceFile { path: String::new(), text: String::new() }))
    }

    /// The other files of the folder of a file.
    #[must_use]
    pub fn beside(&self, id: FileId) -> Vec<Arc<SourceFile>> {
        let own = self.get(id);
        let folder = |path: &str| path.rsplit_once('/').map_or(0, |(folder, _)| folder.len());
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let is_beside = |it: &&Arc<SourceFile>| {
            let length = folder(&own.path);
            it.path != own.path
                && folder(&it.path) == length
                && it.path.get(..length) == own.path.get(..length)
        };
        files.iter().filter(is_beside).cloned().collect()
    }

    /// Path of a file, relative to the scanned root, with `/`.
    #[must_use]
    pub fn path(&self, id: FileId) -> String {
        self.get(id).path.clone()
    }
}

/// Why another file could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("there is no file `{path}`")]
    NotFound {
        /// As asked for.
        path: String,
    },
    /// The path leads outside the scanned root; nothing outside is ever read.
    #[error("`{path}` lies outside the scanned folder and is not read")]
    Outside {
        /// As asked for.
        path: String,
    },
    /// The file exists but is too large, not UTF-8 or not readable.
    #[error("`{path}` cannot be read: {reason}")]
    Unreadable {
        /// As asked for.
        path: String,
        /// In words.
        reason: String,
    },
    /// Reading other files is switched off, or remote (`s3://`, `https://`).
    #[error("`{path}` is not a local file")]
    Remote {
        /// As asked for.
        path: String,
    },
}

/// How the core asks the rim for a file that a template names (`DefinitionUri`, includes, nested
/// stacks). The rim confines the path to the scanned root.
pub trait ReadFile: Sync {
    /// Reads `path`, relative to the folder of the file `from`, registers it and returns its handle.
    ///
    /// # Errors
    /// [`ReadError`] when there is no such file, it lies outside the root, or cannot be read.
    fn read(&self, from: FileId, path: &str) -> Result<FileId, ReadError>;

    /// The table that holds the files read.
    fn sources(&self) -> &Sources;
}
