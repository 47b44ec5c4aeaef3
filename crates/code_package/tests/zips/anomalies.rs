//! Each kind of anomaly by itself, with its near miss.

use code_package::{Kind, Limits, Package};

use crate::archive::{Item, Parts, audited, crc32, deflate, kinds, names, zip};

/// A file of the package with another one beside it.
fn beside(item: Item) -> Vec<u8> {
    zip(&[Item::deflated("app.py", b"def handler(event, context): pass"), item])
}

fn link(name: &str, target: &str) -> Item {
    Item::stored(name, target).mode(0o120_777)
}

#[test]
fn every_anomaly_says_what_to_do_about_which_entry() {
    let bytes = beside(Item::stored("../x", b"x").mode(0o104_666));
    let audit = audited(&bytes);
    let kept = audit.anomalies.kept();
    assert_eq!(kept.len(), 3);
    for anomaly in kept {
        assert_eq!(anomaly.entry.as_deref(), Some("../x"));
        assert!(anomaly.message.contains("remove") || anomaly.message.contains("use 4664"));
        assert!(!anomaly.message.ends_with('.') && !anomaly.message.contains('\n'));
    }
}

#[test]
fn modes() {
    for (mode, expected) in [
        (0o100_644, None),
        (0o100_755, None),
        (0o100_600, None),
        (0o040_755, Some("header-mismatch")),
        (0o104_755, Some("setuid")),
        (0o102_755, Some("setuid")),
        (0o100_666, Some("world-writable")),
        (0o020_644, Some("special-file")),
        (0o060_644, Some("special-file")),
        (0o010_644, Some("special-file")),
        (0o140_644, Some("special-file")),
        (0o100_000, Some("unreadable-mode")),
        (0, Some("unreadable-mode")),
    ] {
        let found = kinds(&beside(Item::stored("run", b"x").mode(mode)));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{mode:o}");
    }
    // DOS knows no modes.
    let mut dos = Item::stored("run", b"x").mode(0);
    dos.made_by = 0;
    assert_eq!(kinds(&beside(dos)), [""; 0]);
}

#[test]
fn links_within_and_out_of_the_package() {
    let check = |items: &[Item], escapes: bool| {
        let mut expected = vec!["symlink"];
        if escapes {
            expected.push("symlink-escape");
        }
        assert_eq!(kinds(&zip(items)), expected);
    };
    check(&[link("lib/libx.so", "libx.so.1"), Item::stored("lib/libx.so.1", b"")], false);
    check(&[link("a/b/c", "../../x")], false);
    check(&[link("a/b/c", "../../../x")], true);
    check(&[link("a", "/etc/passwd")], true);
    check(&[link("a", "..")], true);
    check(&[link("a", "b/../../x")], true);
    // `up` leads to the root of the package, so that `up/..` leads out of it.
    check(&[link("d/up", "../e"), link("d/out", "up/../../x")], true);
    check(&[link("d/up", ".."), link("d/out", "up/..")], true);
    check(&[link("d/up", ".."), link("d/in", "up/x")], false);
    check(&[link("a", "b"), link("b", "a")], true);
}

#[test]
fn entries_below_links() {
    let items = [link("a", "/tmp"), Item::stored("a/b/x", b"x")];
    let expected = ["duplicate-entry", "entry-below-symlink", "symlink", "symlink-escape"];
    assert_eq!(kinds(&zip(&items)), expected);
    assert_eq!(names(&zip(&items)), ["a", "a/b/x"]);
    let reversed = [Item::stored("a/b/x", b"x"), link("a", "/tmp")];
    assert_eq!(kinds(&zip(&reversed)), expected);
}

