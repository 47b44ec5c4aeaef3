//! Ranges of versions in the notation `vers`: `vers:npm/>=1.2.0|<2.0.0`.
//!
//! Source: the version range specification of package-url (`VERSION-RANGE-SPEC`).

use std::cmp::Ordering;

use package_version::{Ecosystem, Version};

/// The longest text of a range that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// Some versions of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange {
    constraints: Vec<(Comparator, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparator {
    Any,
    Equal,
    Other,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl VersionRange {
    /// One version.
    #[must_use]
    pub fn only(version: &str) -> Self {
        Self { constraints: vec![(Comparator::Equal, version.to_owned())] }
    }

    /// Reads `vers:TYPE/…`; the type does not matter, as the package has one. `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (_, list) = text.trim().strip_prefix("vers:")?.split_once('/')?;
        if list.len() > LONGEST {
            return None;
        }
        let constraints: Option<Vec<_>> = list.split('|').map(constraint).collect();
        let constraints = constraints?;
        let has_any = constraints.iter().any(|(it, _)| *it == Comparator::Any);
        (!has_any || constraints.len() == 1).then_some(Self { constraints })
    }

    /// Whether it is `vers:…/*`.
    #[must_use]
    pub fn is_any(&self) -> bool {
        matches!(self.constraints.as_slice(), [(Comparator::Any, _)])
    }

    /// Whether a version lies in it. Without an ecosystem there is no order: the version must be named.
    #[must_use]
    pub fn contains(&self, ecosystem: Option<Ecosystem>, version: &str) -> bool {
        if self.is_any() {
            return true;
        }
        let order = |to: &str| order(ecosystem, version, to);
        let mut bounds = Vec::new();
        for (comparator, named) in &self.constraints {
            use Comparator as C;
            let is_same = order(named) == Some(Ordering::Equal);
            match comparator {
                C::Other | C::Less | C::Greater if is_same => return false,
                C::Equal | C::LessOrEqual | C::GreaterOrEqual if is_same => return true,
                C::Any | C::Equal | C::Other => {}
                C::Less | C::LessOrEqual => bounds.push((false, named)),
                C::Greater | C::GreaterOrEqual => bounds.push((true, named)),
            }
        }
        if !is_in_order(ecosystem, version) {
            return false;
        }
        // The notation wants constraints in the order of their versions; not all writers know.
        if let Some(ecosystem) = ecosystem {
            bounds.sort_by_cached_key(|(_, it)| Version::parse(ecosystem, it).sort_key().to_vec());
        }
        let only_others = self.constraints.iter().all(|(it, _)| *it == Comparator::Other);
        if bounds.is_empty() {
            return only_others;
        }
        // The nearest bounds on both sides decide.
        let below = bounds.iter().rev().find(|(_, it)| order(it) == Some(Ordering::Greater));
        let above = bounds.iter().find(|(_, it)| order(it) == Some(Ordering::Less));
        match (below, above) {
            (Some((opens, _)), Some((more, _))) => *opens && !*more,
            (Some((opens, _)), None) => *opens,
            (None, Some((more, _))) => !*more,
            (None, None) => false,
        }
    }
}

fn constraint(text: &str) -> Option<(Comparator, String)> {
    let text = text.trim();
    if text == "*" {
        return Some((Comparator::Any, String::new()));
    }
    let signs = [
        (">=", Comparator::GreaterOrEqual),
        ("<=", Comparator::LessOrEqual),
        ("!=", Comparator::Other),
        (">", Comparator::Greater),
        ("<", Comparator::Less),
        ("=", Comparator::Equal),
    ];
    let signed = signs.iter().find_map(|(sign, it)| Some((*it, text.strip_prefix(sign)?)));
    let (comparator, version) = signed.unwrap_or((Comparator::Equal, text));
    let version = decoded(version.trim())?;
    (!version.is_empty()).then_some((comparator, version))
}

/// Percent-encoded text of a version.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// How two versions stand; without an ecosystem they are the same or nothing is known.
fn order(ecosystem: Option<Ecosystem>, version: &str, to: &str) -> Option<Ordering> {
    if version == to {
        return Some(Ordering::Equal);
    }
    let ecosystem = ecosystem?;
    Version::parse(ecosystem, version).compare(&Version::parse(ecosystem, to))
}

/// Whether a version has a place in the order of its ecosystem.
fn is_in_order(ecosystem: Option<Ecosystem>, version: &str) -> bool {
    ecosystem.is_some_and(|ecosystem| Version::parse(ecosystem, version).is_valid())
}

#[cfg(test)]
mod tests {
    use super::VersionRange;
    use package_version::Ecosystem;

    #[test]
    fn versions_lie_in_ranges_as_the_specification_says() {
        let holds = |range: &str, version: &str| {
            VersionRange::parse(range).unwrap().contains(Some(Ecosystem::Npm), version)
        };
        for (range, inside, outside) in [
            ("vers:npm/1.2.3", &["1.2.3"][..], &["1.2.4"][..]),
            ("vers:npm/>=1.0.0|<2.0.0", &["1.0.0", "1.9.9"], &["0.9.0", "2.0.0", "3.0.0"]),
            ("vers:npm/<2.0.0|>=1.0.0", &["1.0.0"], &["0.9.0", "2.0.0"]),
            ("vers:npm/<1.0.0|>=2.0.0|!=2.1.0", &["0.9.0", "2.0.0", "4.0.0"], &["1.5.0", "2.1.0"]),
            ("vers:npm/<=1.0.0|=1.5.0", &["1.0.0", "1.5.0", "0.1.0"], &["1.4.0", "2.0.0"]),
            ("vers:npm/>1.0.0|<2.0.0|>3.0.0", &["1.5.0", "3.1.0"], &["1.0.0", "2.5.0", "0.5.0"]),
            ("vers:npm/*", &["1.0.0"], &[]),
            ("vers:npm/!=1.0.0", &["2.0.0"], &["1.0.0"]),
        ] {
            assert!(inside.iter().all(|it| holds(range, it)), "{range} {inside:?}");
            assert!(!outside.iter().any(|it| holds(range, it)), "{range} {outside:?}");
        }
    }

    #[test]
    fn nothing_is_in_a_range_whose_order_is_not_known() {
        let range = VersionRange::parse("vers:generic/>=1.0|<2.0|3.0").unwrap();
        assert!(!range.contains(None, "1.5") && range.contains(None, "3.0"));
        assert!(!range.contains(Some(Ecosystem::Npm), "not a version"));
        for odd in
            ["", ">=1.0", "vers:npm", "vers:npm/", "vers:npm/>=", "vers:npm/*|1.0", "vers:npm/%4"]
        {
            assert_eq!(VersionRange::parse(odd), None, "{odd}");
        }
    }
}
