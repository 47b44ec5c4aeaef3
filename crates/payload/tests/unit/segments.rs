//! Paths, however their dots and slashes are written.

use super::climb;

#[test]
fn dots_and_slashes_are_read_however_they_are_written() {
    for text in [
        "../../../a",
        "..\\..\\..\\a",
        "%2e%2e/%2e%2e/%2e%2e/a",
        "%252e%252e%252f%252e%252e%252f..%5ca",
        "%c0%ae%c0%ae/%c0%ae%c0%ae/%c0%ae%c0%ae/a",
        "%25c0%25ae%25c0%25ae%c0%af..%c0%af..%c0%9va",
        "%%32%%65%%32%%65%%32%%66../../a",
        "0x2e0x2e0x2f..2f..0x5ca",
        "%uff0e%uff0e%u2215..%u2216..%uefc8a",
        "%e0%80%ae%e0%80%ae%e0%80%af../../a",
        "%fc%80%80%80%80%ae./../../a",
        "..%01/.%00./../a",
        "?./.?/../a",
        "%c0.%c0./../../a",
        "%%c0%6e%c0%6e/../../a",
    ] {
        let found = climb(text.as_bytes());
        assert_eq!((found.up, found.in_a_row), (3, 3), "{text} {found:?}");
    }
}

#[test]
fn names_with_dots_go_nowhere() {
    for text in [
        "..report.pdf",
        "a..b/c",
        "v1.0.../x",
        "wait... and/or",
        "a/.hidden/b",
        "1../2",
        "50%of/100%",
    ] {
        assert_eq!(climb(text.as_bytes()).up, 0, "{text}");
    }
    assert_eq!(climb(b"a/../b").up, 1);
    assert_eq!(climb(b"a/..").up, 1);
}

#[test]
fn the_plain_path_has_one_slash_between_names() {
    assert_eq!(climb(b"..%c0%af..%uf025etc%c1%9c//passwd").plain, b"../../etc/passwd");
}
