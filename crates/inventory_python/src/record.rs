//! `RECORD`: which files a wheel installed, with their digests, and whether they still hold.

use std::borrow::Cow;

use component::{Algorithm, Digest};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// Most lines of one `RECORD` that are kept.
const MOST_ENTRIES: usize = 200_000;
/// Bytes at the start of a file in which git looks for a zero byte, to tell texts.
const BYTES_OF_GIT: usize = 8_000;

/// One file that a distribution installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordEntry {
    /// Path relative to the folder that holds the `.dist-info`, with `/`.
    pub path: String,
    /// The digest; `None` for files that have none (`RECORD` itself, compiled caches).
    pub digest: Option<Digest>,
    /// Length in bytes, when told.
    pub size: Option<u64>,
    /// Line from 1.
    pub line: u32,
}

/// How a file differs from what `RECORD` promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordFault {
    /// The bytes are not those that the wheel brought.
    Altered {
        /// Path relative to the folder that holds the `.dist-info`.
        path: String,
        /// Line of the promise in `RECORD`.
        line: u32,
    },
    /// The file is not there.
    Missing {
        /// Path relative to the folder that holds the `.dist-info`.
        path: String,
        /// Line of the promise in `RECORD`.
        line: u32,
    },
    /// The digest is of a kind that proves nothing, or that we cannot compute.
    Unchecked {
        /// Path relative to the folder that holds the `.dist-info`.
        path: String,
        /// Line of the promise in `RECORD`.
        line: u32,
    },
}

/// Reads a `RECORD`: the entries, and the lines that are none.
#[must_use]
pub fn parse_record(text: &str) -> (Vec<RecordEntry>, Vec<u32>) {
    let mut entries = Vec::new();
    let mut odd = Vec::new();
    for (line, text) in (1_u32..).zip(text.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        if entries.len() >= MOST_ENTRIES {
            odd.push(line);
            break;
        }
        let fields = fields(text);
        let [path, digest, size] = fields.as_slice() else {
            odd.push(line);
            continue;
        };
        let parsed = Digest::parse_base64(digest);
        if parsed.is_none() && !digest.is_empty() {
            odd.push(line);
        }
        entries.push(RecordEntry {
            path: path.replace('\\', "/"),
            digest: parsed,
            size: size.parse().ok(),
            line,
        });
    }
    (entries, odd)
}

/// The fields of a line of comma-separated values; quotes are doubled inside quotes.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => push(&mut fields, '"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => push(&mut fields, c),
        }
    }
    fields
}

fn push(fields: &mut [String], c: char) {
    if let Some(field) = fields.last_mut() {
        field.push(c);
    }
}

/// Compares what a `RECORD` promises with the bytes that are there.
///
/// `find` gives the bytes of a path relative to the folder that holds the `.dist-info`. Files outside
/// that folder (scripts in `../../bin`) and compiled caches are not asked for. A text that differs in the
/// ends of all its lines alone, as git writes them, is what the wheel brought.
pub fn verify_record<'a>(
    entries: &[RecordEntry],
    mut find: impl FnMut(&str) -> Option<Cow<'a, [u8]>>,
) -> Vec<RecordFault> {
    let mut faults = Vec::new();
    for RecordEntry { path, digest, size, line } in entries {
        let Some(digest) = digest else { continue };
        if path.starts_with("../") || path.starts_with('/') || path.strip_suffix(".pyc").is_some() {
            continue;
        }
        let (path, line) = (path.clone(), *line);
        let Some(bytes) = find(&path) else {
            faults.push(RecordFault::Missing { path, line });
            continue;
        };
        let holds = |bytes: &[u8]| {
            let is_long = size.is_none_or(|size| u64::try_from(bytes.len()) == Ok(size));
            is_long && sum(digest.algorithm, bytes).as_ref() == Some(digest)
        };
        if !matches!(digest.algorithm, Algorithm::Sha256 | Algorithm::Sha384 | Algorithm::Sha512) {
            faults.push(RecordFault::Unchecked { path, line });
        } else if !holds(&bytes) && !with_other_line_ends(&bytes).is_some_and(|it| holds(&it)) {
            faults.push(RecordFault::Altered { path, line });
        }
    }
    faults
}

