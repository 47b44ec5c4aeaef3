//! A file without a copy of it in memory.

use std::{
    fmt,
    fs::File,
    io,
    ops::Deref,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use code_package::{Keeper, Source};
use memmap2::{Mmap, UncheckedAdvice};

/// Bytes of a file that may be in our memory before they are given back.
const MOST_RESIDENT: usize = 24 << 20;

/// A file that is mapped. Of an archive, what was looked at is given back to the system piece by
/// piece, so that a large one takes no more memory than a small one.
pub struct Mapped {
    map: Mmap,
    /// Bytes looked at since pages were last given back.
    looked_at: AtomicUsize,
}

impl Mapped {
    /// Maps a file.
    ///
    /// # Errors
    /// When it is no plain file, or cannot be opened or mapped.
    pub fn open(path: &Path) -> io::Result<Self> {
        // Opening a pipe waits for its other end.
        if !path.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        Self::of(&File::open(path)?)
    }

    /// Maps a file that is open.
    ///
    /// # Errors
    /// When it cannot be mapped.
    pub fn of(file: &File) -> io::Result<Self> {
        #[expect(
            unsafe_code,
            reason = "a package may be larger than the memory that an audit may take"
        )]
        // SAFETY: the map is read-only and private to us. Who changes the file meanwhile changes
        // bytes that are judged as bytes of a stranger anyway: no value that we hold depends on
        // reading the same byte twice. Who shortens it ends this process by a signal, and has the
        // rights to do so otherwise.
        let map = unsafe { Mmap::map(file) }?;
        Ok(Self { map, looked_at: AtomicUsize::new(0) })
    }
}

impl Keeper for Mapped {
    fn looks_at(&self, bytes: usize) {
        if self.map.len() < MOST_RESIDENT {
            return;
        }
        let before = self.looked_at.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) < MOST_RESIDENT {
            return;
        }
        self.looked_at.store(0, Ordering::Relaxed);
        #[expect(unsafe_code, reason = "pages of a map can be given back by an advice only")]
        // SAFETY: the map is a file's and is never written to, so that a page that was given back
        // comes again out of the file with the same bytes; slices into it stay valid.
        let given_back = unsafe { self.map.unchecked_advise(UncheckedAdvice::DontNeed) };
        // Without it the program is as correct, and larger.
        drop(given_back);
    }
}

impl<'a> From<&'a Mapped> for Source<'a> {
    fn from(mapped: &'a Mapped) -> Self {
        Source::kept(&mapped.map, mapped)
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}

impl fmt::Debug for Mapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mapped({} bytes)", self.map.len())
    }
}

#[cfg(test)]
mod tests {
    use code_package::Keeper as _;

    use super::{MOST_RESIDENT, Mapped};

    #[test]
    fn pages_that_were_given_back_come_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let bytes: Vec<u8> = (0..=250_u8).cycle().take(MOST_RESIDENT + 5).collect();
        std::fs::write(&path, &bytes).unwrap();
        let mapped = Mapped::open(&path).unwrap();
        let slice = mapped.get(10..).unwrap();
        for _ in 0..5 {
            mapped.looks_at(MOST_RESIDENT / 2 + 1);
            assert!(slice == bytes.get(10..).unwrap());
        }
        assert!(Mapped::open(folder.path()).is_err());
    }
}
