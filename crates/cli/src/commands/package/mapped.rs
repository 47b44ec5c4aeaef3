//! The bytes of a package without a copy of them in memory.

use std::{fmt::Write as _, fs::File, io::Read as _, ops::Deref, path::Path};

use anyhow::{Context as _, bail};
use memmap2::Mmap;
use sha2::{Digest as _, Sha256};

/// Bytes read for the digest at a time.
const ROOM: usize = 256 << 10;

/// A file that is mapped, and its digest.
pub(crate) struct Mapped {
    map: Mmap,
    /// SHA-256 of the file.
    pub(crate) sha256: [u8; 32],
}

impl Mapped {
    /// Opens a file and sums it up.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let mut file = File::open(path).with_context(|| format!("cannot read `{shown}`"))?;
        if !file.metadata()?.is_file() {
            bail!("`{shown}` is no file; name a ZIP");
        }
        #[expect(
            unsafe_code,
            reason = "a package may be larger than the memory that an audit may take"
        )]
        // SAFETY: the map is read-only and private to us. Who changes the file meanwhile changes
        // bytes that are judged as bytes of a stranger anyway: no value that we hold depends on
        // reading the same byte twice. Who shortens it ends this process by a signal, and has
        // the rights to do so otherwise.
        let map = unsafe { Mmap::map(&file) };
        let map = map.with_context(|| format!("cannot read `{shown}`"))?;
        // Reading leaves the pages of the map alone: only headers and what is inflated count.
        let mut digest = Sha256::new();
        let mut room = vec![0; ROOM];
        loop {
            let count = file.read(&mut room).with_context(|| format!("cannot read `{shown}`"))?;
            match room.get(..count) {
                Some([]) | None => break,
                Some(bytes) => digest.update(bytes),
            }
        }
        Ok(Self { map, sha256: digest.finalize().into() })
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}

/// Digits of base 16, as `sha256sum` prints them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::{Mapped, hex};

    #[test]
    fn bytes_and_digest_are_those_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, b"abc").unwrap();
        let mapped = Mapped::open(&path).unwrap();
        assert_eq!(&*mapped, b"abc");
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&mapped.sha256), known);
        std::fs::write(&path, b"").unwrap();
        assert!(Mapped::open(&path).unwrap().is_empty());
        assert!(Mapped::open(folder.path()).is_err());
    }
}