#[test]
fn names_that_look_the_same() {
    for (one, other, expected) in [
        ("paypal.py", "p\u{430}ypal.py", "unicode-collision"),
        ("\u{e9}.py", "e\u{301}.py", "unicode-collision"),
        ("file", "\u{fb01}le", "unicode-collision"),
        ("\u{c9}.py", "\u{e9}.py", "case-collision"),
    ] {
        let found = kinds(&zip(&[Item::stored(one, b"a"), Item::stored(other, b"b")]));
        assert_eq!(found, [expected], "{one} {other}");
    }
    let apart =
        [Item::stored("ä.py", b"a"), Item::stored("a.py", b"b"), Item::stored("я.py", b"c")];
    assert_eq!(kinds(&zip(&apart)), [""; 0]);
}

#[test]
fn bytes_before_between_and_after() {
    let item = Item::stored("a", b"a");
    let plain = zip(std::slice::from_ref(&item));
    let prefixed = [b"#!/usr/bin/env python3\n".as_slice(), &plain].concat();
    assert_eq!(kinds(&prefixed), ["prefix-data"]);
    assert_eq!(names(&prefixed), ["a"]);
    let adjusted =
        [b"12345".as_slice(), &Parts::at(5, std::slice::from_ref(&item)).bytes()].concat();
    assert_eq!(kinds(&adjusted), ["prefix-data"]);
    let suffixed = [plain.as_slice(), b"and more"].concat();
    assert_eq!(kinds(&suffixed), ["suffix-data"]);
    let far = [plain.as_slice(), &vec![b'x'; 100_000]].concat();
    assert_eq!(kinds(&far), ["suffix-data"]);
    assert_eq!(names(&far), ["a"]);
    let gap = Item { descriptor: b"hidden".to_vec(), ..item.clone() };
    assert_eq!(kinds(&beside(gap.clone())), ["gap"]);
    assert_eq!(kinds(&zip(&[gap, item.clone().both(|it| it.name = b"b".to_vec())])), ["gap"]);
    let mut commented = Parts::at(0, &[item]);
    commented.end.comment = b"build 17".to_vec();
    assert_eq!(kinds(&commented.bytes()), [""; 0]);
}

#[test]
fn entries_that_share_bytes() {
    let a = Item::stored("a", b"a");
    let b =
        Item { offset: Some(0), ..Item::stored("a", b"a").central(|it| it.name = b"b".to_vec()) };
    let found = kinds(&zip(&[a, b]));
    assert!(found.contains(&"overlap"), "{found:?}");
    // Contents that reach into the directory.
    let long = Item::stored("a", b"a").both(|it| (it.size, it.packed) = (20, 20));
    let found = kinds(&zip(&[long]));
    assert!(found.contains(&"overlap"), "{found:?}");
}

#[test]
fn archives_that_break_off() {
    let bytes = zip(&[Item::stored("a", b"abc"), Item::deflated("b", b"def")]);
    for length in 0..bytes.len() {
        let found = kinds(&bytes[..length]);
        assert!(found.contains(&"truncated"), "{length}: {found:?}");
    }
    assert_eq!(names(&bytes[..bytes.len() - 1]), ["a", "b"]);
    assert_eq!(names(&bytes[..70]), ["a", "b"]);
    assert_eq!(kinds(b"no archive at all"), ["truncated"]);
    let long = Item::stored("a", b"a").both(|it| (it.size, it.packed) = (2_000, 2_000));
    assert!(kinds(&zip(&[long])).contains(&"truncated"));
}

