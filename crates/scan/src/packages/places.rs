//! Places in the files of packages, which are read again only when something is found in them.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{Mutex, PoisonError},
};

use source_text::{FileId, Place};

use crate::{code::Bench, read::read_text};

/// Files of packages by the paths that users see.
pub(super) struct Places<'a> {
    bench: &'a Bench<'a>,
    known: Mutex<HashMap<String, FileId>>,
}

impl fmt::Debug for Places<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Places").finish_non_exhaustive()
    }
}

impl<'a> Places<'a> {
    pub(super) fn new(bench: &'a Bench<'a>) -> Self {
        Self { bench, known: Mutex::default() }
    }

    fn file(&self, path: &str) -> FileId {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = known.get(path) {
            return *file;
        }
        let file = self.bench.sources.add(path, self.text(path).unwrap_or_default());
        known.insert(path.to_owned(), file);
        file
    }

    /// The text of a file, when it is one on disk within the jail; lines within archives are told
    /// without their text.
    fn text(&self, path: &str) -> Option<String> {
        let jail = self.bench.jail;
        let path = jail.base().join(Path::new(path)).canonicalize().ok()?;
        jail.root_of(&path)?;
        read_text(&path).ok()
    }
}

impl rules::Places for Places<'_> {
    fn place(&self, path: &str, line: Option<u32>) -> Place {
        let file = self.file(path);
        let Some(line) = line.filter(|line| *line > 0) else { return Place::whole(file) };
        let source = self.bench.sources.get(file);
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
