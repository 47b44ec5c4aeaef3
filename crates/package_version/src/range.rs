//! Ranges of versions as manifests, lock files and advisories write them.

mod composer;
mod gem;
mod interval;
mod maven;
mod npm;
mod nuget;
mod python;

use std::fmt;

use crate::{Ecosystem, Version};

/// A set of versions in the notation of its ecosystem.
#[derive(Debug, Clone)]
pub struct Range {
    ecosystem: Ecosystem,
    text: String,
    rule: Rule,
}

/// How a range decides, by the kind of its notation.
#[derive(Debug, Clone)]
enum Rule {
    Npm(npm::NpmRange),
    Python(python::Specifiers),
    Gem(gem::Requirements),
    Keys(interval::Alternatives),
    Composer(interval::Alternatives),
}

/// Why a text is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// A part of the text is outside of the notation.
    #[error("`{part}` in `{text}` is no range of versions of {ecosystem}")]
    Part {
        /// Whose notation was expected.
        ecosystem: Ecosystem,
        /// The whole text.
        text: String,
        /// What could not be read.
        part: String,
    },
    /// The text is longer than [`Range::LONGEST`].
    #[error("a range of {length} bytes is longer than the {longest} that are read", longest = Range::LONGEST)]
    Long {
        /// Length of the text in bytes.
        length: usize,
    },
}

impl Range {
    /// The longest text of a range that is read, in bytes.
    pub const LONGEST: usize = 64 * 1024;

    /// Reads a range in the notation of the ecosystem: ranges of npm, specifiers of PEP 440,
    /// ranges of Maven and `NuGet`, requirements of `RubyGems` and Cargo, constraints of Composer. Go has no
    /// notation of its own; that of npm is read.
    ///
    /// # Errors
    /// [`RangeError::Part`] when a part is outside of the notation, [`RangeError::Long`] for a text longer
    /// than [`Range::LONGEST`].
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Result<Self, RangeError> {
        if text.len() > Self::LONGEST {
            return Err(RangeError::Long { length: text.len() });
        }
        let rule = match ecosystem {
            Ecosystem::PyPI => python::Specifiers::parse(text).map(Rule::Python),
            Ecosystem::Npm => npm::NpmRange::parse(text, npm::Dialect::Npm).map(Rule::Npm),
            Ecosystem::Go => npm::NpmRange::parse(text, npm::Dialect::Go).map(Rule::Npm),
            Ecosystem::CratesIo => npm::NpmRange::parse(text, npm::Dialect::Cargo).map(Rule::Npm),
            Ecosystem::Maven => maven::parse(text).map(Rule::Keys),
            Ecosystem::NuGet => nuget::parse(text).map(Rule::Keys),
            Ecosystem::RubyGems => gem::Requirements::parse(text).map(Rule::Gem),
            Ecosystem::Packagist => composer::parse(text).map(Rule::Composer),
        };
        match rule {
            Ok(rule) => Ok(Self { ecosystem, text: text.trim().to_owned(), rule }),
            Err(part) => Err(RangeError::Part {
                ecosystem,
                text: text.trim().to_owned(),
                part: part.to_owned(),
            }),
        }
    }

    /// The ecosystem whose notation it is.
    #[must_use]
    pub fn ecosystem(&self) -> Ecosystem {
        self.ecosystem
    }

    /// Whether the version lies in the range, as the ecosystem's own tools decide. Those of npm and Cargo
    /// leave prereleases out unless the range names one with the same numbers. Never for a version of another
    /// ecosystem, nor for one that its tools refuse.
    #[must_use]
    pub fn contains(&self, version: &Version) -> bool {
        self.decide(version, false)
    }

    /// As [`Range::contains`], with prereleases in (`includePrerelease` of npm).
    #[must_use]
    pub fn contains_with_prereleases(&self, version: &Version) -> bool {
        self.decide(version, true)
    }

    fn decide(&self, version: &Version, prereleases: bool) -> bool {
        if version.ecosystem() != self.ecosystem {
            return false;
        }
        match &self.rule {
            Rule::Npm(range) => range.contains(version.as_str(), prereleases),
            Rule::Python(specifiers) => specifiers.contains(version.as_str()),
            Rule::Gem(requirements) => requirements.contains(version.as_str()),
            Rule::Keys(alternatives) => alternatives.contains(version.sort_key()),
            Rule::Composer(alternatives) => composer::contains(alternatives, version.as_str()),
        }
    }

    /// Whether every version of the range comes before this one (`gtr` of npm). Never for a version that
    /// the range contains, and never for one of another ecosystem.
    #[must_use]
    pub fn is_below(&self, version: &Version) -> bool {
        if version.ecosystem() != self.ecosystem || self.contains(version) {
            return false;
        }
        let key = version.sort_key();
        match &self.rule {
            Rule::Npm(range) => range.is_below(key),
            Rule::Python(specifiers) => specifiers.is_below(key),
            Rule::Gem(requirements) => requirements.is_below(key),
            Rule::Keys(alternatives) => alternatives.is_below(key),
            Rule::Composer(alternatives) => {
                composer::key_of(version.as_str()).is_some_and(|key| alternatives.is_below(&key))
            }
        }
    }

    /// Whether every version of the range comes after this one (`ltr` of npm). Never for a version that
    /// the range contains, and never for one of another ecosystem.
    #[must_use]
    pub fn is_above(&self, version: &Version) -> bool {
        if version.ecosystem() != self.ecosystem || self.contains(version) {
            return false;
        }
        let key = version.sort_key();
        match &self.rule {
            Rule::Npm(range) => range.is_above(key),
            Rule::Python(specifiers) => specifiers.is_above(key),
            Rule::Gem(requirements) => requirements.is_above(key),
            Rule::Keys(alternatives) => alternatives.is_above(key),
            Rule::Composer(alternatives) => {
                composer::key_of(version.as_str()).is_some_and(|key| alternatives.is_above(&key))
            }
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
