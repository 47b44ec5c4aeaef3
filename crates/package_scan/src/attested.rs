//! Attestations that stand beside an archive and are about another one of its name.

use std::{fs::File, io::Read as _, path::Path};

use attestation::{Digest, claimed, contradicts};
use code_package::Keeper as _;
use package_files::Mapped;
use rules::{Contradicted, Places as _};
use sha2::{Digest as _, Sha256};

use crate::places::Places;

/// What attestations of `orders.zip` end with, after `orders.zip` or `orders`.
const ENDINGS: [&str; 4] = [".intoto.json", ".intoto.jsonl", ".attestation.json", ".sigstore.json"];
/// Largest attestation that is read, in bytes.
const LARGEST: u64 = 4 << 20;
/// Bytes summed up at a time.
const PIECE: usize = 256 << 10;

/// The first attestation beside an archive that contradicts it. The archive is summed up only when
/// there is an attestation. `shown` is its path for users.
pub(crate) fn contradicted(
    path: &Path,
    shown: &str,
    archive: &Mapped,
    places: &Places<'_>,
) -> Option<Contradicted> {
    let name = path.file_name()?.to_str()?;
    let stem = path.file_stem()?.to_str()?;
    let folder = shown.strip_suffix(name)?;
    let names = [name, stem].into_iter();
    let mut names = names.flat_map(|name| ENDINGS.map(|ending| format!("{name}{ending}")));
    let mut digest = None;
    names.find_map(|beside| {
        let claims = claimed(&read(&path.with_file_name(&beside))?);
        if claims.is_empty() {
            return None;
        }
        let found = *digest.get_or_insert_with(|| sha256(archive));
        let attested = contradicts(&claims, name, found)?.sha256.hex();
        let place = places.place(&format!("{folder}{beside}"), None);
        Some(Contradicted { place, attested, found: found.hex() })
    })
}

/// A plain file that is no link out of its folder.
fn read(path: &Path) -> Option<Vec<u8>> {
    if !path.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn sha256(archive: &Mapped) -> Digest {
    let mut digest = Sha256::new();
    for piece in archive.chunks(PIECE) {
        archive.looks_at(piece.len());
        digest.update(piece);
    }
    Digest(digest.finalize().into())
}
