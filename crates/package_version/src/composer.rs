//! Versions of Packagist, in the order of PHP's `version_compare`.
//!
//! Sources: the PHP manual, `version_compare`; the documentation of Composer, "Versions and constraints".

use std::cmp::Ordering;

use crate::key::{Key, is_number};

/// A part of a version: a number or a word, or what stands for any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'t> {
    Number(&'t str),
    Word(&'t str),
    AnyNumber,
}

/// The end of a version, among the places of words.
const END: u8 = 6;
/// Numbers, among the places of words.
const NUMBER: u8 = 7;

impl Part<'_> {
    /// Unknown words, `dev`, alpha, beta, RC, the end, numbers, patch level.
    fn place(self) -> u8 {
        let Part::Word(word) = self else { return NUMBER };
        match word.as_bytes() {
            [b'd', b'e', b'v', ..] => 2,
            [b'a', ..] => 3,
            [b'b', ..] => 4,
            [b'R', b'C', ..] | [b'r', b'c', ..] => 5,
            [b'p', ..] => 8,
            _ => 1,
        }
    }
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut parts = Vec::new();
    for segment in text.split(|c: char| !c.is_ascii_alphanumeric() && c.is_ascii() && c != '#') {
        let mut rest = segment;
        while let Some(first) = rest.chars().next() {
            let kind = |c: char| (c.is_ascii_digit(), c == '#');
            let end = rest.find(|c: char| kind(c) != kind(first)).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            parts.push(match first {
                '#' => Part::AnyNumber,
                _ if is_number(part) => Part::Number(part),
                _ => Part::Word(part),
            });
            rest = after;
        }
    }
    parts
}

/// The place in the order. `#` has none; it is left out.
pub(crate) fn key(text: &str) -> Vec<u8> {
    let mut key = Key::default();
    if let Some(branch) = text.strip_prefix("dev-") {
        // `version_compare` takes all unknown words for one; branches would all be equal.
        key.tag(Part::Word("dev").place());
        key.tag(1);
        key.text(branch);
        return key.finish();
    }
    for part in parts(text) {
        if part == Part::AnyNumber {
            continue;
        }
        key.tag(part.place());
        if let Part::Number(digits) = part {
            key.number(digits);
        }
    }
    key.tag(END);
    key.finish()
}

/// The order where a `#` is in play: it equals any number, and the end.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (parts(left), parts(right));
    let mut at = 0;
    loop {
        let order = match (left.get(at), right.get(at)) {
            (None, None) => return Ordering::Equal,
            (Some(Part::Number(left)), Some(Part::Number(right))) => {
                let (mut left_key, mut right_key) = (Key::default(), Key::default());
                left_key.number(left);
                right_key.number(right);
                left_key.finish().cmp(&right_key.finish())
            }
            (Some(left), Some(right)) => left.place().cmp(&right.place()),
            (Some(Part::AnyNumber), None) | (None, Some(Part::AnyNumber)) => Ordering::Equal,
            (Some(left), None) => left.place().cmp(&END),
            (None, Some(right)) => END.cmp(&right.place()),
        };
        if order.is_ne() {
            return order;
        }
        at += 1;
    }
}

/// The version with four numbers and the stability by its long name, as Composer compares them;
/// `None` for what is no version: a branch without a number (`dev-main`) is one, `1.2.3.4.5` is not.
pub(crate) fn normalize(text: &str) -> Option<String> {
    let text = text.trim();
    // A commit after `#` and build metadata after `+` do not count.
    let text = text.split('#').next().unwrap_or(text).split('+').next().unwrap_or(text).trim();
    let text = text.split_once(" as ").map_or(text, |(before, _)| before);
    let (text, stability) = text.split_once('@').map_or((text, None), |(v, s)| (v, Some(s)));
    if stability.is_some_and(|s| !["stable", "RC", "beta", "alpha", "dev"].contains(&s)) {
        return None;
    }
    if let Some(branch) = text.strip_prefix("dev-") {
        return (!branch.is_empty()).then(|| format!("dev-{branch}"));
    }
    if let Some(branch) = text.strip_suffix("-dev").and_then(normalize_branch) {
        return Some(branch);
    }
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (numbers, modifier) = text.split_at(end);
    let numbers = numbers.strip_suffix('.').filter(|_| !modifier.is_empty()).unwrap_or(numbers);
    let mut written: Vec<&str> = numbers.split('.').collect();
    if written.len() > 4 || !written.iter().all(|number| is_number(number)) {
        return None;
    }
    written.resize(4, "0");
    Some(format!("{}{}", written.join("."), modifier_of(modifier)?))
}

/// `1.x-dev` is the branch after every version of 1: `1.9999999.9999999.9999999-dev`.
fn normalize_branch(branch: &str) -> Option<String> {
    let branch = branch.strip_prefix(['v', 'V']).unwrap_or(branch);
    let mut numbers: Vec<&str> = branch.split('.').collect();
    let is_any = |part: &str| matches!(part, "x" | "X" | "*");
    if numbers.len() > 4 || !numbers.iter().any(|part| is_any(part)) {
        return None;
    }
    if !numbers.iter().all(|part| is_any(part) || is_number(part)) {
        return None;
    }
    numbers.resize(4, "x");
    let numbers: Vec<&str> =
        numbers.into_iter().map(|part| if is_any(part) { "9999999" } else { part }).collect();
    Some(format!("{}-dev", numbers.join(".")))
}

/// The stability after the numbers, by its long name and with its number: `-b2` is `-beta2`.
fn modifier_of(text: &str) -> Option<String> {
    let rest = text.trim_start_matches(['-', '_', '.']);
    if rest.is_empty() {
        return text.is_empty().then(String::new);
    }
    let lower = rest.to_ascii_lowercase();
    let (rest, dev) = match lower.strip_suffix("dev") {
        Some(before) => (before.trim_end_matches(['-', '_', '.', '+']), "-dev"),
        None => (lower.as_str(), ""),
    };
    if rest.is_empty() {
        return Some(dev.to_owned());
    }
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (word, number) = rest.split_at(end);
    let word = match word {
        "stable" => return Some(dev.to_owned()),
        "alpha" | "a" => "alpha",
        "beta" | "b" => "beta",
        "rc" => "RC",
        "patch" | "pl" | "p" => "patch",
        _ => return None,
    };
    let number = number.trim_start_matches(['.', '-']);
    if !number.split(['.', '-']).all(|part| part.is_empty() || is_number(part)) {
        return None;
    }
    Some(format!("-{word}{number}{dev}"))
}

pub(crate) fn is_prerelease(text: &str) -> bool {
    parts(text).iter().any(|part| part.place() < END)
}
