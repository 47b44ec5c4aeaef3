//! Files that are named one by one: the manifests and lock files of a project without its other files.

use std::{borrow::Cow, path::PathBuf};

use inventory::{Files, Met};

use crate::{Folder, folder::OnDisk};

/// Some files of a folder.
#[derive(Debug)]
pub struct Listed {
    folder: Folder,
    /// Paths below the folder, with `/`.
    names: Vec<String>,
}

impl Listed {
    /// Files of a folder by their paths in it, with `/`; folder and jail are canonical.
    #[must_use]
    pub fn new(folder: PathBuf, jail: PathBuf, names: Vec<String>) -> Self {
        Self { folder: Folder::new(folder, jail), names }
    }
}

impl Files for &Listed {
    fn each(&self, meet: &mut dyn FnMut(Met<'_>)) {
        for name in &self.names {
            let path = self.folder.root.join(name);
            let contents = OnDisk { path: &path, left: &self.folder.left };
            meet(Met::File { path: name, contents: &contents });
        }
    }

    fn read(&self, path: &str, limit: u64) -> Option<Result<Cow<'_, [u8]>, String>> {
        self.folder.find(path, limit)
    }
}
