//! Any bytes under any path: the search for secrets ends, its places lie inside, and what it shows of a
//! secret is no more than what every secret of the kind begins with. Any text as rules of a user.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use secret_scan::{Scanner, is_for_show, read_rules, test_rules};

static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::default);

/// Endings of which each leads to another reading.
const PATHS: [&str; 12] = [
    ".env",
    "a.py",
    "s.yaml",
    ".pgpass",
    ".netrc",
    "nuget.config",
    "a.lock",
    "README.md",
    "shadow",
    ".htpasswd",
    "a.tf",
    "key.p12",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    // A known path, or whatever stands before the first line break.
    let (path, text) = match PATHS.get(usize::from(*first)) {
        Some(path) => ((*path).to_owned(), rest),
        None => {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let (path, text) = rest.split_at(end);
            (String::from_utf8_lossy(path).into_owned(), text)
        }
    };
    let _ = is_for_show(&path);
    // Places of UTF-16 are those of the text in UTF-8, which may be longer by half.
    let most = text.len() * 2;
    let mut end = 0;
    for found in SCANNER.scan(&path, text) {
        assert!(found.range.start >= end && found.range.end <= most, "{found:?}");
        end = found.range.end;
        assert!(found.line >= 1 && found.column >= 1, "{found:?}");
        assert!(found.preview.chars().count() <= 5, "{found:?}");
        assert!(found.preview.is_empty() || found.preview.ends_with('…'), "{found:?}");
        assert_eq!(found.hash.len(), 12, "{found:?}");
        assert!(!found.kind.is_empty() && !found.title.is_empty(), "{found:?}");
    }
    if let Ok(text) = std::str::from_utf8(rest) {
        let file = read_rules(text);
        let _ = test_rules(&file.rules);
    }
});
