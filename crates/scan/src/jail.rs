//! The way in which a template may name other files: inside the scanned root, or not at all.

use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use source_text::{FileId, ReadError, ReadFile, Sources, decode};

use crate::inputs::MAX_BYTES;

/// Reads files below one folder and nowhere else.
#[derive(Debug)]
pub(crate) struct Jail {
    /// Canonical path of the root.
    root: PathBuf,
    sources: Arc<Sources>,
}

impl Jail {
    /// A jail at `root`, which is canonical.
    pub(crate) fn new(root: PathBuf, sources: Arc<Sources>) -> Self {
        Self { root, sources }
    }

    /// The path of a file as shown: relative to the root, with `/`.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let canonical = path.canonicalize();
        let path = canonical.as_deref().unwrap_or(path);
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        let shown = relative.to_string_lossy().replace('\\', "/");
        if shown.is_empty() { ".".to_owned() } else { shown }
    }

    /// Where `path` lies when it is named in `from`, links followed.
    fn resolve(&self, from: FileId, path: &str) -> Result<PathBuf, ReadError> {
        let outside = || ReadError::Outside { path: path.to_owned() };
        let asked = Path::new(path);
        let is_plain = asked.components().all(|part| {
            matches!(part, Component::Normal(_) | Component::CurDir | Component::ParentDir)
        });
        if !is_plain {
            return Err(outside());
        }
        let folder = self.root.join(self.sources.path(from));
        let folder = folder.parent().unwrap_or(&self.root);
        let full = folder.join(asked).canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => self.missing(folder, asked, path),
            _ => ReadError::Unreadable { path: path.to_owned(), reason: error.to_string() },
        })?;
        if full.starts_with(&self.root) { Ok(full) } else { Err(outside()) }
    }

    /// A path that does not exist: whether something exists outside the root is not told.
    fn missing(&self, folder: &Path, asked: &Path, path: &str) -> ReadError {
        let mut depth = folder.strip_prefix(&self.root).map_or(0, |p| p.components().count());
        for part in asked.components() {
            match part {
                Component::ParentDir if depth == 0 => {
                    return ReadError::Outside { path: path.to_owned() };
                }
                Component::ParentDir => depth -= 1,
                Component::Normal(_) => depth += 1,
                _ => {}
            }
        }
        ReadError::NotFound { path: path.to_owned() }
    }
}

impl ReadFile for Jail {
    fn read(&self, from: FileId, path: &str) -> Result<FileId, ReadError> {
        if path.contains("://") {
            return Err(ReadError::Remote { path: path.to_owned() });
        }
        let full = self.resolve(from, path)?;
        let unreadable = |reason: String| ReadError::Unreadable { path: path.to_owned(), reason };
        let metadata = std::fs::metadata(&full).map_err(|error| unreadable(error.to_string()))?;
        if !metadata.is_file() {
            return Err(unreadable("it is not a file".to_owned()));
        }
        if metadata.len() > MAX_BYTES {
            return Err(unreadable(format!("it is larger than {} MiB", MAX_BYTES >> 20)));
        }
        let bytes = std::fs::read(&full).map_err(|error| unreadable(error.to_string()))?;
        let text = decode(&bytes).map_err(|error| unreadable(error.to_string()))?;
        Ok(self.sources.add(self.shown(&full), text))
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}
