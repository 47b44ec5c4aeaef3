//! Numbers in a line: cards, accounts, telephones, ids of persons.

use std::ops::Range;

use crate::Hit;
use crate::bytes::{after_escape, at, before, part, skip, skip_back};
use crate::checks::{card, iban, iban_length};
use crate::context::{Context, Contexts};
use crate::ids;
use crate::kind::Kind;
use crate::phone::phone;
use crate::sequence::{Groups, Sequence, begins, ends, is_word};

/// Longest word that may be a number of any kind: an IBAN of Russia has 33.
const MAX_WORD: usize = 40;

/// Looks at every word with a digit in it.
pub(crate) fn numbers(line: &[u8], from: usize, contexts: &Contexts, hits: &mut Vec<Hit>) {
    let mut place = from;
    while let Some(digit) = next_digit(line, place) {
        let word_start = skip_back(line, digit, digit - place, |byte| byte.is_ascii_alphanumeric());
        let end = skip(line, digit, |byte| byte.is_ascii_alphanumeric());
        let start = after_escape(line, word_start).min(end);
        place = end;
        if end - start > MAX_WORD || start == end {
            continue;
        }
        let word = part(line, start..end);
        let hit = if word.iter().all(u8::is_ascii_digit) {
            of_digits(line, start..end, contexts)
        } else {
            of_letters(line, start..end, contexts)
        };
        if let Some(hit) = hit {
            place = place.max(hit.range.end);
            hits.push(hit);
        }
    }
}

fn next_digit(line: &[u8], from: usize) -> Option<usize> {
    let rest = line.get(from..)?;
    rest.iter().position(u8::is_ascii_digit).map(|place| from + place)
}

fn of_digits(line: &[u8], word: Range<usize>, contexts: &Contexts) -> Option<Hit> {
    let first = before(line, word.start);
    if first == b'_'
        || (first == b'.'
            && is_word(word.start.checked_sub(2).map_or(0, |it| at(line, it)))
            && !contexts.near(word.start, Context::Phone))
    {
        return None;
    }
    // A short number with nothing behind it that could go on: most of those in a log.
    if word.len() < 8
        && !matches!(at(line, word.end), b' ' | b'-' | b'.' | b'/' | b')' | b'+' | 0xC2 | b'A')
    {
        return None;
    }
    let sequence = Sequence::read(line, word.start, word.end)?;
    let is_free = begins(line, word.start);
    let found = sequence.prefixes().find_map(|groups| {
        if groups.digits.len() < 7 {
            return None;
        }
        of_groups(line, &groups, contexts, is_free)
    });
    if let Some((end, kind)) = found {
        return Some(Hit::new(word.start..end, kind));
    }
    if is_free
        && word.len() == 6
        && matches!(at(line, word.end), b'-' | b'A' | b'+')
        && let Some(end) = ids::finnish(line, word.start)
    {
        return Some(Hit::new(word.start..end, Kind::Id("fi-hetu")));
    }
    if word.len() == 2
        && first == b' '
        && let Some((start, end)) = ids::spaced_nino(line, word.start)
    {
        return Some(Hit::new(start..end, Kind::Id("uk-nino")));
    }
    let (start, end) = phone(line, &sequence, contexts)?;
    Some(Hit::new(start..end, Kind::Phone))
}

fn of_groups(
    line: &[u8],
    groups: &Groups<'_>,
    contexts: &Contexts,
    is_free: bool,
) -> Option<(usize, Kind)> {
    // A card may stand in a path, before its date, behind a word and a hyphen.
    let hyphen_word = before(line, groups.start) == b'-'
        && groups.start.checked_sub(2).is_some_and(|it| at(line, it).is_ascii_alphabetic());
    // Nor is a negative number one.
    let is_free = is_free && before(line, groups.start) != b'-';
    let loose = matches!(before(line, groups.start), b'/' | b':') || hyphen_word;
    let card_ends = ends(line, groups.end) || matches!(at(line, groups.end), b'/' | b':' | b'+');
    if groups.digits.len() >= 13
        && (is_free || loose)
        && card_ends
        && is_card_form(groups)
        && card(groups.digits)
    {
        return Some((groups.end, Kind::Card));
    }
    // A number behind `card` with Luhn is one even if nobody publishes its issuer.
    (is_free && ends(line, groups.end)).then_some(())?;
    ids::of_digits(groups, contexts).map(|id| (groups.end, Kind::Id(id)))
}

/// In one piece, in fours, or as American Express and Diners Club print them.
fn is_card_form(groups: &Groups<'_>) -> bool {
    match groups.lengths {
        [_] => true,
        [4, 6, 4 | 5] => groups.all_separated_by(b" -."),
        [4, 4, 4, rest @ ..] => {
            groups.all_separated_by(b" -.")
                && rest.split_last().is_some_and(|(last, fours)| {
                    *last <= 4 && fours.iter().all(|length| *length == 4)
                })
        }
        _ => false,
    }
}

/// A word of letters and digits: an account number or an id.
fn of_letters(line: &[u8], word: Range<usize>, contexts: &Contexts) -> Option<Hit> {
    let first = before(line, word.start);
    if matches!(first, b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b'#')
        && is_word(word.start.checked_sub(2).map_or(0, |it| at(line, it)))
        && first != b'='
        || first == b'_'
    {
        return None;
    }
    if let Some(end) = account_end(line, word.start) {
        return Some(Hit::new(word.start..end, Kind::Iban));
    }
    let is_end = !matches!(at(line, word.end), b'_' | b'-' | b'+' | b'/' | b'=')
        || !is_word(at(line, word.end + 1)) && at(line, word.end) != b'_';
    if !is_end || !(8..=18).contains(&word.len()) {
        return None;
    }
    let id = ids::of_word(part(line, word.clone()), contexts, word.start)?;
    Some(Hit::new(word, Kind::Id(id)))
}

/// End of the IBAN that begins at `start`, in one piece or in groups.
fn account_end(line: &[u8], start: usize) -> Option<usize> {
    let [a, b, c, d] = *part(line, start..start + 4) else { return None };
    if !(a.is_ascii_alphabetic()
        && b.is_ascii_alphabetic()
        && c.is_ascii_digit()
        && d.is_ascii_digit())
    {
        return None;
    }
    let length = iban_length([a, b])?;
    let mut packed = [0_u8; 34];
    let mut place = start;
    let mut filled = 0;
    while filled < length {
        match at(line, place) {
            byte if byte.is_ascii_alphanumeric() => {
                *packed.get_mut(filled)? = byte;
                filled += 1;
            }
            b' ' | b'-' | b'+' if filled > 0 && filled % 2 == 0 => {}
            _ => return None,
        }
        place += 1;
    }
    let body = packed.get(..length)?;
    (iban(body) && !is_word(at(line, place))).then_some(place)
}
