//! Versions of `RubyGems`.
//!
//! Segments are numbers and words; a word comes before every number, and before the end, which stands
//! for zeros without end. Source: the documentation of `Gem::Version`.

use crate::key::{Key, is_number, split_digits};

/// Words and numbers of a version; a hyphen means `.pre.`. Zeros at the end of the numbers, and at the
/// end of what follows the first word, do not count.
fn segments(text: &str) -> Vec<&str> {
    let mut segments: Vec<&str> = Vec::new();
    let mut words_from = None;
    for (at, part) in text.split('-').enumerate() {
        if at > 0 {
            words_from.get_or_insert(segments.len());
            segments.push("pre");
        }
        for segment in part.split(['.', '_', ' ']) {
            split_kinds(segment, &mut segments);
        }
    }
    let first_word = segments.iter().position(|segment| !is_number(segment));
    let mut words = segments.split_off(first_word.unwrap_or(segments.len()));
    trim_end(&mut segments);
    trim_end(&mut words);
    segments.extend(words);
    segments
}

/// Splits at each change between digits and other characters.
fn split_kinds<'t>(mut text: &'t str, into: &mut Vec<&'t str>) {
    while !text.is_empty() {
        let (digits, rest) = split_digits(text);
        if !digits.is_empty() {
            into.push(digits);
        }
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        if !word.is_empty() {
            into.push(word);
        }
        text = rest;
    }
}

fn is_zero(segment: &str) -> bool {
    segment.bytes().all(|byte| byte == b'0')
}

fn trim_end(segments: &mut Vec<&str>) {
    while segments.last().is_some_and(|last| is_zero(last)) {
        segments.pop();
    }
}

pub(crate) fn key(text: &str) -> Vec<u8> {
    let mut key = Key::default();
    let mut zeros: u32 = 0;
    for segment in segments(text) {
        if is_zero(segment) {
            zeros += 1;
        } else if is_number(segment) {
            // The longer the run of zeros before a number, the smaller.
            key.tag(3);
            write_run(&mut key, u32::MAX - zeros);
            key.number(segment);
            zeros = 0;
        } else {
            // The sooner a word comes, the smaller; even the end, that is zeros, is greater.
            key.tag(1);
            write_run(&mut key, zeros);
            key.text(segment);
            zeros = 0;
        }
    }
    key.tag(2);
    key.finish()
}

fn write_run(key: &mut Key, length: u32) {
    for byte in length.to_be_bytes() {
        key.tag(byte);
    }
}

/// Whether `RubyGems` takes the text: numbers and words between dots, a number first.
pub(crate) fn is_valid(text: &str) -> bool {
    let (numbers, tail) = match text.split_once('-') {
        Some((numbers, tail)) => (numbers, Some(tail)),
        None => (text, None),
    };
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let hyphened = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    numbers.split('.').next().is_some_and(is_number)
        && numbers.split('.').all(plain)
        && tail.is_none_or(|tail| tail.split('.').all(hyphened))
}

pub(crate) fn is_prerelease(text: &str) -> bool {
    text.contains('-') || text.bytes().any(|byte| byte.is_ascii_alphabetic())
}
