//! Packages that are made to mislead: each is told, what is in it is catalogued all the same, nothing
//! is written, and the program stays within 100 MB of memory.

use std::{collections::BTreeMap, path::PathBuf};

use flate2::{Compress, Compression, Crc, FlushCompress};

use crate::{
    archive::{End, Item, Parts, extra, unicode_path, zip, zip64_end},
    folder::{Folder, Run},
};

/// What the program may take, in KiB: its own memory, not the pages of files.
const MEMORY_KIB: u32 = 100_000;

/// Runs the program with no more memory than is allowed and a folder of its own for what it might
/// write meanwhile.
fn run(folder: &Folder, arguments: &[&str]) -> Run {
    let script = format!("ulimit -d {MEMORY_KIB} && TMPDIR=\"$PWD/tmp\" exec \"$0\" \"$@\"");
    folder.run_script(&script, arguments)
}

/// Every file below a folder with its bytes.
fn snapshot(folder: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut ahead = vec![folder.path("")];
    while let Some(path) = ahead.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                ahead.push(path);
            } else {
                found.insert(path.clone(), std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn metadata(name: &str, version: &str) -> Item {
    let text = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
    Item::stored(format!("{name}-{version}.dist-info/METADATA"), text)
}

/// An archive of these entries and an ordinary package.
fn beside(items: impl IntoIterator<Item = Item>) -> Vec<u8> {
    let items: Vec<Item> = items.into_iter().chain([metadata("requests", "2.19.0")]).collect();
    zip(&items)
}

/// 2 MiB that unpack to 2 GiB.
fn bomb() -> Item {
    let mib = 2_048;
    let plain = vec![0_u8; 1 << 20];
    let mut block = Vec::with_capacity(1 << 20);
    let mut deflater = Compress::new(Compression::best(), false);
    deflater.compress_vec(&plain, &mut block, FlushCompress::Full).unwrap();
    let mut data = block.repeat(mib);
    data.extend([3, 0]);
    let (mut crc, mut one) = (Crc::new(), Crc::new());
    one.update(&plain);
    (0..mib).for_each(|_| crc.combine(&one));
    let (packed, crc32) = (u32::try_from(data.len()).unwrap(), crc.sum());
    let item = Item { data, ..Item::deflated("requirements.txt", b"") };
    item.both(|it| (it.crc32, it.packed, it.size) = (crc32, packed, 1 << 31))
}

/// Name, bytes, the kinds that must be told, names that must be in the catalogue.
type Case = (&'static str, Vec<u8>, &'static [&'static str], &'static [&'static str]);

/// The classic ones.
fn classics() -> Vec<Case> {
    let link = |target: &str| Item::stored("lib", target).mode(0o120_777);
    let twice = [Item::stored("a.py", b"a"), Item::stored("a.py", b"b")];
    vec![
        ("duplicate", beside(twice), &["duplicate-entry"], &["a.py", "a.py"]),
        (
            "traversal",
            beside([Item::stored("../../escaped", b"a"), Item::stored("/tmp/escaped", b"a")]),
            &["path-traversal", "absolute-path"],
            &["../../escaped", "/tmp/escaped"],
        ),
        ("bomb", beside([bomb()]), &["bomb", "too-large"], &["requirements.txt"]),
        (
            "symlink",
            beside([link("../../.."), Item::stored("lib/escaped", b"a")]),
            &["symlink-escape", "entry-below-symlink"],
            &["lib", "lib/escaped"],
        ),
    ]
}

/// One for each class of "My ZIP isn't your ZIP" (You et al., USENIX Security 2025).
fn ambiguities() -> Vec<Case> {
    let odd: &[&str] = &["header-mismatch"];
    let test = Item::stored("test", b"test test");
    let other = |field: Vec<u8>| test.clone().both(move |it| it.extra.clone_from(&field));
    vec![
        ("a1", beside([test.clone().local(|it| it.method = 8)]), odd, &["test"]),
        ("a2", beside([test.clone().local(|it| it.size = 0)]), odd, &["test"]),
        ("a3-name", beside([test.clone().local(|it| it.name = b"else".to_vec())]), odd, &["test"]),
        (
            "a3-path",
            beside([other(unicode_path(1, b"test", "path"))]),
            &["extra-path-mismatch"],
            &["test"],
        ),
        ("a4", beside([Item::stored("test/", b"test")]), odd, &["test/"]),
        ("a5", beside([test.clone().local(|it| it.flags |= 1)]), odd, &["test"]),
        ("b1", beside([test.clone(), test.clone()]), &["duplicate-entry"], &["test", "test"]),
        ("b2", beside([Item::stored(b"a\xffb", b"")]), &["control-character"], &["a\u{fffd}b"]),
        (
            "b3",
            beside([test.clone(), Item::stored("./test", b"a")]),
            &["duplicate-entry"],
            &["test", "./test"],
        ),
        (
            "b4",
            beside([test.clone(), Item::stored("TEST", b"a")]),
            &["case-collision"],
            &["test", "TEST"],
        ),
        (
            "c1",
            beside([Item { unlisted: true, ..test.clone() }, Item::stored("b", b"b")]),
            &["prefix-data", "header-mismatch"],
            &["b", "test"],
        ),
        ("c2", several_ends(), &["multiple-end-records"], &["a", "test"]),
        ("c3", with_end(|end| end.here -= 1), odd, &["test"]),
        ("c4", two_directories(), &["header-mismatch", "gap"], &["adjacent", "test"]),
        ("c5", contradicting_zip64(), odd, &["test"]),
        (
            "zip64-twice",
            beside([test.clone().both(|it| {
                (it.size, it.packed) = (u32::MAX, u32::MAX);
                it.extra = extra(1, &[9_u64.to_le_bytes(), 9_u64.to_le_bytes()].concat());
                it.extra.extend(extra(1, &[0; 16]));
            })]),
            odd,
            &["test"],
        ),
    ]
}

/// `test` and the ordinary package.
fn plain(start: usize) -> Parts {
    Parts::at(start, &[Item::stored("test", b"test"), metadata("requests", "2.19.0")])
}

fn with_end(change: impl Fn(&mut End)) -> Vec<u8> {
    let mut parts = plain(0);
    change(&mut parts.end);
    parts.bytes()
}

/// An archive before another one.
fn several_ends() -> Vec<u8> {
    let first = zip(&[Item::stored("a", b"a")]);
    [first.clone(), plain(first.len()).bytes()].concat()
}

/// A directory where the end record points, and one right before it.
fn two_directories() -> Vec<u8> {
    let named = plain(0);
    let start = named.locals.len() + named.directory.len();
    let adjacent = Parts::at(start, &[Item::stored("adjacent", vec![b'a'; 80])]);
    let mut end = named.end.clone();
    end.size = u32::try_from(adjacent.directory.len()).unwrap();
    let bodies = [&named.locals, &named.directory, &adjacent.locals, &adjacent.directory];
    [bodies.map(Vec::as_slice).concat(), end.bytes()].concat()
}

fn contradicting_zip64() -> Vec<u8> {
    let mut parts = plain(0);
    let (size, at) = (u64::from(parts.end.size), u64::from(parts.end.at));
    let own = usize::try_from(at + size).unwrap();
    parts.directory.extend(zip64_end([7, 7], size, at, own));
    parts.bytes()
}

#[test]
fn each_is_told_and_catalogued_and_nothing_is_written() {
    for (name, bytes, kinds, entries) in classics().into_iter().chain(ambiguities()) {
        let folder = Folder::new().file("a/b/c/code.zip", bytes).file("tmp/empty", "");
        let before = snapshot(&folder);
        let words = ["package", "inspect", "a/b/c/code.zip", "--format", "json", "--entries"];
        let inspected = run(&folder, &words);
        inspected.exits(1);
        let json = inspected.json();
        let texts = |list: &str, field: &str| -> Vec<String> {
            let list = json[list].as_array().unwrap();
            list.iter().map(|it| it[field].as_str().unwrap().to_owned()).collect()
        };
        let told = texts("anomalies", "kind");
        for kind in kinds {
            assert!(told.iter().any(|it| it == kind), "{name}: no {kind} in {told:?}");
        }
        let catalogue = texts("catalogue", "name");
        for entry in entries {
            let wanted = entries.iter().filter(|it| *it == entry).count();
            let found = catalogue.iter().filter(|it| it == entry).count();
            assert!(found >= wanted, "{name}: {entry} in {catalogue:?}");
        }
        let requests = "pkg:pypi/requests@2.19.0";
        assert_eq!(texts("components", "purl"), [requests], "{name}");
        run(&folder, &["sbom", "a/b/c/code.zip"]).says(requests);
        assert_eq!(snapshot(&folder), before, "{name} wrote");
        assert!(!folder.path("..").join("escaped").exists(), "{name} wrote outside");
    }
}

#[test]
fn components_of_both_of_two_entries_are_catalogued() {
    let other = Item {
        local: metadata("requests", "2.19.0").local,
        central: metadata("requests", "2.19.0").central,
        ..Item::default()
    };
    let text = b"Metadata-Version: 2.1\nName: requests\nVersion: 2.99.0\n";
    let name = other.central.name.clone();
    let folder = Folder::new()
        .file("code.zip", beside([Item::stored(name, text), Item::stored("a.py", b"a")]))
        .file("tmp/empty", "");
    let inspected = run(&folder, &["package", "inspect", "code.zip", "--format", "json"]);
    inspected.exits(1).says("duplicate-entry");
    let bill = run(&folder, &["sbom", "code.zip"]);
    for purl in ["pkg:pypi/requests@2.19.0", "pkg:pypi/requests@2.99.0"] {
        inspected.says(purl);
        bill.says(purl);
    }
}

#[test]
fn a_large_package_takes_no_more_memory_than_a_small_one() {
    let data: Vec<u8> =
        (0_u32..1 << 20).map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let items = (0..120).map(|it| Item::stored(format!("data/{it}"), &data));
    let folder = Folder::new().file("code.zip", beside(items)).file("tmp/empty", "");
    let (run, peak) = folder.run_and_watch(&["package", "inspect", "code.zip"]);
    run.exits(0).says("no anomaly").says("pkg:pypi/requests@2.19.0");
    assert!(peak < MEMORY_KIB, "{peak} KiB");
}
