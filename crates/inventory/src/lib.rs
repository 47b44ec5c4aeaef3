//! All readers of package files behind one face: the files of a package in, its inventory out.
//!
//! This is the one place that lists the readers. A new ecosystem adds a field to [`Reader`] and a
//! line to each of its functions.

#![deny(clippy::disallowed_methods)]

use component::{Inventory, RemarkKind};

pub use inventory_python::Include;

/// Largest file that is handed to a reader, in bytes; the readers refuse larger ones anyway.
pub const LARGEST_FILE: u64 = 64 << 20;

/// Whether a file of this path says something about packages; others need not be opened.
#[must_use]
pub fn reads(path: &str) -> bool {
    inventory_python::reads(path)
        || inventory_javascript::reads(path)
        || inventory_compiled::reads(path)
}

/// A folder that a function sees, relative to the root of the paths that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mount {
    /// `/var/task`: the code.
    Task(String),
    /// `/opt`: a layer.
    Layer(String),
}

/// Where the function runs, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// In the order in which imports are looked up: the code, then the layers, the last laid first.
    pub mounts: Vec<Mount>,
    /// Runtime identifier: `python3.13`, `nodejs22.x`.
    pub runtime: Option<String>,
}

impl View {
    /// The version of a language in the runtime identifier: `3.13` of `python3.13`.
    fn version_of(&self, language: &str) -> Option<&str> {
        let version = self.runtime.as_deref()?.strip_prefix(language)?;
        Some(version.strip_suffix(".x").unwrap_or(version)).filter(|it| !it.is_empty())
    }

    /// Folders that Python searches.
    ///
    /// Source: Lambda Developer Guide, "Search path for runtime dependencies" and "Layer paths for
    /// each Lambda runtime" (read 2026-11-26).
    fn of_python(&self) -> Vec<String> {
        let version = self.version_of("python");
        let of_mount = |mount: &Mount| match mount {
            Mount::Task(folder) => vec![folder.clone()],
            Mount::Layer(folder) => {
                let plain = below(folder, "python");
                let versioned = version.map(|version| {
                    below(folder, &format!("python/lib/python{version}/site-packages"))
                });
                std::iter::once(plain).chain(versioned).collect()
            }
        };
        self.mounts.iter().flat_map(of_mount).collect()
    }

    /// Folders named `node_modules` that Node.js looks into last.
    fn of_node(&self) -> Vec<String> {
        let version = self.version_of("nodejs");
        let of_mount = |mount: &Mount| match mount {
            Mount::Task(folder) => vec![below(folder, "node_modules")],
            Mount::Layer(folder) => {
                let plain = below(folder, "nodejs/node_modules");
                let versioned = version
                    .map(|version| below(folder, &format!("nodejs/node{version}/node_modules")));
                std::iter::once(plain).chain(versioned).collect()
            }
        };
        self.mounts.iter().flat_map(of_mount).collect()
    }
}

fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// Reads the files of one package with its layers, in any order.
#[derive(Debug, Default)]
pub struct Reader {
    python: inventory_python::Reader,
    javascript: inventory_javascript::Reader,
    compiled: inventory_compiled::Reader,
    inventory: Inventory,
}

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file; paths are relative to one root, with `/`.
    pub fn read(&mut self, path: &str, bytes: &[u8]) {
        self.python.read(path, bytes, &mut self.inventory);
        self.javascript.read(path, bytes, &mut self.inventory);
        if inventory_compiled::reads(path) {
            self.compiled.read(path, bytes, &mut self.inventory);
        }
    }

    /// Files that others name and that were not read yet, whatever their own names.
    #[must_use]
    pub fn includes(&self) -> Vec<Include> {
        self.python.includes()
    }

    /// Reads a file that another one names.
    pub fn read_include(&mut self, include: &Include, bytes: &[u8]) {
        self.python.read_include(include, bytes, &mut self.inventory);
    }

    /// Tells of a file that could not be read.
    pub fn lost(&mut self, path: &str, why: impl Into<String>) {
        self.inventory.remark(path, None, RemarkKind::Unread, why);
    }

    /// Tells of something that was read with a doubt.
    pub fn doubt(&mut self, path: &str, what: impl Into<String>) {
        self.inventory.remark(path, None, RemarkKind::Odd, what);
    }

    /// Connects what was read, as the runtime would find it.
    #[must_use]
    pub fn finish(mut self, view: &View) -> Inventory {
        self.python.finish(&view.of_python(), view.version_of("python"), &mut self.inventory);
        self.javascript.finish(&view.of_node(), &mut self.inventory);
        self.compiled.finish(&mut self.inventory);
        self.inventory
    }
}

#[cfg(test)]
mod tests {
    use super::{Mount, Reader, View};

    #[test]
    fn a_function_finds_what_its_layer_brings() {
        let mut reader = Reader::new();
        let orders = "Name: orders\nVersion: 1.0\nRequires-Dist: boto3\n";
        reader.read("src/orders-1.0.dist-info/METADATA", orders.as_bytes());
        let layer = "layers/a/python/lib/python3.13/site-packages/boto3-1.2.dist-info/METADATA";
        reader.read(layer, b"Name: boto3\nVersion: 1.2\n");
        let view = View {
            mounts: vec![Mount::Task("src".to_owned()), Mount::Layer("layers/a".to_owned())],
            runtime: Some("python3.13".to_owned()),
        };
        let inventory = reader.finish(&view);
        assert_eq!(inventory.components.len(), 2);
        assert_eq!(inventory.edges().len(), 1);
    }
}
