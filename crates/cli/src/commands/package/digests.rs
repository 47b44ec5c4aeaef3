//! Digests of packages.

use std::{fs::File, io::Read as _, path::Path};

use anyhow::{Context as _, bail};
use attestation::{Artifact, Digest};
use code_package::Keeper as _;
use package_files::Mapped;
use sha2::{Digest as _, Sha256};

/// Bytes read for the digest at a time.
const ROOM: usize = 256 << 10;

/// SHA-256 of a mapped file, out of the same pages that an audit reads.
pub(crate) fn sha256(mapped: &Mapped) -> Digest {
    let mut digest = Sha256::new();
    for piece in mapped.chunks(ROOM) {
        mapped.looks_at(piece.len());
        digest.update(piece);
    }
    Digest(digest.finalize().into())
}

/// Name and digest of a file.
pub(crate) fn artifact(path: &Path) -> anyhow::Result<Artifact> {
    let shown = path.display();
    let name = path.file_name().with_context(|| format!("`{shown}` names no file"))?;
    // Opening a pipe waits for its other end.
    let metadata = path.metadata().with_context(|| format!("cannot read `{shown}`"))?;
    if !metadata.is_file() {
        bail!("`{shown}` is no file; name a ZIP");
    }
    let mut file = File::open(path).with_context(|| format!("cannot read `{shown}`"))?;
    let sha256 = digest(&mut file).with_context(|| format!("cannot read `{shown}`"))?;
    Ok(Artifact { name: name.to_string_lossy().into_owned(), sha256 })
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
    use package_files::Mapped;

    use super::{artifact, sha256};

    #[test]
    fn digests_are_those_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, b"abc").unwrap();
        let mapped = Mapped::open(&path).unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&mapped).hex(), known);
        assert_eq!(artifact(&path).unwrap().sha256, sha256(&mapped));
        assert_eq!(artifact(&path).unwrap().name, "a.zip");
        assert!(artifact(folder.path()).is_err());
    }
}
