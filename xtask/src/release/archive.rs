//! An archive whose bytes follow from its entries and one time: nothing of the machine, the user or the day.

use std::{collections::BTreeMap, io::Write as _};

use flate2::{Compression, GzBuilder};
use tar::{EntryType, Header};

use crate::Failure;

/// One file of an archive.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) bytes: Vec<u8>,
    /// `0o755` for programs, `0o644` for all else.
    pub(super) mode: u32,
}

/// What an archive holds, by the path in it, with `/`.
pub(super) type Entries = BTreeMap<String, Entry>;

/// A program.
pub(super) fn program(bytes: Vec<u8>) -> Entry {
    Entry { bytes, mode: 0o755 }
}

/// A file that is read.
pub(super) fn text(bytes: Vec<u8>) -> Entry {
    Entry { bytes, mode: 0o644 }
}

/// `entries` below `folder` as `.tar.gz`: sorted by path, owned by root, all of the same `time` (seconds since
/// 1970), in the form of POSIX; the head of gzip holds neither name nor time.
pub(super) fn tar_gz(folder: &str, entries: &Entries, time: u64) -> Result<Vec<u8>, Failure> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, entry) in entries {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(entry.mode);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(entry.bytes.len() as u64);
        let path = format!("{folder}/{path}");
        archive.append_data(&mut header, &path, entry.bytes.as_slice())?;
    }
    let mut packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    packed.write_all(&archive.into_inner()?)?;
    Ok(packed.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::{Entries, program, tar_gz, text};

    const TIME: u64 = 1_764_000_000;

    fn entries(names: &[&str]) -> Entries {
        let entry = |name: &&str| {
            let bytes = name.as_bytes().to_vec();
            let is_program = *name == "faasguard";
            ((*name).to_owned(), if is_program { program(bytes) } else { text(bytes) })
        };
        names.iter().map(entry).collect()
    }

    #[test]
    fn the_same_entries_are_the_same_bytes_whatever_their_order() {
        let one = tar_gz("it", &entries(&["man/a.1", "faasguard", "LICENSE"]), TIME).unwrap();
        let other = tar_gz("it", &entries(&["LICENSE", "man/a.1", "faasguard"]), TIME).unwrap();
        assert_eq!(one, other);
        assert_ne!(one, tar_gz("it", &entries(&["faasguard", "LICENSE"]), TIME).unwrap());
    }

    #[test]
    fn entries_are_sorted_and_bear_the_time_and_nobody() {
        let packed = tar_gz("it", &entries(&["man/a.1", "faasguard", "LICENSE"]), TIME).unwrap();
        let mut archive = tar::Archive::new(GzDecoder::new(packed.as_slice()));
        let mut seen = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let header = entry.header().clone();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            assert_eq!(header.mtime().unwrap(), TIME);
            assert!(header.username().unwrap().unwrap_or_default().is_empty());
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            let mut bytes = String::new();
            entry.read_to_string(&mut bytes).unwrap();
            assert_eq!(path, format!("it/{bytes}"));
            seen.push((path, header.mode().unwrap()));
        }
        let expected = [("it/LICENSE", 0o644), ("it/faasguard", 0o755), ("it/man/a.1", 0o644)];
        assert_eq!(seen, expected.map(|(path, mode)| (path.to_owned(), mode)));
    }

    #[test]
    fn the_head_of_gzip_names_no_file_no_time_and_no_system() {
        let packed = tar_gz("it", &entries(&["LICENSE"]), TIME).unwrap();
        // RFC 1952: magic, method, flags (bit 3 is a name), four bytes of time, level, system.
        assert_eq!(packed[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
        assert_eq!(packed[9], 255);
    }
}