#[test]
fn contents_that_are_not_what_headers_say() {
    let crc = Item::stored("a", b"a").both(|it| it.crc32 = 1);
    assert_eq!(kinds(&zip(&[crc])), ["header-mismatch"]);
    let size = Item::deflated("a", b"aaa").both(|it| it.size = 2);
    assert_eq!(kinds(&zip(&[size])), ["header-mismatch"]);
    let mut cut = Item::deflated("a", b"a longer text, so that there is something to cut");
    cut.data.truncate(20);
    let cut = cut.both(|it| it.packed = 20);
    assert_eq!(kinds(&zip(&[cut])), ["truncated"]);
    let mut more = Item::deflated("a", b"aaa");
    more.data.extend(b"behind");
    let more = more.both(|it| it.packed += 6);
    assert_eq!(kinds(&zip(&[more])), ["gap"]);
    let broken = Item::stored("a", b"\xff\xff\xff").both(|it| it.method = 8);
    assert_eq!(kinds(&zip(&[broken])), ["truncated"]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let encrypted = beside(Item::stored("a", b"a").both(|it| it.flags |= 1));
    assert_eq!(kinds(&encrypted), ["encrypted"]);
    assert_eq!(audited(&encrypted).not_looked_at[0].entry, "a");
    for method in [9, 12, 14, 93, 98] {
        let bytes = beside(Item::stored("a", b"a").both(|it| it.method = method));
        assert_eq!(kinds(&bytes), ["unknown-method"]);
        assert_eq!(audited(&bytes).not_looked_at.len(), 1);
    }
}

#[test]
fn streams_are_ordinary() {
    for signed in [true, false] {
        let bytes = zip(&[
            Item::deflated("a", b"aaaa").streamed(signed),
            Item::stored("b", b"bbbb").streamed(signed),
            Item::stored("c", b"").streamed(signed),
        ]);
        assert_eq!(kinds(&bytes), [""; 0]);
    }
}

#[test]
fn archives_within_archives() {
    let inner = zip(&[Item::stored("../x", b"x"), Item::stored("y", b"y")]);
    let middle = zip(&[Item::deflated("inner.jar", &inner)]);
    let outer = zip(&[Item::stored("middle.zip", &middle)]);
    let audit = audited(&outer);
    let kept = audit.anomalies.kept();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].kind, Kind::PathTraversal);
    assert_eq!(kept[0].entry.as_deref(), Some("middle.zip!inner.jar!../x"));
    assert_eq!(audit.archives, 2);
    let limits = Limits::default();
    let package = Package::read(&outer, &limits);
    let mut seen = Vec::new();
    code_package::audit(&package, &limits, &mut |file| {
        seen.push((file.path(), file.read(10).map(|it| it.len())));
    });
    assert_eq!(seen.last().unwrap(), &("middle.zip!inner.jar!y".to_owned(), Ok(1)));
    assert!(seen[0].1.is_err());
}

#[test]
fn archives_too_deep_are_told() {
    let mut bytes = zip(&[Item::stored("x", b"x")]);
    for depth in 1..=5 {
        let found = kinds(&bytes);
        let expected: &[&str] = if depth <= 4 { &[] } else { &["nested-too-deep"] };
        assert_eq!(found, expected, "{depth}");
        bytes = zip(&[Item::deflated("a.zip", &bytes)]);
    }
    let limits = Limits { nested: 4, ..Limits::default() };
    let outer = zip(&[Item::deflated("a.zip", zip(&[]))]);
    let audit = code_package::audit(&Package::read(&outer, &limits), &limits, &mut |_| {});
    assert_eq!(audit.not_looked_at.len(), 1);
    assert!(audit.anomalies.kept().is_empty());
}

#[test]
fn limits_are_told() {
    let limits = Limits { entries: 10, unpacked: 15, ..Limits::default() };
    let many: Vec<Item> = (0..20).map(|it| Item::stored(it.to_string(), b"x")).collect();
    let bytes = zip(&many);
    let package = Package::read(&bytes, &limits);
    assert_eq!((package.entries().len(), package.uncatalogued()), (10, 10));
    assert_eq!(package.anomalies().counts()[&Kind::TooLarge], 1);
    let bytes = zip(&[Item::stored("a", b"12345678"), Item::stored("b", b"12345678")]);
    let package = Package::read(&bytes, &limits);
    assert_eq!(package.unpacked(), 16);
    assert_eq!(package.anomalies().counts()[&Kind::TooLarge], 1);
    let deflated = deflate(b"12345678");
    assert_eq!(crc32(b"12345678"), Item::deflated("a", b"12345678").central.crc32);
    assert!(!deflated.is_empty());
}
