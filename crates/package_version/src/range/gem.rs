//! Requirements of `RubyGems`.
//!
//! Source: the documentation of `Gem::Requirement`. A prerelease lies in a range like any other version.

use crate::gem;

use super::interval::Bound;

/// Requirements between commas; all must hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Requirements {
    bounds: Vec<Bound>,
    /// `~>`: the numbers of a version, without a prerelease, stay below.
    release_below: Vec<Vec<u8>>,
}

impl Requirements {
    /// # Errors
    /// The part that is no requirement.
    pub(crate) fn parse(text: &str) -> Result<Self, &str> {
        let mut read = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let end = part.find(|c| !"<>=!~".contains(c)).unwrap_or(part.len());
            let (operator, version) = part.split_at(end);
            let version = version.trim();
            if !gem::is_valid(version) {
                return Err(part);
            }
            let key = gem::key(version);
            read.bounds.push(match operator {
                "" | "=" | "==" => Bound::Equal(key),
                "!=" => Bound::NotEqual(key),
                ">=" => Bound::AtLeast(key),
                ">" => Bound::Above(key),
                "<=" => Bound::AtMost(key),
                "<" => Bound::Below(key),
                "~>" => {
                    read.release_below.push(gem::key(&bump(version).ok_or(part)?));
                    Bound::AtLeast(key)
                }
                _ => return Err(part),
            });
        }
        Ok(read)
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        let key = gem::key(text);
        let release = gem::key(&numbers(text).join("."));
        gem::is_valid(text)
            && self.bounds.iter().all(|bound| bound.holds(&key))
            && self.release_below.iter().all(|upper| release < *upper)
    }

    pub(crate) fn is_above(&self, key: &[u8]) -> bool {
        self.bounds.iter().any(|bound| bound.is_above(key))
    }

    pub(crate) fn is_below(&self, key: &[u8]) -> bool {
        self.bounds.iter().any(|bound| bound.is_below(key))
            || self.release_below.iter().any(|upper| upper.as_slice() <= key)
    }
}

/// The numbers before the first word.
fn numbers(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_ascii_alphabetic() || c == '-';
    let end = text.find(is_word).unwrap_or(text.len());
    let numbers = text.get(..end).unwrap_or_default();
    numbers.split('.').filter(|number| !number.is_empty()).collect()
}

/// `1.2.3` is bumped to `1.3`, `1` to `2`.
fn bump(text: &str) -> Option<String> {
    let mut numbers = numbers(text);
    if numbers.len() > 1 {
        numbers.pop();
    }
    let last: u64 = numbers.pop()?.parse().ok()?;
    let last = last.saturating_add(1).to_string();
    numbers.push(&last);
    Some(numbers.join("."))
}
