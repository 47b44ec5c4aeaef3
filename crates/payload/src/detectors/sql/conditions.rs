//! Conditions that compare a constant with a constant: `or 1=1`, `and 'a'='b`, `or a=a`.

use crate::marks::Marks;
use crate::rule::Form;

/// What joins a condition to the one that the program wrote.
pub(in crate::detectors) const JOINS: &[&str] =
    &["or", "and", "||", "&&", "having", "where", "'='", "\"=\"", "when", "'or'", "not", "if"];

/// How a comparison of two constants is written.
#[rustfmt::skip]
const OPERATORS: [&[u8]; 14] = [
    b"<=>", b"<>", b"!=", b"==", b">=", b"<=", b"=", b"<", b">", b"like ", b"like'", b"regexp ",
    b"rlike ", b"sounds like ",
];

/// The signs of comparison.
pub(in crate::detectors) const COMPARES: Marks = Marks::EQUALS.and(Marks::LESS).and(Marks::GREATER);

/// The same for `like` and its kin, where no sign of comparison stands.
pub(super) fn named_comparison(form: &Form<'_>) -> u32 {
    if form.marks.has_any(COMPARES) { 0 } else { constant_condition(form) }
}

/// The points of the strongest condition: a joining word, two constants, an operator.
///
/// `1 < 2 and 3 > 2` is how people write about numbers, so an inequality counts only where what
/// stands before the joining word is a lone literal, or a quote was closed.
pub(in crate::detectors) fn constant_condition(form: &Form<'_>) -> u32 {
    let text = form.lower;
    let mut points = 0;
    for at in 0..text.len() {
        let Some((before, rest)) = text.split_at_checked(at) else { break };
        let Some(joined) = joint(before, rest) else { continue };
        points = points.max(condition(before, joined));
        if points >= 70 {
            break;
        }
    }
    points
}

/// What follows a joining word at the start of `rest`.
fn joint<'t>(before: &[u8], rest: &'t [u8]) -> Option<&'t [u8]> {
    let first = rest.first()?;
    let (length, word): (usize, bool) = match first {
        b'|' if rest.starts_with(b"||") => (2, false),
        b'&' if rest.starts_with(b"&&") => (2, false),
        b'o' if rest.starts_with(b"or") => (2, true),
        b'a' if rest.starts_with(b"and") => (3, true),
        b'x' if rest.starts_with(b"xor") => (3, true),
        b'h' if rest.starts_with(b"having") => (6, true),
        b'w' if rest.starts_with(b"where") => (5, true),
        _ => return None,
    };
    let after = rest.get(length..)?;
    if word {
        // `1or 1=1` and `'or'1'='1` need no spaces; `color=1` is one word.
        let glued = before.last().is_some_and(|byte| {
            byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'[' | b'?')
        });
        let digit = before.last().is_some_and(u8::is_ascii_digit);
        let runs_on = after.first().is_some_and(|byte| {
            byte.is_ascii_alphabetic()
                || matches!(byte, b'_' | b'-' | b'=' | b']') && !after.starts_with(b"--")
        });
        if glued || runs_on && !(digit && after.first().is_some_and(u8::is_ascii_digit)) {
            return None;
        }
        if after.first().is_some_and(u8::is_ascii_digit) && !digit {
            // `or1=1` is no word of SQL unless a literal stands before.
            let closes = before.last().is_some_and(|byte| matches!(byte, b'\'' | b'"' | b')'));
            if !closes {
                return None;
            }
        }
    }
    Some(after)
}

