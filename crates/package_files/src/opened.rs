//! Code and layers together, opened.

use std::{
    io,
    path::{Path, PathBuf},
};

use code_package::{Audit, Limits};
use inventory::{FunctionInventory, Mount, Part, Runtime};

use crate::{Listed, Source};

/// Code and layers, opened.
#[derive(Debug, Default)]
pub struct Opened {
    /// The code and the layers in their order.
    pub parts: Vec<OpenPart>,
}

/// The code or a layer.
#[derive(Debug)]
pub struct OpenPart {
    /// What paths of its files begin with, for users; without a `/` at the end.
    pub prefix: String,
    /// The folder or archive; empty for files named one by one.
    pub path: PathBuf,
    /// Where it stands when the function runs.
    pub mount: Mount,
    /// Its files.
    pub source: Source,
}

/// What was read of code and layers.
#[derive(Debug, Default)]
pub struct Taken {
    /// The packages.
    pub inventory: FunctionInventory,
    /// What is odd in archives, by the number of the part that each is.
    pub audits: Vec<(usize, Audit)>,
}

impl Opened {
    /// Opens one part more; what paths of its files begin with. `shown` is its path for users; nothing
    /// outside `jail` is read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn add(
        &mut self,
        path: &Path,
        shown: &str,
        mount: Mount,
        jail: &Path,
    ) -> io::Result<String> {
        let source = Source::open(path, jail)?;
        let prefix = if matches!(source, Source::Archive(_)) {
            format!("{shown}!")
        } else {
            shown.to_owned()
        };
        self.parts.push(OpenPart {
            prefix: prefix.clone(),
            path: path.to_path_buf(),
            mount,
            source,
        });
        Ok(prefix)
    }

    /// Files that are named one by one, as one part.
    #[must_use]
    pub fn listed(files: Listed, shown: &str) -> Self {
        let source = Source::Listed(files);
        let prefix = shown.to_owned();
        let path = PathBuf::new();
        Self { parts: vec![OpenPart { prefix, path, mount: Mount::Either, source }] }
    }

    /// Reads all parts as one.
    #[must_use]
    pub fn take(&self, runtime: &Runtime) -> Taken {
        let limits = Limits::default();
        let files: Vec<_> = self.parts.iter().map(|part| part.source.files(&limits)).collect();
        let parts: Vec<Part<'_>> = self
            .parts
            .iter()
            .zip(&files)
            .map(|(part, files)| Part { prefix: &part.prefix, mount: part.mount, files })
            .collect();
        let inventory = inventory::take(runtime, &parts);
        let audits = files.into_iter().enumerate();
        let audits = audits.filter_map(|(part, files)| Some((part, files.audit()?))).collect();
        Taken { inventory, audits }
    }
}
