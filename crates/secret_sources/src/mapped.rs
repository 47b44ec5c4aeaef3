//! An archive that is larger than the memory that looking into it may take.

use std::{
    fs::File,
    io,
    ops::Deref,
    sync::atomic::{AtomicU64, Ordering},
};

use memmap2::Mmap;

/// Bytes after which pages that were read are given back.
const GIVE_BACK: u64 = 16 << 20;

/// A file in memory as far as it is being read.
#[derive(Debug)]
pub(crate) struct Mapped {
    map: Mmap,
    passed: AtomicU64,
}

impl Mapped {
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        #[expect(
            unsafe_code,
            reason = "an archive may be larger than the memory that looking into it may take"
        )]
        // SAFETY: the map is read-only and private to us. Who changes the file meanwhile changes
        // bytes that are judged as bytes of a stranger anyway: no value that we hold depends on
        // reading the same byte twice. Who shortens it ends this process by a signal, and has
        // the rights to do so otherwise.
        let map = unsafe { Mmap::map(file) }?;
        Ok(Self { map, passed: AtomicU64::new(0) })
    }

    /// Tells that some bytes were worked through; now and then all pages are given back, and those
    /// that are still needed are read from the file again.
    pub(crate) fn passed(&self, bytes: u64) {
        let before = self.passed.fetch_add(bytes, Ordering::Relaxed);
        if before / GIVE_BACK == before.saturating_add(bytes) / GIVE_BACK {
            return;
        }
        #[cfg(unix)]
        {
            #[expect(unsafe_code, reason = "pages that were read count as memory of this process")]
            // SAFETY: the map is backed by a file and was never written: a page that is given back
            // holds the same bytes when it is next read.
            let _ = unsafe { self.map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}

#[cfg(test)]
mod tests {
    use super::{GIVE_BACK, Mapped};

    #[test]
    fn bytes_are_those_of_the_file_also_after_pages_were_given_back() {
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &b"abc".repeat(10_000)).unwrap();
        let mapped = Mapped::of(&file).unwrap();
        assert_eq!(mapped.len(), 30_000);
        mapped.passed(GIVE_BACK + 1);
        assert_eq!(mapped.get(29_997..), Some(b"abc".as_slice()));
    }
}
