//! Paths of the entries of an archive for the readers of package files.

use std::collections::{HashMap, HashSet};

use code_package::File;

/// Gives each entry a path of its own, below those of the archives around it.
#[derive(Debug, Default)]
pub(crate) struct ArchiveNames {
    met: HashSet<String>,
    /// Entries of a name so far, so that a name that stands there a hundred thousand times costs no
    /// more than other names.
    copies: HashMap<String, usize>,
}

impl ArchiveNames {
    /// The path of an entry, `outer.jar!/inner` within another archive and below `#2` the second
    /// time that it is met: whoever unpacks the archive sees one of several, here all count. `None`
    /// when no reader reads a file of this name.
    pub(crate) fn of(&mut self, file: &File<'_, '_>) -> Option<String> {
        let name = match file.outer() {
            "" => file.entry.path().into_owned(),
            outer => format!("{outer}!/{}", file.entry.path()),
        };
        if !inventory::reads(&name) {
            return None;
        }
        let copies = self.copies.entry(name.clone()).or_default();
        loop {
            *copies += 1;
            let path = if *copies == 1 { name.clone() } else { format!("#{copies}/{name}") };
            if self.met.insert(path.clone()) {
                return Some(path);
            }
        }
    }
}
