//! One file alone; what it names beside itself is found as in a folder.

use std::{borrow::Cow, path::PathBuf};

use inventory::{Files, Met};

use crate::{Folder, folder::OnDisk};

/// One file.
#[derive(Debug)]
pub struct Single {
    folder: Folder,
    name: String,
}

impl Single {
    pub(crate) fn new(folder: PathBuf, name: String, jail: PathBuf) -> Self {
        Self { folder: Folder::new(folder, jail), name }
    }
}

impl Files for &Single {
    fn each(&self, meet: &mut dyn FnMut(Met<'_>)) {
        let path = self.folder.root.join(&self.name);
        let contents = OnDisk { path: &path, left: &self.folder.left };
        meet(Met::File { path: &self.name, contents: &contents });
    }

    fn read(&self, path: &str, limit: u64) -> Option<Result<Cow<'_, [u8]>, String>> {
        self.folder.find(path, limit)
    }
}
