//! Whatever the bytes: no panic, bounded work; and what is ordinary is read back.

use std::io::Write as _;

use code_package::{Limits, Package, audit};
use proptest::{collection::vec, prelude::*};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::archive::{Item, zip};

/// Little work, so that a case that needs more than its share shows.
const LIMITS: Limits = Limits {
    unpacked: 1 << 20,
    entries: 1_000,
    names: 1 << 20,
    ratio: 100,
    ratio_from: 1 << 16,
    depth: 3,
    nested: 1 << 20,
    work: 1 << 20,
};

fn survives(bytes: &[u8]) {
    let package = Package::read(bytes, &LIMITS);
    assert!(package.entries().len() <= 2 * LIMITS.entries);
    let found = audit(&package, &LIMITS, &mut |file| drop(file.read(1_000)));
    assert!(found.checked <= LIMITS.work);
}

fn files() -> impl Strategy<Value = Vec<(String, Vec<u8>, bool)>> {
    let name = "[a-z]{1,8}(/[a-z0-9_]{1,8}){0,3}\\.py";
    vec((name, vec(any::<u8>(), 0..200), any::<bool>()), 1..20).prop_map(|mut files| {
        files.sort();
        files.dedup_by(|one, other| one.0 == other.0);
        files
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..2_000)) {
        survives(&bytes);
    }

    #[test]
    fn any_change_of_an_archive_is_read(
        files in files(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let items: Vec<Item> = files
            .iter()
            .map(|(name, data, deflated)| {
                if *deflated { Item::deflated(name, data) } else { Item::stored(name, data) }
            })
            .collect();
        let mut bytes = zip(&items);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        survives(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        survives(&bytes);
    }

    #[test]
    fn an_ordinary_archive_is_read_back_with_no_anomaly(files in files()) {
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, data, deflated) in &files {
            let method = if *deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
            let options = SimpleFileOptions::default().compression_method(method).unix_permissions(0o644);
            writer.start_file(name, options).unwrap();
            writer.write_all(data).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let limits = Limits::default();
        let package = Package::read(&bytes, &limits);
        let mut read = Vec::new();
        let found = audit(&package, &limits, &mut |file| {
            read.push((file.path(), file.read(1_000).unwrap().into_owned()));
        });
        prop_assert_eq!(found.anomalies.kept(), []);
        let expected: Vec<_> = files.into_iter().map(|(name, data, _)| (name, data)).collect();
        prop_assert_eq!(read, expected);
    }
}
