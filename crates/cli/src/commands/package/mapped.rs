//! The bytes of a package without a copy of them in memory.

use std::{fs::File, io::Read as _, ops::Deref, path::Path};

use anyhow::{Context as _, bail};
use attestation::{Artifact, Digest};
use memmap2::Mmap;
use sha2::{Digest as _, Sha256};

/// Bytes read for the digest at a time.
const ROOM: usize = 256 << 10;

/// A file that is mapped, and its digest.
pub(crate) struct Mapped {
    map: Mmap,
    /// SHA-256 of the file.
    pub(crate) sha256: Digest,
}

impl Mapped {
    /// Opens a file and sums it up.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let mut file = open(path)?;
        let map = package_files::map(path).with_context(|| format!("cannot read `{shown}`"))?;
        // Reading leaves the pages of the map alone: only headers and what is inflated count.
        let sha256 = digest(&mut file).with_context(|| format!("cannot read `{shown}`"))?;
        Ok(Self { map, sha256 })
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
        assert_eq!(mapped.sha256.hex(), known);
        assert_eq!(artifact(&path).unwrap().sha256, mapped.sha256);
        assert_eq!(artifact(&path).unwrap().name, "a.zip");
        std::fs::write(&path, b"").unwrap();
        assert!(Mapped::open(&path).unwrap().is_empty());
        assert!(Mapped::open(folder.path()).is_err());
    }
}
