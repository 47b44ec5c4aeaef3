//! By what an event is known again.

use std::borrow::Cow;

use audit_event::AuditEvent;
use sha2::{Digest as _, Sha256};

/// What an event is known by: the first sixteen bytes of SHA-256 of its record, white space between
/// its parts left out. Whoever writes events must not be able to make one look like another, or it
/// would be left out as delivered twice; so no faster hash.
///
/// A record without an id may well come twice in truth. It is known by its source and its place in it,
/// so that only reading the same source again does not double it.
pub(crate) fn digest(event: &AuditEvent<'_>, source: &str, at: u64) -> u128 {
    let mut hasher = Sha256::new();
    if event.id.is_none_or(audit_event::Text::is_empty) {
        hasher.update([0]);
        hasher.update((source.len() as u64).to_be_bytes());
        hasher.update(source.as_bytes());
        hasher.update(at.to_be_bytes());
    }
    hasher.update(bare(event.record.raw()));
    let digest: [u8; 32] = hasher.finalize().into();
    let [first, _] = halves(&digest);
    u128::from_be_bytes(first)
}

fn halves(digest: &[u8; 32]) -> [[u8; 16]; 2] {
    let (halves, _) = digest.as_chunks::<16>();
    let half = |at: usize| halves.get(at).copied().unwrap_or_default();
    [half(0), half(1)]
}

/// A record without white space between its parts. What is delivered twice may be laid out in two
/// ways. A record that begins without any is taken to have none.
fn bare(record: &[u8]) -> Cow<'_, [u8]> {
    if let Some(rest @ [b'"', ..]) = record.strip_prefix(b"{")
        && let Some([b':', next, ..]) = rest.get(string_length(rest)..)
        && !next.is_ascii_whitespace()
    {
        return Cow::Borrowed(record);
    }
    let mut bare = Vec::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(byte) = record.get(at) {
        match byte {
            b'"' => at += string_length(record.get(at..).unwrap_or_default()),
            b' ' | b'\n' | b'\r' | b'\t' => {
                bare.extend_from_slice(record.get(kept..at).unwrap_or_default());
                at += 1;
                kept = at;
            }
            _ => at += 1,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(record);
    }
    bare.extend_from_slice(record.get(kept..).unwrap_or_default());
    Cow::Owned(bare)
}

/// Bytes of a string with its quotes.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if text.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len().max(1)
}

#[cfg(test)]
mod tests {
    use audit_event::{Limits, read};

    use super::{bare, digest};

    fn digests(text: &str, source: &str) -> Vec<u128> {
        let (mut all, mut at) = (Vec::new(), 0);
        read(text.as_bytes(), &Limits::default(), &mut |event| {
            all.push(digest(event, source, at));
            at += 1;
        });
        all
    }

    #[test]
    fn white_space_between_parts_does_not_count() {
        assert_eq!(bare(br#"{ "a b" : [ 1 , "\" x" ] }"#).as_ref(), br#"{"a b":[1,"\" x"]}"#);
        let one = digests(r#"{"eventID":"1","eventSource":"a","eventName":"b"}"#, "x");
        let two = digests(r#"{ "eventID": "1", "eventSource": "a", "eventName": "b" }"#, "y");
        assert_eq!((one.len(), &one), (1, &two));
        let other = digests(r#"{"eventID":"1","eventSource":"a","eventName":"b "}"#, "x");
        assert_ne!(one, other);
    }

    #[test]
    fn events_without_an_id_are_known_by_their_place() {
        let line = "{\"eventSource\":\"a\",\"eventName\":\"b\"}\n";
        let two = digests(&line.repeat(2), "x");
        assert_eq!(two.len(), 2);
        assert_ne!(two[0], two[1]);
        assert_eq!(digests(&line.repeat(3), "x")[..2], two);
        assert_ne!(digests(line, "y"), two[..1]);
    }
}
