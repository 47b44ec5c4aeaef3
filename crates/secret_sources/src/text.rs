//! Text of any length, searched in pieces, so that memory does not grow with the file.

use std::io::{self, Read};

use secret_scan::{Found, Scanner, is_binary, is_key_store};

use crate::coverage::Reason;

/// Bytes in memory at a time.
const PIECE: usize = 4 << 20;

/// Bytes of a piece that the next one begins with: longer than the longest secret.
const OVERLAP: usize = 32 << 10;

/// Bytes by which text is told from other data.
const HEAD: usize = 8 << 10;

/// What looking at one file gave.
#[derive(Debug)]
pub(crate) enum Look {
    /// Text.
    Text {
        bytes: u64,
        found: Vec<Found>,
        /// Why not all of it was looked at.
        reason: Option<Reason>,
    },
    /// No text, and no archive.
    Binary,
    /// A ZIP, by its first bytes.
    Archive,
}

/// Searches what a reader gives, at most `limit` bytes; `room` is lent for the work.
///
/// # Errors
/// Those of the reader.
pub(crate) fn search(
    reader: &mut dyn Read,
    path: &str,
    scanner: &Scanner,
    limit: u64,
    room: &mut Vec<u8>,
) -> io::Result<Look> {
    room.clear();
    let mut reader = reader.take(limit.saturating_add(1));
    fill(&mut reader, room, HEAD)?;
    let is_store = is_key_store(path);
    if !is_store && (room.starts_with(b"PK\x03\x04") || room.starts_with(b"PK\x05\x06")) {
        return Ok(Look::Archive);
    }
    if !is_store && is_binary(room) {
        return Ok(Look::Binary);
    }
    let (mut found, mut before, mut lines, mut reason) = (Vec::new(), 0_usize, 0_u32, None);
    let mut told: Vec<(u32, u32)> = Vec::new();
    loop {
        fill(&mut reader, room, PIECE)?;
        let is_last = room.len() < PIECE;
        if before > 0 && is_binary(room) {
            reason = Some(Reason::Cut { limit: before as u64 });
            break;
        }
        let (here, has_more) = scanner.scan_counted(path, room);
        let here: Vec<Found> = here.into_iter().map(|it| shifted(it, lines)).collect();
        if has_more {
            reason = Some(Reason::More { most: here.len() });
        }
        // What stands in the overlap was told already.
        let is_new = |it: &Found| !told.contains(&(it.line, it.column));
        found.extend(here.iter().filter(|it| is_new(it)).cloned());
        if is_last {
            before += room.len();
            break;
        }
        // A piece ends with a line where it can, so that columns stay what they are.
        let from = room.len() - OVERLAP;
        let tail = room.get(from..).unwrap_or_default();
        let cut = from + memchr::memchr(b'\n', tail).map_or(0, |at| at + 1);
        let gone = room.get(..cut).unwrap_or_default();
        let ended = u32::try_from(memchr::memchr_iter(b'\n', gone).count()).unwrap_or(u32::MAX);
        lines = lines.saturating_add(ended);
        told = here.iter().filter(|it| it.line > lines).map(|it| (it.line, it.column)).collect();
        before += cut;
        room.drain(..cut);
    }
    if before as u64 > limit {
        reason = Some(Reason::Cut { limit });
    }
    Ok(Look::Text { bytes: (before as u64).min(limit), found, reason })
}

fn shifted(mut found: Found, lines: u32) -> Found {
    found.line = found.line.saturating_add(lines);
    found
}

/// Reads until `most` bytes are there, or no more come.
fn fill(reader: &mut dyn Read, room: &mut Vec<u8>, most: usize) -> io::Result<()> {
    let missing = most.saturating_sub(room.len());
    reader.take(missing as u64).read_to_end(room)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use secret_scan::Scanner;

    use super::{Look, OVERLAP, PIECE, search};
    use crate::Reason;

    const SECRET: &str = "API_TOKEN=q8SxA1bQvT4mZcE7uJ0wRkY5\n";

    fn lines_of(text: &[u8], limit: u64) -> (Vec<u32>, Option<Reason>) {
        let scanner = Scanner::default();
        match search(&mut &*text, ".env", &scanner, limit, &mut Vec::new()).unwrap() {
            Look::Text { found, reason, .. } => (found.iter().map(|it| it.line).collect(), reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_secret_at_every_seam_is_told_once_on_its_line() {
        let line = "# nothing to see on this line\n";
        for shift in [0, 1, 20, OVERLAP / 2, OVERLAP - 40, OVERLAP, OVERLAP + 10] {
            let count = (PIECE - shift) / line.len();
            let text =
                [line.repeat(count).as_str(), SECRET, line.repeat(3000).as_str(), SECRET].concat();
            let wanted = [count, count + 3001].map(|it| u32::try_from(it).unwrap() + 1);
            assert_eq!(lines_of(text.as_bytes(), u64::MAX - 1), (wanted.to_vec(), None), "{shift}");
        }
    }

    #[test]
    fn what_lies_behind_the_limit_is_said() {
        let text = ["a\n".repeat(600).as_str(), SECRET].concat();
        assert_eq!(lines_of(text.as_bytes(), 1_200), (vec![], Some(Reason::Cut { limit: 1_200 })));
        assert_eq!(lines_of(text.as_bytes(), text.len() as u64), (vec![601], None));
    }

    #[test]
    fn more_secrets_than_are_told_are_said() {
        let text = SECRET.repeat(1_001);
        let (lines, reason) = lines_of(text.as_bytes(), 1 << 20);
        assert_eq!((lines.len(), reason), (1_000, Some(Reason::More { most: 1_000 })));
    }

    #[test]
    fn other_data_is_told_by_its_head() {
        let scanner = Scanner::default();
        let look =
            |bytes: &[u8]| search(&mut &*bytes, "a", &scanner, 1 << 20, &mut Vec::new()).unwrap();
        assert!(matches!(look(b"PK\x03\x04abc"), Look::Archive));
        assert!(matches!(look(b"\x7fELF\0\0"), Look::Binary));
        assert!(matches!(look(b""), Look::Text { bytes: 0, .. }));
    }
}
