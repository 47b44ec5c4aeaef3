//! Little that becomes much: told without its becoming so.

use code_package::{Kind, Limits, Package};
use flate2::{Compress, Compression, Crc, FlushCompress};

use crate::archive::{Item, audited, zip};

const MIB: usize = 1 << 20;

/// `mib` MiB of zeros, deflated a MiB at a time, and their checksum.
fn zeros(mib: u32) -> (Vec<u8>, u32) {
    let plain = vec![0_u8; MIB];
    let mut block = Vec::with_capacity(MIB);
    let mut deflater = Compress::new(Compression::best(), false);
    deflater.compress_vec(&plain, &mut block, FlushCompress::Full).unwrap();
    let mut packed = block.repeat(mib as usize);
    packed.extend([3, 0]);
    let (mut crc, mut one) = (Crc::new(), Crc::new());
    one.update(&plain);
    for _ in 0..mib {
        crc.combine(&one);
    }
    (packed, crc.sum())
}

fn bomb(mib: u32) -> Item {
    let (data, crc32) = zeros(mib);
    let (packed, size) = (data.len() as u32, mib << 20);
    let item = Item { data, ..Item::deflated("requirements.txt", b"") };
    item.both(|it| (it.crc32, it.packed, it.size) = (crc32, packed, size))
}

#[test]
fn two_gib_out_of_two_mib_are_told_and_not_unpacked() {
    let bytes = zip(&[bomb(2_048), Item::stored("app.py", b"pass")]);
    assert!(bytes.len() < 4 * MIB);
    let audit = audited(&bytes);
    let counts = audit.anomalies.counts();
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [Kind::Bomb, Kind::TooLarge]);
    assert!(audit.checked < 1_000);
    assert_eq!(audit.not_looked_at[0].entry, "requirements.txt");
}

#[test]
fn a_bomb_that_declares_little_is_followed_until_it_is_one() {
    for declared in [0, 4, 1_000_000] {
        let bytes = zip(&[bomb(512).both(|it| it.size = declared)]);
        let audit = audited(&bytes);
        let kinds: Vec<_> = audit.anomalies.counts().keys().copied().collect();
        assert_eq!(kinds, [Kind::HeaderMismatch, Kind::Bomb]);
        assert!(audit.checked < 64 * MIB as u64, "{}", audit.checked);
    }
}

#[test]
fn a_bomb_within_archives_is_told() {
    let inner = zip(&[bomb(2_048)]);
    let outer = zip(&[Item::deflated("a.zip", inner)]);
    let audit = audited(&outer);
    let kept = audit.anomalies.kept();
    let bombs = kept.iter().filter(|it| it.kind == Kind::Bomb);
    let names: Vec<_> = bombs.filter_map(|it| it.entry.as_deref()).collect();
    // How far the inner archive shrinks, and so whether it is one itself, is up to the compressor.
    assert!(names.contains(&"a.zip!requirements.txt"), "{names:?}");
}

#[test]
fn entries_that_share_a_kernel_cost_no_more_than_the_work_allowed() {
    let first = bomb(200);
    let mut items = vec![first.clone()];
    for number in 0..1_000 {
        items.push(Item {
            central: crate::archive::Header {
                name: format!("{number}").into_bytes(),
                ..first.central.clone()
            },
            local: crate::archive::Header { name: b"x".to_vec(), ..Default::default() },
            data: Vec::new(),
            offset: Some(0),
            ..first.clone()
        });
    }
    let bytes = zip(&items);
    let limits = Limits { work: 4 << 20, ..Limits::default() };
    let package = Package::read(&bytes, &limits);
    let audit = code_package::audit(&package, &limits, &mut |_| {});
    assert_eq!(audit.anomalies.counts()[&Kind::Overlap], 1_000);
    assert_eq!(audit.anomalies.counts()[&Kind::Bomb], 1_001);
    assert_eq!(audit.not_looked_at.len(), 1_000);
}

#[test]
fn small_files_of_one_letter_are_no_bombs() {
    let bytes = zip(&[Item::deflated("zeros", vec![b'0'; MIB])]);
    assert!(audited(&bytes).anomalies.kept().is_empty());
    let bytes = zip(&[Item::deflated("zeros", vec![b'0'; 2 * MIB])]);
    assert_eq!(audited(&bytes).anomalies.kept()[0].kind, Kind::Bomb);
}

#[test]
fn links_that_lead_through_each_other_cost_no_more_than_the_work_allowed() {
    let deep = "a/".repeat(2_000);
    let items: Vec<Item> = (0..2_000)
        .map(|number| {
            Item::stored(format!("{number}"), format!("{deep}{}", number + 1)).mode(0o120_777)
        })
        .collect();
    let audit = audited(&zip(&items));
    assert_eq!(audit.anomalies.counts()[&Kind::Symlink], 2_000);
    assert!(audit.anomalies.counts()[&Kind::SymlinkEscape] > 1_000);
}

#[test]
fn headers_at_every_place_cost_no_more_than_the_entries_allowed() {
    let mut bytes =
        b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\xff\xff".repeat(20_000);
    bytes.extend(zip(&[Item::stored("a", b"a")]));
    let limits = Limits { entries: 1_000, ..Limits::default() };
    let package = Package::read(&bytes, &limits);
    assert_eq!(package.entries().len(), 1_001);
    assert_eq!(package.anomalies().counts()[&Kind::TooLarge], 1);
}