/// The points of the condition that follows a joining word.
fn condition(before: &[u8], after: &[u8]) -> u32 {
    let mut rest = after;
    loop {
        rest = skip(rest, b" \t\r\n\x0b\x0c(+!~-@");
        match rest.strip_prefix(b"not ").or_else(|| rest.strip_prefix(b"binary ")) {
            Some(next) => rest = next,
            None => break,
        }
    }
    let Some((left, after_left)) = Operand::read(rest) else { return 0 };
    let rest = skip(after_left, b" \t\r\n\x0b\x0c)");
    let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(operator)) else {
        return 0;
    };
    let rest = skip(rest.get(operator.len()..).unwrap_or_default(), b" \t\r\n\x0b\x0c(+~-@");
    let Some((right, tail)) = Operand::read(rest) else { return 0 };
    let equal = matches!(*operator, b"=" | b"==" | b"<=>" | b"like " | b"like'");
    match (left, right) {
        (Operand::Number(_), Operand::Number(_)) | (Operand::Text(_), Operand::Text(_)) => {
            constants(before, tail, equal)
        }
        (Operand::Number(_), Operand::Text(_)) | (Operand::Text(_), Operand::Number(_)) => {
            constants(before, tail, equal).saturating_sub(10)
        }
        (Operand::Name(left), Operand::Name(right)) if left == right && equal => {
            if closes_literal(before) || is_comment(tail) || follows_number(before) {
                60
            } else {
                40
            }
        }
        (Operand::Name(_), Operand::Text(_)) if closes_literal(before) => 45,
        (Operand::Name(_), Operand::Number(_)) if closes_literal(before) => 40,
        (Operand::Name(_), _) if is_comment(tail) => 35,
        _ => 0,
    }
}

fn constants(before: &[u8], tail: &[u8], equal: bool) -> u32 {
    let broken = closes_literal(before) || is_comment(tail) || is_lone_literal(before);
    match (equal, broken) {
        (true, true) => 70,
        (true, false) | (false, true) => 55,
        (false, false) => 25,
    }
}

/// Whether a quote ends just before that the program opened: the first, third… of its kind.
fn closes_literal(before: &[u8]) -> bool {
    let end = before.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b')'));
    let Some(end) = end else { return !before.trim_ascii().is_empty() };
    let Some((before, [quote, ..])) = before.split_at_checked(end) else { return false };
    let quotes = memchr::memchr_iter(*quote, before).count();
    matches!(quote, b'\'' | b'"' | b'`') && quotes.is_multiple_of(2)
}

/// Whether white space alone, or a number, stands before: what is added to a value without quotes.
fn follows_number(before: &[u8]) -> bool {
    let number = before.trim_ascii();
    !before.is_empty() && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
}

/// Whether nothing, or one literal such as `1`, `-1` or `x`, stands before.
fn is_lone_literal(before: &[u8]) -> bool {
    let before = before.trim_ascii();
    before.len() <= 24
        && before.iter().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'@' | b'%')
        })
}

fn is_comment(tail: &[u8]) -> bool {
    let tail = skip(tail, b" \t\r\n)'\"");
    tail.starts_with(b"--")
        || tail.starts_with(b"#")
        || tail.starts_with(b"/*")
        || tail.starts_with(b";")
}

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operand<'t> {
    Number(&'t [u8]),
    Text(&'t [u8]),
    Name(&'t [u8]),
}

impl<'t> Operand<'t> {
    /// The operand at the start of `text`, and what follows it. A text may lack its closing quote:
    /// the program's own quote closes it.
    fn read(text: &'t [u8]) -> Option<(Self, &'t [u8])> {
        let first = *text.first()?;
        if matches!(first, b'\'' | b'"') {
            let body = text.get(1..)?;
            let length =
                body.iter().take(64).position(|byte| *byte == first).unwrap_or(body.len().min(64));
            let inner = body.get(..length)?;
            return Some((Self::Text(inner), body.get(length + 1..).unwrap_or_default()));
        }
        let length = text
            .iter()
            .take(64)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
            .count();
        let (word, rest) = text.split_at_checked(length)?;
        let first = word.first()?;
        if first.is_ascii_digit() {
            // `or '1'='1'` and `or 1=1` alike; `2nd = 3` is no number.
            let number = word.starts_with(b"0x")
                || word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e'));
            number.then_some((Self::Number(word), rest))
        } else {
            Some((Self::Name(word), rest))
        }
    }
}

fn skip<'t>(mut text: &'t [u8], bytes: &[u8]) -> &'t [u8] {
    while let Some((first, rest)) = text.split_first() {
        if !bytes.contains(first) {
            break;
        }
        text = rest;
    }
    text
}
