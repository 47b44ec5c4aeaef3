//! Folders and archives as the files of a package, for [`inventory::take`]: within a jail, with limits,
//! nothing extracted, one file in memory at a time.

mod archive;
mod folder;
mod mapped;
mod single;

use std::{
    io,
    path::{Path, PathBuf},
};

use code_package::Limits;
use inventory::Files;
use memmap2::Mmap;

pub use archive::Archive;
pub use folder::Folder;
pub use mapped::map;
pub use single::Single;

/// What a path leads to: a folder, an archive or a single file.
#[derive(Debug)]
pub enum Source {
    /// A folder.
    Folder(Folder),
    /// An archive, by its first bytes or its name.
    Archive(Mmap),
    /// One file that says something about packages.
    Single(Single),
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
        if inventory::reads(&name) {
            let folder = root.parent().map_or_else(PathBuf::new, Path::to_path_buf);
            return Ok(Self::Single(Single::new(folder, name, jail)));
        }
        let map = map(&root)?;
        if inventory::is_program(map.get(..inventory::HEAD).unwrap_or_default()) {
            let folder = root.parent().map_or_else(PathBuf::new, Path::to_path_buf);
            return Ok(Self::Single(Single::new(folder, name, jail)));
        }
        Ok(Self::Archive(map))
    }

    /// Its files.
    #[must_use]
    pub fn files(&self) -> Box<dyn Files + '_> {
        match self {
            Self::Folder(folder) => Box::new(folder),
            Self::Archive(map) => Box::new(Archive::new(map, &Limits::default())),
            Self::Single(single) => Box::new(single),
        }
    }
}

#[cfg(test)]
mod tests;
