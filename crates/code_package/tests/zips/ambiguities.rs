//! One archive for each class of ambiguity of "My ZIP isn't your ZIP" (You et al., USENIX Security
//! 2025), by the names of that study: each is told, and what any reader sees is catalogued.

use crate::archive::{End, Item, Parts, crc32, extra, kinds, names, unicode_path, zip, zip64_end};

/// The kinds that must be among those told, and the names of all entries in order.
#[track_caller]
fn tells(bytes: &[u8], expected: &[&str], catalogued: &[&str]) {
    let found = kinds(bytes);
    for kind in expected {
        assert!(found.contains(kind), "{kind} is missing in {found:?}");
    }
    assert_eq!(names(bytes), catalogued);
}

const ODD: &[&str] = &["header-mismatch"];

#[test]
fn a1_methods_that_differ() {
    let item = Item::deflated("test", b"test");
    let packed = item.data.len() as u32;
    for size in [4, packed] {
        let local = item.clone().local(|it| (it.method, it.packed) = (0, size));
        tells(&zip(&[local]), ODD, &["test"]);
        let central = item.clone().central(|it| (it.method, it.packed) = (0, size));
        tells(&zip(&[central]), ODD, &["test"]);
    }
}

#[test]
fn a2_sizes_that_differ() {
    for item in [Item::stored("test", b"test test"), Item::deflated("test", b"test test")] {
        for bits in 1_u8..16 {
            let lying = item
                .clone()
                .local(|it| {
                    it.packed *= u32::from(bits & 1 == 0);
                    it.size *= u32::from(bits & 2 == 0);
                })
                .central(|it| {
                    it.packed *= u32::from(bits & 4 == 0);
                    it.size *= u32::from(bits & 8 == 0);
                });
            assert_ne!(kinds(&zip(&[lying])), [""; 0], "{bits:b}");
        }
        for bits in 1_u8..4 {
            let mut streamed = item.clone().streamed(true);
            for (bit, range) in [(1, 8..12), (2, 12..16)] {
                if bits & bit != 0 {
                    streamed.descriptor[range].fill(0);
                }
            }
            tells(&zip(&[streamed]), ODD, &["test"]);
        }
    }
    // Eight-byte sizes where nothing says so, and ZIP64 fields that are half there or twice.
    let mut wide = Item::stored("test", b"test").streamed(true);
    wide.descriptor = [b"PK\x07\x08".as_slice(), &crc32(b"test").to_le_bytes()].concat();
    wide.descriptor.extend([4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
    tells(&zip(&[wide]), ODD, &["test"]);
    let half = Item::stored("test", b"test").local(|it| {
        it.size = u32::MAX;
        it.extra = extra(1, &4_u64.to_le_bytes());
    });
    tells(&zip(&[half]), ODD, &["test"]);
    let twice = Item::stored("test", b"test").both(|it| {
        (it.size, it.packed) = (u32::MAX, u32::MAX);
        let four = 4_u64.to_le_bytes();
        it.extra = extra(1, &[four, four].concat());
        it.extra.extend(extra(1, &[0; 16]));
    });
    tells(&zip(&[twice]), ODD, &["test"]);
}

#[test]
fn a3_names_that_differ() {
    let item = Item::stored("local", b"test").central(|it| it.name = b"central".to_vec());
    tells(&zip(&[item]), ODD, &["central"]);
    let other = |field: &[u8]| Item::stored("name", b"test").both(|it| it.extra = field.to_vec());
    let valid = unicode_path(1, b"name", "path");
    for field in [
        valid.clone(),
        unicode_path(0, b"name", "path"),
        unicode_path(2, b"name", "path"),
        unicode_path(1, b"else", "path"),
        [valid.clone(), unicode_path(1, b"name", "third")].concat(),
        [unicode_path(1, b"name", "name"), unicode_path(1, b"name", "third")].concat(),
        [valid, unicode_path(1, b"path", "third")].concat(),
    ] {
        tells(&zip(&[other(&field)]), &["extra-path-mismatch"], &["name"]);
        tells(
            &zip(&[other(&field).both(|it| it.flags |= 1 << 11)]),
            &["extra-path-mismatch"],
            &["name"],
        );
    }
    // Names that nobody but one reader uses are looked at, too.
    let hidden = unicode_path(1, b"name", "../x");
    tells(&zip(&[other(&hidden)]), &["extra-path-mismatch", "path-traversal"], &["name"]);
    let local = Item::stored("../x", b"test").central(|it| it.name = b"x".to_vec());
    tells(&zip(&[local]), &["header-mismatch", "path-traversal"], &["x"]);
}

#[test]
fn a4_folders_that_are_files() {
    tells(&zip(&[Item::stored("test/", b"test")]), ODD, &["test/"]);
    tells(&zip(&[Item::stored(r"test\", b"test")]), &["backslash"], &[r"test\"]);
    for host in [0, 3, 19] {
        for attributes in [0x10, 0o040_755 << 16] {
            let mut item = Item::stored("test", b"test");
            (item.made_by, item.attributes) = (host << 8, attributes);
            tells(&zip(&[item]), ODD, &["test"]);
        }
    }
}

#[test]
fn a5_encryption_that_differs() {
    let item = Item::stored("test", b"test");
    tells(&zip(&[item.clone().local(|it| it.flags |= 1)]), ODD, &["test"]);
    tells(&zip(&[item.clone().central(|it| it.flags |= 1)]), &["encrypted", ODD[0]], &["test"]);
    let first = item.both(|it| it.flags |= 1);
    tells(&zip(&[first, Item::stored("b", b"b")]), &["encrypted"], &["test", "b"]);
}

#[test]
fn b1_names_twice() {
    let items = [Item::stored("a.py", b"a"), Item::stored("a.py", b"b")];
    let bytes = zip(&items);
    tells(&bytes, &["duplicate-entry"], &["a.py", "a.py"]);
    let package = code_package::Package::read(&bytes, &code_package::Limits::default());
    let contents: Vec<_> = package.entries().iter().map(|it| it.data.unwrap()).collect();
    assert_eq!(contents, [b"a", b"b"]);
}

#[test]
fn b2_bytes_that_readers_replace() {
    for byte in (0..=u8::MAX).filter(|byte| *byte < 0x20 || *byte >= 0x7f) {
        let name = [b'a', byte, b'b'];
        let found = kinds(&zip(&[Item::stored(name, b"").both(|it| it.flags = 0)]));
        assert_eq!(found, ["control-character"], "{byte:x}");
    }
    let twice = Item::stored("a?b", b"");
    assert_eq!(kinds(&zip(&[twice.clone(), twice])), ["duplicate-entry"]);
    let colon = Item::stored("a:b", b"");
    assert_eq!(kinds(&zip(&[colon])), ["drive-path"]);
}

#[test]
fn b3_spellings_of_one_path() {
    for (path, kind) in [
        ("/a/b", "absolute-path"),
        ("a//b", "duplicate-entry"),
        (r"a\b", "backslash"),
        ("./a/b", "duplicate-entry"),
        ("a/./b", "duplicate-entry"),
        ("a/b/.", "duplicate-entry"),
        ("../a/b", "path-traversal"),
        (".../a/b", "path-traversal"),
        ("a/.../b", "path-traversal"),
        ("c/../a/b", "path-traversal"),
    ] {
        tells(
            &zip(&[Item::stored("a/b", b"a"), Item::stored(path, b"b")]),
            &[kind],
            &["a/b", path],
        );
        tells(
            &zip(&[Item::stored(path, b"a"), Item::stored("a/b", b"b")]),
            &[kind],
            &[path, "a/b"],
        );
    }
}

#[test]
fn b4_names_that_differ_in_case() {
    let items = [Item::stored("test.txt", b"a"), Item::stored("test.TXT", b"b")];
    tells(&zip(&items), &["case-collision"], &["test.txt", "test.TXT"]);
}

#[test]
fn c1_local_headers_that_the_directory_does_not_list() {
    let (a, b, c) = (Item::stored("a", b"a"), Item::stored("b", b"b"), Item::stored("c", b"c"));
    let unlisted = Item { unlisted: true, ..b.clone() };
    tells(&zip(&[a.clone(), unlisted.clone()]), &["gap", ODD[0]], &["a", "b"]);
    tells(&zip(&[unlisted, a.clone()]), &["prefix-data", ODD[0]], &["a", "b"]);

    // A directory and an end after the first entry, for who reads from front to back.
    let fake = Parts::at(0, std::slice::from_ref(&a));
    let mut first = a.clone();
    first.descriptor = [fake.directory.as_slice(), &fake.end.bytes()].concat();
    let bytes = zip(&[first, b.clone(), c.clone()]);
    tells(&bytes, &["gap", "multiple-end-records"], &["a", "b", "c", "a"]);

    // Entries in comments: of a header of the directory, of the archive.
    let mut parts = Parts::at(0, std::slice::from_ref(&a));
    let at = parts.locals.len() + parts.directory.len() + 47;
    let in_comment = Item { comment: b.local_bytes(), ..b };
    parts.directory.extend(in_comment.central_bytes(at));
    let at = parts.locals.len() + parts.directory.len() + 47 + 22;
    parts.directory.extend(c.central_bytes(at));
    (parts.end.here, parts.end.entries) = (3, 3);
    parts.end.size = parts.directory.len() as u32;
    parts.end.comment = c.local_bytes();
    tells(&parts.bytes(), &["overlap"], &["a", "b", "c"]);

    // A second archive in the comment of the first, whose entry stands within another.
    let inner = Item::stored("a", b"a");
    let items = [Item::stored("junk", inner.local_bytes()), Item::stored("b", b"b")];
    let mut parts = Parts::at(0, &items);
    let directory = inner.central_bytes(34);
    let at = parts.bytes().len() as u32;
    let end = End { here: 1, entries: 1, size: directory.len() as u32, at, ..End::default() };
    parts.end.comment = [directory, end.bytes()].concat();
    let expected = ["prefix-data", "gap", "multiple-end-records"];
    tells(&parts.bytes(), &expected, &["a", "junk", "b", "junk", "b"]);
}

#[test]
fn c1_descriptors_that_readers_find_at_different_places() {
    // Who searches for the signature ends the contents early and goes on with what hides there.
    let hidden = Item::stored("a", b"a").local_bytes();
    let mut data = b"PK\x07\x08".to_vec();
    data.extend([0; 12]);
    data.extend(&hidden);
    let stored = Item::stored("junk", &data).streamed(true);
    tells(&zip(&[stored]), ODD, &["junk"]);
    // Deflated contents end themselves, and the directory says that they go on.
    let mut deflated = Item::deflated("junk", b"");
    deflated.data.extend(&data);
    let packed = deflated.data.len() as u32;
    let deflated = deflated.both(|it| it.packed = packed).streamed(true);
    tells(&zip(&[deflated]), &["gap"], &["junk"]);
}

#[test]
fn c2_several_end_records() {
    for change in [1_isize, -1, 0] {
        let length = Parts::at(0, &[Item::stored("a", b"a")]).bytes().len() + 1;
        let mut bytes = Vec::new();
        for (index, name) in ["a", "b", "c"].into_iter().enumerate() {
            let mut parts = Parts::at(index * length, &[Item::stored(name, name)]);
            parts.end.comment = vec![0];
            let claimed = (2 - index) * length + 1;
            let off = if index == 1 { 0 } else { change };
            parts.end.comment_length = claimed.checked_add_signed(off);
            bytes.extend(parts.bytes());
        }
        let found = kinds(&bytes);
        assert!(found.contains(&"multiple-end-records"), "{change}: {found:?}");
        let mut names = names(&bytes);
        names.sort();
        names.dedup();
        assert_eq!(names, ["a", "b", "c"], "{change}");
    }
}

#[test]
fn c3_counts_that_differ() {
    let items = [Item::stored("a", b"a"), Item::stored("b", b"b")];
    for bits in 1_u8..8 {
        let mut parts = Parts::at(0, &items);
        parts.end.here -= u16::from(bits & 1 != 0);
        parts.end.entries -= u16::from(bits & 2 != 0);
        parts.end.size /= 1 + u32::from(bits & 4 != 0);
        tells(&parts.bytes(), ODD, &["a", "b"]);
    }
    let many: Vec<Item> = (0..=65_536).map(|it| Item::stored(format!("{it:x}"), b"")).collect();
    let bytes = zip(&many);
    assert_eq!(kinds(&bytes), ODD);
    assert_eq!(names(&bytes).len(), 65_537);
}

/// Two directories: where the end record points, and right before it.
fn two_directories() -> (Vec<u8>, End) {
    let (a, b, c) =
        (Item::stored("front", b"a"), Item::stored("named", b"a"), Item::stored("adjac", b"a"));
    let first = Parts::at(0, &[a]);
    let second = Parts::at(first.locals.len() + first.directory.len(), &[b]);
    let before = [&first.locals, &first.directory, &second.locals, &second.directory].map(Vec::len);
    let third = Parts::at(before.iter().sum(), &[c]);
    let mut bytes = Vec::new();
    for parts in [&first, &second, &third] {
        bytes.extend(&parts.locals);
        bytes.extend(&parts.directory);
    }
    (bytes, second.end)
}

#[test]
fn c4_directories_at_two_places() {
    let (mut bytes, end) = two_directories();
    bytes.extend(end.bytes());
    let found = kinds(&bytes);
    assert!(found.contains(&"gap") && found.contains(&ODD[0]), "{found:?}");
    let mut seen = names(&bytes);
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["adjac", "front", "named"]);
}

#[test]
fn c5_zip64_that_contradicts() {
    let open =
        End { here: u16::MAX, entries: u16::MAX, size: u32::MAX, at: u32::MAX, ..End::default() };
    // An end record of ZIP64 in the comment of the last header, used or not.
    for bits in 0_u8..32 {
        let mut items = [Item::stored("a", b"a"), Item::stored("b", b"b")];
        let first = Parts::at(0, &items);
        let other =
            Parts::at(first.locals.len() + first.directory.len(), &[Item::stored("c", b"c")]);
        let at = other.end.at + other.directory.len() as u32;
        let (size, place) = (u64::from(other.end.size), u64::from(other.end.at));
        items[1].comment = [
            other.locals.as_slice(),
            &other.directory,
            &zip64_end([1, 1], size, place, at as usize),
            if bits & 16 == 0 { b"" } else { b"\0" },
        ]
        .concat();
        let mut parts = Parts::at(0, &items);
        if bits & 1 != 0 {
            (parts.end.here, parts.end.entries) = (u16::MAX, u16::MAX);
        }
        parts.end.size |= if bits & 2 == 0 { 0 } else { u32::MAX };
        parts.end.at |= if bits & 4 == 0 { 0 } else { u32::MAX };
        let found = kinds(&parts.bytes());
        assert!(!found.is_empty(), "{bits:b}");
        let mut names = names(&parts.bytes());
        names.sort();
        names.dedup();
        assert_eq!(names, ["a", "b", "c"], "{bits:b}: {found:?}");
    }
    // Counts and places that differ, and two directories.
    let plain = Parts::at(0, &[Item::stored("a", b"a"), Item::stored("b", b"b")]);
    for bits in 1_u64..8 {
        let (size, at) = (u64::from(plain.end.size), u64::from(plain.end.at));
        let own = (at + size) as usize;
        let counts = [2 - (bits & 1), 2 - (bits >> 1 & 1)];
        let wide = zip64_end(counts, size / (1 + (bits >> 2)), at, own);
        let bytes =
            [&plain.locals, &plain.directory, &wide, &open.bytes()].map(Vec::as_slice).concat();
        tells(&bytes, ODD, &["a", "b"]);
    }
    let (bytes, end) = two_directories();
    for own in [bytes.len(), bytes.len() - 1] {
        let wide = zip64_end([1, 1], u64::from(end.size), u64::from(end.at), own);
        let bytes = [bytes.as_slice(), &wide, &open.bytes()].concat();
        let found = kinds(&bytes);
        assert!(found.contains(&"gap") && found.contains(&ODD[0]), "{found:?}");
    }
}
