//! All readers of package files: the one place that lists them. A new ecosystem adds a field and a
//! line to each function.

use component::{Inventory, RemarkKind};

use crate::{
    Contents, Runtime,
    tree::{LARGEST_FILE, Tree},
};

/// Bytes of Python's manifests and lock files that wait until it is known which of them installed
/// packages brought along.
const MOST_WAITING: usize = 32 << 20;

/// Whether a file of this path says something about packages, whatever is in it.
#[must_use]
pub fn reads(path: &str) -> bool {
    inventory_python::reads(path)
        || inventory_javascript::reads(path)
        || inventory_compiled::reads(path)
        || inventory_scripts::reads(path)
}

/// Whether a file that begins so is a program that may tell what it was built from.
#[must_use]
pub fn is_program(head: &[u8]) -> bool {
    inventory_compiled::is_program(head)
}

#[derive(Debug, Default)]
pub(crate) struct Reader {
    python: inventory_python::Reader,
    javascript: inventory_javascript::Reader,
    compiled: inventory_compiled::Reader,
    scripts: inventory_scripts::Reader,
    waiting: Vec<(String, Vec<u8>)>,
    waiting_bytes: usize,
}

impl Reader {
    /// Looks at one file, and reads it when it says something about packages.
    pub(crate) fn see(&mut self, path: &str, contents: &dyn Contents, into: &mut Inventory) {
        self.compiled.meet(path);
        if !reads(path) && !is_program(&contents.head()) {
            return;
        }
        let bytes = match contents.read(LARGEST_FILE) {
            Ok(bytes) => bytes,
            Err(why) => return into.remark(path, None, RemarkKind::Unread, why),
        };
        if inventory_python::reads(path) {
            let fits = self.waiting_bytes + bytes.len() <= MOST_WAITING;
            if fits && !inventory_python::is_installed(path) {
                self.waiting_bytes += bytes.len();
                self.waiting.push((path.to_owned(), bytes.into_owned()));
            } else {
                self.python.read(path, &bytes, into);
            }
        } else if inventory_javascript::reads(path) {
            self.javascript.read(path, &bytes, into);
        } else if inventory_scripts::reads(path) {
            self.scripts.read(path, &bytes, into);
        } else {
            self.compiled.read(path, &bytes, into);
        }
    }

    /// Reads what waited, and what files name.
    pub(crate) fn settle(&mut self, tree: &Tree<'_>, into: &mut Inventory) {
        for (path, bytes) in std::mem::take(&mut self.waiting) {
            self.python.read(&path, &bytes, into);
        }
        // Ends: every turn reads a file that was not read before, and there are finitely many.
        loop {
            let found = self.python.includes().into_iter().find_map(|include| {
                let bytes = tree.bytes(&include.path)?.ok()?;
                Some((include, bytes))
            });
            let Some((include, bytes)) = found else { return };
            self.python.read_include(&include, &bytes, into);
        }
    }

    /// What installed wheels say about their files.
    pub(crate) fn python(&self) -> &inventory_python::Reader {
        &self.python
    }

    /// Connects what was read, as the runtime would find it.
    pub(crate) fn finish(self, runtime: &Runtime, into: &mut Inventory) {
        self.python.finish(&runtime.python_search(), runtime.python_version(), into);
        self.javascript.finish(&runtime.node_search(), into);
        self.compiled.finish(into);
        self.scripts.finish(into);
    }
}
