//! What a name says that a name of an entry should not.

use std::borrow::Cow;

use crate::anomaly::{Anomalies, Kind};

/// Looks at one name. `shown` is what messages call the entry.
pub(crate) fn check(name: &[u8], shown: &dyn Fn() -> String, anomalies: &mut Anomalies) {
    let mut add = |kind, message: &str| anomalies.add(kind, || (Some(shown()), message.to_owned()));
    if name.is_empty() {
        add(Kind::ControlCharacter, "the entry has no name; name it and build the package again");
    }
    let is_separator = |byte: &u8| matches!(byte, b'/' | b'\\');
    if name.first().is_some_and(is_separator) {
        add(
            Kind::AbsolutePath,
            "the name begins at the root of the file system; store it relative to the package",
        );
    }
    if let [letter, b':', ..] = name
        && letter.is_ascii_alphabetic()
    {
        add(Kind::DrivePath, "the name begins with a drive; store it relative to the package");
    }
    if name.contains(&b'\\') {
        add(
            Kind::Backslash,
            "the name has a backslash, which Linux takes for a letter and Windows for a separator; use `/`",
        );
    }
    let parts = name.split(is_separator);
    if parts.clone().any(|part| part == b"..") {
        add(
            Kind::PathTraversal,
            "the name has a `..`, which leads out of the folder that it is unpacked to; remove the entry",
        );
    } else if parts.clone().any(|part| part.len() > 2 && part.iter().all(|byte| *byte == b'.')) {
        add(
            Kind::PathTraversal,
            "the name has a part of dots alone, which some programs take for a parent folder; rename it",
        );
    }
    if let Some(message) = unseen(name) {
        add(Kind::ControlCharacter, message);
    }
}

/// Why some characters of a name are not seen.
fn unseen(name: &[u8]) -> Option<&'static str> {
    if name.iter().any(|byte| *byte < 0x20 || *byte == 0x7f) {
        return Some(
            "the name has a control character, at which programs end, cut or replace it; rename the entry",
        );
    }
    if name.is_ascii() {
        return None;
    }
    let Ok(text) = std::str::from_utf8(name) else {
        return Some(
            "the name is no UTF-8, so that each program reads another one; rename the entry",
        );
    };
    text.chars().any(is_unseen).then_some(
        "the name has a character that is not shown or turns the direction of writing; rename the entry",
    )
}

/// Controls, marks of direction, spaces without width. Joiners are letters of scripts and emoji.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            u32::from(letter),
            0xad | 0x200b | 0x200e | 0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe0000..=0xe007f
        )
}

/// The path that a name means on Linux: no `.` and no empty parts, neither `/` at its ends.
pub(crate) fn canonical(name: &[u8]) -> Cow<'_, [u8]> {
    let trimmed = name.strip_suffix(b"/").unwrap_or(name);
    let is_plain = |part: &[u8]| !part.is_empty() && part != b"." && part != b"..";
    if trimmed.split(|byte| *byte == b'/').all(is_plain) {
        return Cow::Borrowed(trimmed);
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in trimmed.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    Cow::Owned(parts.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::{canonical, check};
    use crate::anomaly::{Anomalies, Kind};

    #[track_caller]
    fn finds(name: &[u8], expected: &[Kind]) {
        let mut anomalies = Anomalies::default();
        check(name, &String::new, &mut anomalies);
        let found: Vec<Kind> = anomalies.kept().iter().map(|it| it.kind).collect();
        assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(name));
    }

    #[test]
    fn names_that_lead_elsewhere_are_told() {
        finds(b"../x", &[Kind::PathTraversal]);
        finds(b"a/../../x", &[Kind::PathTraversal]);
        finds(b"a/..", &[Kind::PathTraversal]);
        finds(b".../x", &[Kind::PathTraversal]);
        finds(b"/etc/passwd", &[Kind::AbsolutePath]);
        finds(b"C:/x", &[Kind::DrivePath]);
        finds(br"a\b", &[Kind::Backslash]);
        finds(br"..\x", &[Kind::Backslash, Kind::PathTraversal]);
        finds(br"\\host\x", &[Kind::AbsolutePath, Kind::Backslash]);
    }

    #[test]
    fn names_that_hide_letters_are_told() {
        finds(b"a\0b", &[Kind::ControlCharacter]);
        finds(b"a\nb", &[Kind::ControlCharacter]);
        finds(b"a\xffb", &[Kind::ControlCharacter]);
        finds("a\u{202e}yp.b".as_bytes(), &[Kind::ControlCharacter]);
        finds("a\u{200b}b".as_bytes(), &[Kind::ControlCharacter]);
        finds(b"", &[Kind::ControlCharacter]);
    }

    #[test]
    fn ordinary_names_are_not_told() {
        for name in [
            "a",
            "a/b.py",
            "a/",
            "..a/b..",
            "[...slug].js",
            ".env",
            "é/日本語.txt",
            "a b",
            "ab:c",
            "@scope/x",
            "👩\u{200d}💻.txt",
        ] {
            finds(name.as_bytes(), &[]);
        }
    }

    #[test]
    fn different_spellings_of_one_path_are_one() {
        for name in ["a/b", "a//b", "./a/b", "a/./b", "a/b/.", "/a/b", "c/../a/b", "a/b/", "../a/b"]
        {
            assert_eq!(canonical(name.as_bytes()).as_ref(), b"a/b", "{name}");
        }
        assert_eq!(canonical(b"a/.b").as_ref(), b"a/.b");
    }
}
