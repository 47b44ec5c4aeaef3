//! The index as a file.

use std::{fs::File, io::Write as _, path::Path};

use advisory_index::{Index, IndexError};
use memmap2::Mmap;

use crate::FilesError;

/// An index in memory, page by page as it is read.
#[derive(Debug)]
pub struct Mapped(Mmap);

impl Mapped {
    /// Maps a file.
    ///
    /// # Errors
    /// [`FilesError::Read`] when it is not there or cannot be mapped.
    pub fn open(path: &Path) -> Result<Self, FilesError> {
        let failed = |source| FilesError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        // SAFETY: the mapping is read only and private. An index is never written in place:
        // `write_index` puts a new file under the name, and the mapping keeps the old one. Should
        // another program cut the file meanwhile, reading ends the process with SIGBUS, which is no
        // undefined behaviour; should it change bytes, the sums that stand before each part tell.
        #[expect(unsafe_code, reason = "mapping a file is unsafe; see above")]
        let map = unsafe { Mmap::map(&file) }.map_err(failed)?;
        Ok(Self(map))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The index in it.
    ///
    /// # Errors
    /// [`IndexError`] when it is none.
    pub fn index(&self) -> Result<Index<'_>, IndexError> {
        Index::open(&self.0)
    }
}

/// Writes an index in one step: whoever has the old one open keeps it.
///
/// # Errors
/// [`FilesError::Write`] when the folder or the file cannot be written.
pub fn write_index(path: &Path, bytes: &[u8]) -> Result<(), FilesError> {
    let failed = |source| FilesError::Write { path: path.to_owned(), source };
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    // Others may read it, as if it had been made without the detour.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let readable = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(readable).map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Mapped, write_index};

    #[test]
    fn a_mapping_keeps_the_index_that_it_was_opened_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let of = |id: &str| {
            let mut builder = advisory_index::Builder::default();
            let record = format!(
                r#"{{"id":"{id}","affected":[{{"package":{{"ecosystem":"npm","name":"a"}}}}]}}"#
            );
            builder.add(record.as_bytes()).unwrap();
            builder.finish(0, &[])
        };
        write_index(&path, &of("X-1")).unwrap();
        let old = Mapped::open(&path).unwrap();
        write_index(&path, &of("X-2222")).unwrap();
        let first = |mapped: &Mapped| {
            let index = mapped.index().unwrap();
            index.verify().unwrap();
            index.advisories().next().unwrap().unwrap().id.to_owned()
        };
        assert_eq!(first(&old), "X-1");
        assert_eq!(first(&Mapped::open(&path).unwrap()), "X-2222");
        assert!(Mapped::open(folder.path()).is_err());
    }
}