/// The digest of some bytes; `None` for kinds that prove nothing.
fn sum(algorithm: Algorithm, bytes: &[u8]) -> Option<Digest> {
    match algorithm {
        Algorithm::Sha256 => Digest::of_bytes(algorithm, &Sha256::digest(bytes)),
        Algorithm::Sha384 => Digest::of_bytes(algorithm, &Sha384::digest(bytes)),
        Algorithm::Sha512 => Digest::of_bytes(algorithm, &Sha512::digest(bytes)),
        _ => None,
    }
}

/// A text as it was before git changed the ends of all its lines (`core.autocrlf`, `text=auto`): those of
/// Windows as those of Unix, or the other way round. Git leaves files with a zero byte alone.
fn with_other_line_ends(bytes: &[u8]) -> Option<Vec<u8>> {
    let start = bytes.get(..BYTES_OF_GIT).unwrap_or(bytes);
    if start.contains(&0) {
        return None;
    }
    let mut other = Vec::with_capacity(bytes.len());
    let has_returns = bytes.windows(2).any(|pair| pair == b"\r\n");
    let mut rest = bytes.iter().peekable();
    while let Some(byte) = rest.next() {
        match (byte, has_returns) {
            (b'\r', true) if rest.peek() == Some(&&b'\n') => {}
            (b'\n', false) => other.extend(b"\r\n"),
            _ => other.push(*byte),
        }
    }
    Some(other)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{RecordFault, parse_record, verify_record};

    #[test]
    fn a_changed_byte_and_a_missing_file_are_told() {
        // The digest of the empty text.
        let empty = "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        let text = format!(
            "a.py,{empty},0\n\"b,\"\"c.py\",{empty},0\nd.py,{empty},\nRECORD,,\n../../bin/x,{empty},0\nodd\n"
        );
        let (entries, odd) = parse_record(&text);
        assert_eq!(odd, [6]);
        assert_eq!(entries[1].path, "b,\"c.py");
        let faults = verify_record(&entries, |path| match path {
            "a.py" => Some(Cow::Borrowed(&b""[..])),
            "d.py" => Some(Cow::Borrowed(&b"import os"[..])),
            _ => None,
        });
        let missing = RecordFault::Missing { path: "b,\"c.py".into(), line: 2 };
        assert_eq!(faults, [missing, RecordFault::Altered { path: "d.py".into(), line: 3 }]);
    }

    #[test]
    fn ends_of_lines_that_git_changed_are_no_change() {
        // The digests of `a\nb\n`, of `a\r\nb\r\n` and of `a\n\0\n`.
        let text = "unix,sha256=kRFp3arxRq_1OfWMJsSJrzuJLf8P4oPBwmTGWuWqWaI,4\n\
                    windows,sha256=WAVb3Mc3h-uIx4028LSTnpxdwcOtF-JcyFpoM88aDKs,6\n\
                    data,sha256=4FQTKocHdP_gpwWEF7w9hWPw6RFyyMqRyEdlYnoeqDQ,4\n";
        let (entries, _) = parse_record(text);
        let altered = |unix: &'static str, windows: &'static str, data: &'static str| {
            let faults = verify_record(&entries, |path| {
                let bytes = match path {
                    "unix" => unix,
                    "windows" => windows,
                    _ => data,
                };
                Some(Cow::Borrowed(bytes.as_bytes()))
            });
            faults.len()
        };
        assert_eq!(altered("a\nb\n", "a\r\nb\r\n", "a\n\0\n"), 0);
        // As git checks them out on Windows, and as it keeps them.
        assert_eq!(altered("a\r\nb\r\n", "a\r\nb\r\n", "a\n\0\n"), 0);
        assert_eq!(altered("a\nb\n", "a\nb\n", "a\n\0\n"), 0);
        // Any other change, and what is no text, is told.
        assert_eq!(altered("a\r\nc\r\n", "a\nc\n", "a\r\n\0\r\n"), 3);
        assert_eq!(altered("a\rb\r", "a\r\nb", "a\n\0"), 3);
    }
}
