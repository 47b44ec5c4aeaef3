//! Semantic versions as npm, Go, crates.io and `NuGet` read them.
//!
//! Sources: semver.org 2.0.0; `NuGet`'s page on versioning (a fourth number, case does not count).

use crate::key::{Key, is_number, split_digits, trim_zeros};

/// How many numbers count in npm, Go and crates.io.
pub(crate) const NUMBERS: usize = 3;
/// How many numbers count in `NuGet`.
pub(crate) const NUGET_NUMBERS: usize = 4;

/// The longest version that npm takes, in bytes.
const NPM_LENGTH: usize = 256;
/// 2^53 - 1, the largest number in a version that npm takes.
const NPM_LARGEST: u64 = 9_007_199_254_740_991;

/// The parts of a version that count in the order. Build metadata does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Semver<'t> {
    /// Exactly as many as count, without leading zeros (zero is the empty text).
    pub(crate) numbers: Vec<&'t str>,
    /// What stands after the first hyphen; empty for a release.
    pub(crate) prerelease: &'t str,
}

impl<'t> Semver<'t> {
    /// Reads what can be read of any text: a `v` or `=` before it is skipped, missing numbers are zero,
    /// surplus ones are build metadata, other text after the numbers is a prerelease.
    pub(crate) fn read(text: &'t str, count: usize) -> Self {
        let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || "=vV".contains(c));
        let mut numbers = Vec::with_capacity(count);
        loop {
            let (digits, after) = split_digits(rest);
            if digits.is_empty() {
                break;
            }
            if numbers.len() < count {
                numbers.push(trim_zeros(digits));
            }
            rest = after;
            match after.strip_prefix('.') {
                Some(next) => rest = next,
                None => break,
            }
        }
        numbers.resize(count, "");
        let rest = rest.split_once('+').map_or(rest, |(before, _)| before);
        let prerelease = rest.strip_prefix('-').unwrap_or(rest).trim();
        Self { numbers, prerelease }
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        let mut key = Key::default();
        for number in &self.numbers {
            key.number(number);
        }
        if self.prerelease.is_empty() {
            key.tag(2);
            return key.finish();
        }
        key.tag(1);
        for identifier in self.prerelease.split('.') {
            if is_number(identifier) {
                key.tag(1);
                key.number(identifier);
            } else {
                key.tag(2);
                key.text(identifier);
            }
        }
        key.tag(0);
        key.finish()
    }
}

/// Whether the text is a semantic version by the letter of the standard.
pub(crate) fn is_strict(text: &str) -> bool {
    let Some((core, prerelease, build)) = parts(text) else { return false };
    core.split('.').count() == NUMBERS
        && core.split('.').all(is_plain_number)
        && prerelease.is_none_or(|tags| {
            are_identifiers(tags)
                && tags.split('.').all(|tag| !is_number(tag) || is_plain_number(tag))
        })
        && build.is_none_or(are_identifiers)
}

/// Whether npm takes the text for a version: a `v` may stand before it, length and numbers have bounds.
pub(crate) fn is_npm(text: &str) -> bool {
    let version = text.strip_prefix('v').unwrap_or(text);
    text.len() <= NPM_LENGTH
        && is_strict(version)
        && parts(version).is_some_and(|(core, ..)| core.split('.').all(is_npm_number))
}

fn is_npm_number(digits: &str) -> bool {
    digits.parse::<u64>().is_ok_and(|number| number <= NPM_LARGEST)
}

/// Whether npm takes the text for a version when it is not strict: as [`is_loose`], within npm's bounds.
pub(crate) fn is_loose_npm(text: &str) -> bool {
    text.len() <= NPM_LENGTH && is_loose(text) && loose_core(text).0.split('.').all(is_npm_number)
}

/// Whether the text is a semantic version but for signs before it, zeros before numbers and a
/// prerelease without its hyphen. Length and numbers have no bounds, as in Go and Cargo.
pub(crate) fn is_loose(text: &str) -> bool {
    let (core, rest) = loose_core(text);
    let (tags, build) = match rest.split_once('+') {
        Some((tags, build)) => (tags, Some(build)),
        None => (rest, None),
    };
    core.split('.').count() == NUMBERS
        && core.split('.').all(is_number)
        && (tags.is_empty() || are_identifiers(tags.strip_prefix('-').unwrap_or(tags)))
        && build.is_none_or(are_identifiers)
}

/// The numbers of a version that need not be strict, and what follows them.
fn loose_core(text: &str) -> (&str, &str) {
    let version =
        text.trim_start_matches(|c: char| c.is_whitespace() || "=v".contains(c)).trim_end();
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    version.split_at(end)
}

/// Whether `NuGet` takes the text for a version: one to four numbers, zeros before them do not matter.
pub(crate) fn is_nuget(text: &str) -> bool {
    let Some((core, prerelease, build)) = parts(text) else { return false };
    core.split('.').count() <= NUGET_NUMBERS
        && core.split('.').all(|digits| is_number(digits) && digits.parse::<i32>().is_ok())
        && prerelease.is_none_or(are_identifiers)
        && build.is_none_or(are_identifiers)
}

/// Numbers, prerelease and build metadata.
fn parts(text: &str) -> Option<(&str, Option<&str>, Option<&str>)> {
    let (rest, build) = match text.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (text, None),
    };
    let (core, prerelease) = match rest.split_once('-') {
        Some((core, prerelease)) => (core, Some(prerelease)),
        None => (rest, None),
    };
    (!core.is_empty()).then_some((core, prerelease, build))
}

/// A number without a leading zero.
fn is_plain_number(text: &str) -> bool {
    is_number(text) && (text == "0" || !text.starts_with('0'))
}

fn are_identifiers(text: &str) -> bool {
    text.split('.').all(|identifier| {
        !identifier.is_empty()
            && identifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}
