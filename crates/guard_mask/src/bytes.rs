//! Looking at bytes around a place, outside the line too.

use std::ops::Range;

/// The byte at a place; 0 outside the line.
pub(crate) fn at(line: &[u8], place: usize) -> u8 {
    line.get(place).copied().unwrap_or(0)
}

/// The byte before a place; 0 at the begin of the line.
pub(crate) fn before(line: &[u8], place: usize) -> u8 {
    place.checked_sub(1).map_or(0, |place| at(line, place))
}

pub(crate) fn part(line: &[u8], range: Range<usize>) -> &[u8] {
    line.get(range).unwrap_or_default()
}

/// First place from `from` on whose byte does not hold.
pub(crate) fn skip(line: &[u8], from: usize, holds: impl Fn(u8) -> bool) -> usize {
    let rest = line.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !holds(*byte)).unwrap_or(rest.len())
}

/// As [`skip`], at most `limit` bytes: hostile lines must not be read again and again to their end.
pub(crate) fn skip_up_to(
    line: &[u8],
    from: usize,
    limit: usize,
    holds: impl Fn(u8) -> bool,
) -> usize {
    let end = from.saturating_add(limit).min(line.len());
    let rest = line.get(from..end).unwrap_or_default();
    from + rest.iter().position(|byte| !holds(*byte)).unwrap_or(rest.len())
}

/// Begin of the run of bytes that hold and that ends at `to`, at most `limit` bytes back.
pub(crate) fn skip_back(line: &[u8], to: usize, limit: usize, holds: impl Fn(u8) -> bool) -> usize {
    let floor = to.saturating_sub(limit);
    let window = line.get(floor..to).unwrap_or_default();
    floor + window.iter().rposition(|byte| !holds(*byte)).map_or(0, |place| place + 1)
}

/// Number of backslashes that end right before a place.
pub(crate) fn backslashes_before(line: &[u8], place: usize) -> usize {
    let head = line.get(..place).unwrap_or_default();
    head.iter().rev().take_while(|byte| **byte == b'\\').count()
}

/// The place from which on the bytes stand for themselves.
///
/// `\n` in front of a word makes its first letter part of an escape, `\u00e9` the first five, `%20`
/// in a query the first two: a mask that began there would leave half an escape behind.
pub(crate) fn after_escape(line: &[u8], start: usize) -> usize {
    for back in 1..=5 {
        let Some(place) = start.checked_sub(back) else { break };
        match at(line, place) {
            b'\\' if backslashes_before(line, place + 1) % 2 == 1 => {
                let length = match at(line, place + 1) {
                    b'u' => 6,
                    b'x' => 4,
                    _ => 2,
                };
                return start.max((place + length).min(line.len()));
            }
            b'%' if back <= 2 => {
                let is_escape = at(line, place + 1).is_ascii_hexdigit()
                    && at(line, place + 2).is_ascii_hexdigit();
                return if is_escape { start.max(place + 3) } else { start };
            }
            byte if byte.is_ascii_alphanumeric() => {}
            _ => break,
        }
    }
    start
}
