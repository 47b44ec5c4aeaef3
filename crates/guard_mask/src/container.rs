//! Lists and objects of JSON that are written over many lines: every value in them is masked, and
//! the document keeps its form.

use crate::bytes::{at, part, skip};
use crate::value::Quote;
use crate::{Carry, Hit, Kind};

/// Lines up to which a container is followed.
const MAX_LINES: u32 = 10_000;

/// Masks what stands of a container in the line that it begins in.
pub(crate) fn begin(carry: &mut Carry, line: &[u8], open: &Hit, hits: &mut Vec<Hit>) {
    if let Some((depth, _)) = values(line, open.range.start, 0, open.kind, hits)
        && depth > 0
    {
        *carry = Carry::Container { depth, kind: open.kind, lines: 0 };
    }
}

/// Masks the values of the next line; gives the place from which on it is looked at as usual.
pub(crate) fn go_on(carry: &mut Carry, line: &[u8], hits: &mut Vec<Hit>) -> usize {
    let Carry::Container { depth, kind, lines } = *carry else { return 0 };
    *carry = Carry::None;
    let before = hits.len();
    match values(line, 0, depth, kind, hits).filter(|_| lines < MAX_LINES) {
        Some((0, end)) => end,
        Some((depth, end)) => {
            *carry = Carry::Container { depth, kind, lines: lines + 1 };
            end
        }
        None => {
            // Some other line came in between: it is no part of the document.
            hits.truncate(before);
            0
        }
    }
}

/// Every value from `place` on, until the container ends. `None` where something is no JSON; else
/// how many brackets are open, and where it was left.
fn values(
    line: &[u8],
    place: usize,
    depth: u32,
    kind: Kind,
    hits: &mut Vec<Hit>,
) -> Option<(u32, usize)> {
    let plain = Quote { backslashes: 0, byte: b'"' };
    let (mut place, mut depth) = (place, depth);
    while place < line.len() {
        match at(line, place) {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => place += 1,
            b'{' | b'[' => {
                depth += 1;
                place += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                place += 1;
                if depth == 0 {
                    return Some((0, place));
                }
            }
            b'"' => {
                let (end, behind) = plain.content_end(line, place + 1);
                let next = skip(line, behind, |byte| byte == b' ');
                if at(line, next) != b':' && end > place + 1 {
                    hits.push(Hit { is_quoted: true, ..Hit::new(place + 1..end, kind) });
                }
                place = behind;
            }
            _ => {
                let end = skip(line, place, |byte| {
                    !matches!(byte, b',' | b'}' | b']' | b' ' | b'\r' | b'\n')
                });
                let word = part(line, place..end);
                let is_literal = matches!(word, b"true" | b"false" | b"null");
                let is_number =
                    word.iter().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(byte));
                if !(is_literal || is_number) {
                    return None;
                }
                if is_number {
                    hits.push(Hit { quote: Some(plain), ..Hit::new(place..end, kind) });
                }
                place = end;
            }
        }
    }
    Some((depth, place))
}
