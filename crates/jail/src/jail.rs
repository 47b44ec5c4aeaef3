//! The way in which a template may name other files: inside the scanned folders, or not at all.

use std::{
    collections::HashMap,
    path::{Component, Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use source_text::{FileId, ReadError, ReadFile, Sources};

use crate::read::{Refusal, parent_of, read_text};

/// Reads files below the scanned folders and nowhere else.
#[derive(Debug)]
pub struct Jail {
    /// Folder that paths are shown relative to; canonical.
    base: PathBuf,
    /// Folders that files may be read of; canonical.
    roots: Vec<PathBuf>,
    sources: Arc<Sources>,
    /// Files read already: many templates may name the same one, and one template many times.
    known: Arc<Mutex<HashMap<PathBuf, FileId>>>,
    /// Texts that stand for those of files, by canonical path.
    edited: Arc<HashMap<PathBuf, String>>,
    /// Bytes that may still be asked for.
    budget: AtomicU64,
}

/// Bytes of other files that one template may ask for, each time counted.
const BUDGET: u64 = 16 << 20;

/// What the smallest file counts as, so that there is a bound on their number.
const LEAST: u64 = 4 << 10;

impl Jail {
    /// A jail at `roots`; these and `base` are canonical.
    #[must_use]
    pub fn new(base: PathBuf, roots: Vec<PathBuf>, sources: Arc<Sources>) -> Self {
        let budget = AtomicU64::new(BUDGET);
        Self { base, roots, sources, known: Arc::default(), edited: Arc::default(), budget }
    }

    /// The same jail, in which some files have other texts, by canonical path: what they would say if
    /// an edit were written.
    #[must_use]
    pub fn with_edited(self, edited: Arc<HashMap<PathBuf, String>>) -> Self {
        Self { edited, ..self }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// [`Refusal`] says why it was not read.
    pub fn text(&self, path: &Path) -> Result<String, Refusal> {
        if !self.edited.is_empty()
            && let Ok(full) = path.canonicalize()
            && let Some(text) = self.edited.get(&full)
        {
            return Ok(text.clone());
        }
        read_text(path)
    }

    /// The same jail with a budget of its own, for one template.
    #[must_use]
    pub fn for_template(&self) -> Self {
        Self {
            base: self.base.clone(),
            roots: self.roots.clone(),
            sources: Arc::clone(&self.sources),
            known: Arc::clone(&self.known),
            edited: Arc::clone(&self.edited),
            budget: AtomicU64::new(BUDGET),
        }
    }

    /// Takes a file's size out of the budget.
    fn pay(&self, file: FileId, path: &str) -> Result<FileId, ReadError> {
        let bytes = (self.sources.get(file).text.len() as u64).max(LEAST);
        let pay = |left: u64| left.checked_sub(bytes);
        match self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay) {
            Ok(_) => Ok(file),
            Err(_) => Err(ReadError::Unreadable {
                path: path.to_owned(),
                reason: format!("the template asks for more than {} MiB", BUDGET >> 20),
            }),
        }
    }

    /// The folder that paths are shown relative to.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The folder that a canonical path may be read in; `None` when it lies outside.
    #[must_use]
    pub fn root_of(&self, path: &Path) -> Option<&Path> {
        self.roots.iter().map(PathBuf::as_path).find(|root| path.starts_with(root))
    }

    /// The path of a file as shown: relative to the base, with `/`. A link is shown by its own
    /// name, not by what it leads to.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        let folder = parent_of(path).canonicalize().ok();
        let path = match (folder, path.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => path.to_path_buf(),
        };
        // Relative to the root of the file system, nobody could tell that a path is absolute.
        let relative = match path.strip_prefix(&self.base) {
            Ok(relative) if self.base.parent().is_some() => relative,
            _ => &path,
        };
        let shown = relative.to_string_lossy().replace('\\', "/");
        if shown.is_empty() { ".".to_owned() } else { shown }
    }

    /// Where `path` lies when it is named in `from`, links followed.
    ///
    /// # Errors
    /// As [`ReadFile::read`].
    pub fn resolve(&self, from: FileId, path: &str) -> Result<PathBuf, ReadError> {
        let outside = || ReadError::Outside { path: path.to_owned() };
        let asked = Path::new(path);
        let is_plain = asked.components().all(|part| {
            matches!(part, Component::Normal(_) | Component::CurDir | Component::ParentDir)
        });
        if !is_plain {
            return Err(outside());
        }
        let folder = self.base.join(self.sources.path(from));
        let folder = folder.parent().unwrap_or(&self.base);
        let full = folder.join(asked).canonicalize().map_err(|error| match error.kind() {
            // `x/../../secret` fails in many ways, which must not tell what stands outside.
            _ if self.leads_outside(folder, asked) => outside(),
            std::io::ErrorKind::NotFound => ReadError::NotFound { path: path.to_owned() },
            _ => ReadError::Unreadable { path: path.to_owned(), reason: error.to_string() },
        })?;
        if self.roots.iter().any(|root| full.starts_with(root)) { Ok(full) } else { Err(outside()) }
    }

    /// Whether a path leaves the root that `folder` lies in, by its words alone.
    fn leads_outside(&self, folder: &Path, asked: &Path) -> bool {
        let depth_in = |root: &PathBuf| Some(folder.strip_prefix(root).ok()?.components().count());
        let Some(mut depth) = self.roots.iter().filter_map(depth_in).max() else { return true };
        for part in asked.components() {
            match part {
                Component::ParentDir if depth == 0 => return true,
                Component::ParentDir => depth -= 1,
                Component::Normal(_) => depth += 1,
                _ => {}
            }
        }
        false
    }
}

impl Jail {
    /// Whether a file that is named in `from` is there to be read.
    ///
    /// # Errors
    /// As [`ReadFile::read`].
    pub fn find(&self, from: FileId, path: &str) -> Result<(), ReadError> {
        if path.contains("://") {
            return Err(ReadError::Remote { path: path.to_owned() });
        }
        self.resolve(from, path).map(|_| ())
    }
}

impl ReadFile for Jail {
    fn read(&self, from: FileId, path: &str) -> Result<FileId, ReadError> {
        if path.contains("://") {
            return Err(ReadError::Remote { path: path.to_owned() });
        }
        let full = self.resolve(from, path)?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&full).copied();
        if let Some(file) = known {
            return self.pay(file, path);
        }
        let text = self.text(&full).map_err(|refusal| {
            let reason = match refusal {
                Refusal::Io(error) => error.to_string(),
                other => other.to_string(),
            };
            ReadError::Unreadable { path: path.to_owned(), reason }
        })?;
        let file = self.sources.add(self.shown(&full), text);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(full, file);
        self.pay(file, path)
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}
