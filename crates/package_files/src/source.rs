//! What a path leads to.

use std::{
    borrow::Cow,
    io,
    path::{Path, PathBuf},
};

use code_package::{Audit, Limits};
use inventory::{Files, Met};

use crate::{Archive, Folder, Listed, Mapped};

/// What a path leads to: a folder, an archive or single files.
#[derive(Debug)]
pub enum Source {
    /// A folder.
    Folder(Folder),
    /// An archive, by its first bytes or its name.
    Archive(Mapped),
    /// Files that say something about packages.
    Listed(Listed),
}

impl Source {
    /// Opens a path. Nothing outside `jail` is read later on; the path itself may lie elsewhere.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(path: &Path, jail: &Path) -> io::Result<Self> {
        let root = path.canonicalize()?;
        let jail = jail.canonicalize()?;
        if root.is_dir() {
            return Ok(Self::Folder(Folder::new(root, jail)));
        }
        let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = root.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        if inventory::reads(&name) {
            return Ok(Self::Listed(Listed::new(folder, jail, vec![name])));
        }
        let map = Mapped::open(&root)?;
        if inventory::is_program(map.get(..inventory::HEAD).unwrap_or_default()) {
            return Ok(Self::Listed(Listed::new(folder, jail, vec![name])));
        }
        Ok(Self::Archive(map))
    }

    /// Its files.
    #[must_use]
    pub fn files(&self, limits: &Limits) -> SourceFiles<'_> {
        match self {
            Self::Folder(folder) => SourceFiles::Folder(folder),
            Self::Archive(map) => SourceFiles::Archive(Box::new(Archive::new(map, limits))),
            Self::Listed(listed) => SourceFiles::Listed(listed),
        }
    }
}

/// The files of a [`Source`].
#[derive(Debug)]
pub enum SourceFiles<'a> {
    /// Of a folder.
    Folder(&'a Folder),
    /// Of an archive.
    Archive(Box<Archive<'a>>),
    /// Named one by one.
    Listed(&'a Listed),
}

impl SourceFiles<'_> {
    /// What is odd in the archive, when it is one.
    #[must_use]
    pub fn audit(self) -> Option<Audit> {
        match self {
            Self::Archive(archive) => Some(archive.audit()),
            Self::Folder(_) | Self::Listed(_) => None,
        }
    }
}

impl Files for SourceFiles<'_> {
    fn each(&self, meet: &mut dyn FnMut(Met<'_>)) {
        match self {
            Self::Folder(folder) => folder.each(meet),
            Self::Archive(archive) => archive.each(meet),
            Self::Listed(listed) => listed.each(meet),
        }
    }

    fn read(&self, path: &str, limit: u64) -> Option<Result<Cow<'_, [u8]>, String>> {
        match self {
            Self::Folder(folder) => folder.find(path, limit),
            Self::Archive(archive) => archive.read(path, limit),
            Self::Listed(listed) => listed.read(path, limit),
        }
    }
}
