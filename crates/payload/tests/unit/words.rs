//! Words of commands, however they are written.

use super::{Kind, Word};

#[test]
fn a_name_is_read_through_its_disguise() {
    for (text, name) in [
        ("w'h'o'am'i -x", "whoami"),
        ("c\\at /x", "cat"),
        ("wh$@oami", "whoami"),
        ("una$$me -a", "uname"),
        ("c^m^d /c", "cmd"),
        ("/usr/bin/id;", "id"),
        ("c:\\windows\\system32\\cmd.exe /c", "cmd"),
        ("pi$()ng", "ping"),
        ("p\"\"ython3.11 -c", "python3.11"),
    ] {
        let (word, _) = Word::read(text.as_bytes());
        assert_eq!(word.name(), name.as_bytes(), "{text}");
        assert_eq!(word.kind(), Kind::Sure, "{text}");
    }
}

#[test]
fn an_apostrophe_hides_nothing() {
    for text in ["i'd like", "ls", "o'keefe's", "'id", "catalog", "dating"] {
        let (word, _) = Word::read(text.as_bytes());
        assert!(word.kind() != Kind::Sure, "{text} {word:?}");
    }
}
