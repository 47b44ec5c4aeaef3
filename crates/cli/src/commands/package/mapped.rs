//! The bytes of a package without a copy of them in memory.

use std::{
    fs::File,
    io::Read as _,
    ops::Deref,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context as _, bail};
use attestation::{Artifact, Digest};
use code_package::{Keeper, Source};
use memmap2::{Mmap, UncheckedAdvice};
use sha2::{Digest as _, Sha256};

/// Bytes read for the digest at a time.
const ROOM: usize = 256 << 10;
/// Bytes of the file that may be in our memory before they are given back.
const MOST_RESIDENT: usize = 24 << 20;

/// A file that is mapped. What was looked at is given back to the system piece by piece, so that a
/// large package takes no more memory than a small one.
pub(crate) struct Mapped {
    map: Mmap,
    /// Bytes looked at since the last time that pages were given back.
    looked_at: AtomicUsize,
}

impl Mapped {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let file = open(path)?;
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
        Ok(Self { map, looked_at: AtomicUsize::new(0) })
    }

    /// SHA-256 of the file, out of the same pages that the audit reads.
    pub(crate) fn sha256(&self) -> Digest {
        let mut digest = Sha256::new();
        for piece in self.map.chunks(ROOM) {
            self.looks_at(piece.len());
            digest.update(piece);
        }
        Digest(digest.finalize().into())
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

/// Name and digest of a file.
pub(crate) fn artifact(path: &Path) -> anyhow::Result<Artifact> {
    let shown = path.display();
    let name = path.file_name().with_context(|| format!("`{shown}` names no file"))?;
    let mut file = open(path)?;
    let sha256 = digest(&mut file).with_context(|| format!("cannot read `{shown}`"))?;
    Ok(Artifact { name: name.to_string_lossy().into_owned(), sha256 })
}

fn open(path: &Path) -> anyhow::Result<File> {
    let shown = path.display();
    // Opening a pipe waits for its other end.
    let metadata = path.metadata().with_context(|| format!("cannot read `{shown}`"))?;
    if !metadata.is_file() {
        bail!("`{shown}` is no file; name a ZIP");
    }
    File::open(path).with_context(|| format!("cannot read `{shown}`"))
}

fn digest(file: &mut File) -> std::io::Result<Digest> {
    let mut digest = Sha256::new();
    let mut room = vec![0; ROOM];
    loop {
        let count = file.read(&mut room)?;
        match room.get(..count) {
            Some([]) | None => return Ok(Digest(digest.finalize().into())),
            Some(bytes) => digest.update(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mapped, artifact};

    #[test]
    fn bytes_and_digest_are_those_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, b"abc").unwrap();
        let mapped = Mapped::open(&path).unwrap();
        assert_eq!(&*mapped, b"abc");
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(mapped.sha256().hex(), known);
        assert_eq!(artifact(&path).unwrap().sha256, mapped.sha256());
        assert_eq!(artifact(&path).unwrap().name, "a.zip");
        std::fs::write(&path, b"").unwrap();
        assert!(Mapped::open(&path).unwrap().is_empty());
        assert!(Mapped::open(folder.path()).is_err());
    }
}
