//! Numbers written in groups: `4111 1111 1111 1111`, `(415) 555-2671`.

use crate::bytes::{at, before, skip};

const MAX_DIGITS: usize = 24;
const MAX_GROUPS: usize = 8;

/// Groups of digits with one separator between each two.
#[derive(Debug)]
pub(crate) struct Sequence {
    digits: [u8; MAX_DIGITS],
    lengths: [usize; MAX_GROUPS],
    ends: [usize; MAX_GROUPS],
    separators: [u8; MAX_GROUPS],
    groups: usize,
    /// Place of the first digit.
    pub(crate) start: usize,
}

/// The first groups of a sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Groups<'a> {
    /// All digits, as numbers.
    pub(crate) digits: &'a [u8],
    /// Digits in each group.
    pub(crate) lengths: &'a [usize],
    /// What stands between the groups, one fewer; `)` and `(` for parentheses.
    pub(crate) separators: &'a [u8],
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Groups<'_> {
    /// Whether all separators are this one, and there is at least one.
    pub(crate) fn all_separated_by(&self, one_of: &[u8]) -> bool {
        let Some(first) = self.separators.first() else { return false };
        one_of.contains(first) && self.separators.iter().all(|other| other == first)
    }

    pub(crate) fn digit(&self, place: usize) -> u8 {
        self.digits.get(place).copied().unwrap_or(u8::MAX)
    }
}

impl Sequence {
    /// Reads on from the group of digits `start..end`; `None` when it has too many of them.
    pub(crate) fn read(line: &[u8], start: usize, end: usize) -> Option<Self> {
        let mut sequence = Self {
            digits: [0; MAX_DIGITS],
            lengths: [0; MAX_GROUPS],
            ends: [0; MAX_GROUPS],
            separators: [0; MAX_GROUPS],
            groups: 0,
            start,
        };
        sequence.push(line, start, end, 0).then_some(())?;
        let mut end = end;
        while let Some((separator, next)) = separator(line, end) {
            let next_end = skip(line, next, |byte| byte.is_ascii_digit());
            let is_group = next_end > next && !is_word(at(line, next_end));
            if !is_group || !sequence.push(line, next, next_end, separator) {
                break;
            }
            end = next_end;
        }
        Some(sequence)
    }

    fn push(&mut self, line: &[u8], start: usize, end: usize, separator: u8) -> bool {
        let filled = self.lengths.iter().take(self.groups).sum::<usize>();
        let group = line.get(start..end).unwrap_or_default();
        let (Some(room), Some(length), Some(at_end), Some(between)) = (
            self.digits.get_mut(filled..filled + group.len()),
            self.lengths.get_mut(self.groups),
            self.ends.get_mut(self.groups),
            self.separators.get_mut(self.groups),
        ) else {
            return false;
        };
        for (to, from) in room.iter_mut().zip(group) {
            *to = from.wrapping_sub(b'0');
        }
        (*length, *at_end, *between) = (group.len(), end, separator);
        self.groups += 1;
        true
    }

    /// The first `count` groups, for each count, most first.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = Groups<'_>> {
        (1..=self.groups).rev().map(|count| {
            let lengths = self.lengths.get(..count).unwrap_or_default();
            Groups {
                digits: self.digits.get(..lengths.iter().sum()).unwrap_or_default(),
                lengths,
                separators: self.separators.get(1..count).unwrap_or_default(),
                start: self.start,
                end: self.ends.get(count - 1).copied().unwrap_or(self.start),
            }
        })
    }
}

/// The separator at a place, and where what it separates begins.
fn separator(line: &[u8], place: usize) -> Option<(u8, usize)> {
    match (at(line, place), at(line, place + 1)) {
        (b')', b' ' | b'-' | b'/') => Some((b')', place + 2)),
        (b' ' | b'-', b'(') => Some((b'(', place + 2)),
        // A no-break space, as typographers put it into numbers.
        (0xC2, 0xA0) => Some((b' ', place + 2)),
        (byte @ (b' ' | b'-' | b'.' | b'/' | b')' | b'('), _) => Some((byte, place + 1)),
        // In a query a space is a plus.
        (b'+', next) if next.is_ascii_digit() => Some((b' ', place + 1)),
        _ => None,
    }
}

/// Letters, digits and the underscore.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a number may begin here: not within a word, a decimal, a hyphened id.
pub(crate) fn begins(line: &[u8], start: usize) -> bool {
    let joins = |byte: u8| matches!(byte, b'-' | b'.' | b':' | b'/' | b'+');
    match before(line, start) {
        byte if is_word(byte) => false,
        byte if joins(byte) => !is_word(start.checked_sub(2).map_or(0, |place| at(line, place))),
        b'#' => false,
        _ => true,
    }
}

/// Whether a number may end here.
pub(crate) fn ends(line: &[u8], end: usize) -> bool {
    match at(line, end) {
        byte if is_word(byte) => false,
        b'-' | b'.' | b':' | b'/' | b'+' | b'@' => !is_word(at(line, end + 1)),
        _ => true,
    }
}
