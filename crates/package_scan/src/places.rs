//! Places in the files of packages, which are read again only when something is found in them.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{Mutex, PoisonError},
};

use jail::{Jail, read_text};
use source_text::{FileId, Place, ReadFile as _};

/// Files of packages by the paths that users see.
pub(crate) struct Places<'a> {
    jail: &'a Jail,
    known: Mutex<HashMap<String, FileId>>,
}

impl fmt::Debug for Places<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Places").finish_non_exhaustive()
    }
}

impl<'a> Places<'a> {
    pub(crate) fn new(jail: &'a Jail) -> Self {
        Self { jail, known: Mutex::default() }
    }

    fn file(&self, path: &str) -> FileId {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = known.get(path) {
            return *file;
        }
        let file = self.jail.sources().add(path, self.text(path).unwrap_or_default());
        known.insert(path.to_owned(), file);
        file
    }

    /// The text of a file, when it is one on disk within the jail; lines within archives are told
    /// without their text.
    fn text(&self, path: &str) -> Option<String> {
        let path = self.jail.base().join(Path::new(path)).canonicalize().ok()?;
        self.jail.root_of(&path)?;
        read_text(&path).ok()
    }
}

impl rules::Places for Places<'_> {
    fn place(&self, path: &str, line: Option<u32>) -> Place {
        let file = self.file(path);
        let Some(line) = line.filter(|line| *line > 0) else { return Place::whole(file) };
        let source = self.jail.sources().get(file);
        let text = source.text.lines().nth(line as usize - 1).unwrap_or_default();
        let column = |text: &str| u32::try_from(text.chars().count() + 1).unwrap_or(u32::MAX);
        let indent = column(&text[..text.len() - text.trim_start().len()]);
        Place {
            file,
            line,
            column: indent,
            end_line: line,
            end_column: column(text.trim_end()).max(indent),
        }
    }
}
