//! Telephone numbers: with their country, and as people of a country write them.

use crate::bytes::{at, before};
use crate::context::{Context, Contexts};
use crate::sequence::{Groups, Sequence, begins, ends};

/// End of the telephone number that begins with this sequence, and its begin.
pub(crate) fn phone(
    line: &[u8],
    sequence: &Sequence,
    contexts: &Contexts,
) -> Option<(usize, usize)> {
    let start = sequence.start;
    let (first, second) =
        (before(line, start), start.checked_sub(2).map_or(0, |at_| at(line, at_)));
    if first == b'+' && !second.is_ascii_alphanumeric() {
        return international(line, sequence, start).map(|end| (start - 1, end));
    }
    let is_paren = first == b'(';
    // `%2B1415…`: a plus in a query; the caller has stepped over the escape.
    if line.get(start.saturating_sub(3)..start).is_some_and(|it| it.eq_ignore_ascii_case(b"%2B")) {
        return international(line, sequence, start).map(|end| (start - 3, end));
    }
    if contexts.near(start, Context::Order) {
        return None;
    }
    let spoken = contexts.near(start, Context::Phone);
    if !(begins(line, start) || spoken && matches!(first, b':' | b'.')) {
        return None;
    }
    let found = sequence.prefixes().find(|groups| {
        ends(line, groups.end) && (national(groups, is_paren) || (spoken && near_its_word(groups)))
    })?;
    Some((if is_paren { start - 1 } else { start }, found.end))
}

/// The shortest run of groups that makes a whole number: what follows may be another column.
fn international(line: &[u8], sequence: &Sequence, start: usize) -> Option<usize> {
    let all: Vec<Groups<'_>> = sequence.prefixes().collect();
    let whole = all.first()?;
    let least = least_digits(whole.digits)?;
    let found = all.iter().rev().find(|groups| groups.digits.len() >= least).or_else(|| {
        // Short numbers of small countries: +298 123456.
        all.iter().find(|groups| groups.digits.len() >= 8)
    })?;
    let follows = at(line, found.end);
    (found.digits.len() <= 15 && start > 0 && !follows.is_ascii_alphabetic()).then_some(found.end)
}

/// Least digits of a number with its country code; `None` when no country has it.
fn least_digits(digits: &[u8]) -> Option<usize> {
    let digit = |place: usize| digits.get(place).copied().map(u16::from);
    let two = digit(0)? * 10 + digit(1)?;
    let three = two * 10 + digit(2)?;
    Some(match two {
        10..=19 | 70..=79 => 11,
        90 => 12,
        20
        | 27
        | 30..=34
        | 36
        | 39..=41
        | 43..=49
        | 51..=58
        | 60..=66
        | 81
        | 82
        | 84
        | 86
        | 91..=95
        | 98 => 10,
        _ => match three {
            351 | 375 | 380 | 420 | 992..=998 => 12,
            211..=299
            | 350..=389
            | 421..=423
            | 500..=509
            | 590..=599
            | 670..=692
            | 800..=888
            | 960..=977 => 10,
            _ => return None,
        },
    })
}

/// Forms that say by themselves that they are telephone numbers.
fn national(groups: &Groups<'_>, is_paren: bool) -> bool {
    let digits = groups.digits.len();
    let first = groups.digit(0);
    if is_paren {
        return groups.separators.first() == Some(&b')')
            && groups.lengths.first().is_some_and(|length| (1..=5).contains(length))
            && (8..=12).contains(&digits)
            && groups.lengths.len() <= 4;
    }
    if groups.separators.iter().any(|it| matches!(it, b'(' | b')')) {
        return false;
    }
    match groups.lengths {
        // North America: neither the area nor the exchange begins with 0 or 1.
        [3, 3, 4] if groups.all_separated_by(b" -.") => {
            let is_issued = (2..=9).contains(&first) && (2..=9).contains(&groups.digit(3));
            // With hyphens any three groups are one: people make up `555-123-4567`.
            let is_written = first > 0 && groups.separators == b"--";
            is_issued || is_written || first == 0 && (1..=9).contains(&groups.digit(1))
        }
        [1, 3, 3, 4] => first == 1 && (2..=9).contains(&groups.digit(1)),
        // Spain.
        [3, 2, 2, 2] => matches!(first, 6 | 7 | 9) && groups.all_separated_by(b" "),
        // Brazil without parentheses.
        [2, 5, 4] => groups.digit(2) == 9 && groups.separators == [b' ', b'-'],
        // `0044 20 …`
        [4 | 5 | 2.., ..] if first == 0 && groups.digit(1) == 0 && groups.lengths.len() >= 3 => {
            groups.digits.get(2..).and_then(least_digits).is_some_and(|least| digits >= least + 2)
                && groups.all_separated_by(b" -")
        }
        // Most of the world: a zero for "another area", then the area.
        [2..=5, rest @ ..] if first == 0 && (1..=9).contains(&groups.digit(1)) => {
            let is_split = match rest {
                [one] => *one >= 5,
                [] => false,
                more => more.iter().all(|length| (2..=4).contains(length)) && more.len() <= 4,
            };
            is_split && (9..=11).contains(&digits) && !groups.separators.contains(&b'.')
                || groups.lengths == [2, 2, 2, 2, 2] && groups.all_separated_by(b". -")
        }
        _ => false,
    }
}

/// Any number of the right length, where the word for it stands before.
fn near_its_word(groups: &Groups<'_>) -> bool {
    (7..=15).contains(&groups.digits.len())
        && !groups.digits.iter().all(|digit| *digit == 0)
        && groups.lengths.len() <= 5
}
