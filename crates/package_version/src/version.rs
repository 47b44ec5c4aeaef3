//! A version, with its place in the order.

use std::{cmp::Ordering, fmt};

use crate::{
    Ecosystem, composer, gem, maven,
    pep440::Pep440,
    semver::{self, Semver},
};

/// A version of a package in one ecosystem.
///
/// Two are equal (`==`) when they are written alike; [`Version::compare`] tells those that are one
/// version written in two ways, such as `PyPI`'s `1.0` and `1.0.0`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    ecosystem: Ecosystem,
    text: String,
    key: Vec<u8>,
}

impl Version {
    /// Reads a version. Any text is one: what the ecosystem's own tools would refuse
    /// ([`Version::is_valid`]) gets a place by the nearest rule there is: setuptools' rule before PEP 440
    /// for `PyPI`, the numbers that can be read for the kinds of semantic versions.
    #[must_use]
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Self {
        let text = text.trim();
        let key = match ecosystem {
            Ecosystem::Npm | Ecosystem::Go | Ecosystem::CratesIo => {
                Semver::read(text, semver::NUMBERS).key()
            }
            Ecosystem::NuGet => {
                Semver::read(&text.to_ascii_lowercase(), semver::NUGET_NUMBERS).key()
            }
            Ecosystem::PyPI => Pep440::key_of(text),
            Ecosystem::Maven => maven::key(text),
            Ecosystem::RubyGems => gem::key(text),
            Ecosystem::Packagist => composer::key(text),
        };
        Self { ecosystem, text: text.to_owned(), key }
    }

    /// The ecosystem whose rules hold.
    #[must_use]
    pub fn ecosystem(&self) -> Ecosystem {
        self.ecosystem
    }

    /// The version as it was written, without spaces around it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the ecosystem's own tools take this text for a version. Maven takes any text that is not
    /// empty. A `v` before the version is taken where the tools or OSV's records write one: npm, Go,
    /// `PyPI` and Packagist.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        match self.ecosystem {
            Ecosystem::Npm => semver::is_npm(&self.text),
            Ecosystem::Go => semver::is_strict(self.text.strip_prefix('v').unwrap_or(&self.text)),
            Ecosystem::CratesIo => semver::is_strict(&self.text),
            Ecosystem::NuGet => semver::is_nuget(&self.text),
            Ecosystem::PyPI => Pep440::parse(&self.text).is_some(),
            Ecosystem::Maven => !self.text.is_empty(),
            Ecosystem::RubyGems => gem::is_valid(&self.text),
            Ecosystem::Packagist => composer::normalize(&self.text).is_some(),
        }
    }

    /// Whether this comes before the release that it names: an alpha, a snapshot, a branch.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        match self.ecosystem {
            Ecosystem::Npm | Ecosystem::Go | Ecosystem::CratesIo => {
                Semver::read(&self.text, semver::NUMBERS).is_prerelease()
            }
            Ecosystem::NuGet => Semver::read(&self.text, semver::NUGET_NUMBERS).is_prerelease(),
            Ecosystem::PyPI => Pep440::parse(&self.text).is_none_or(|read| read.is_prerelease()),
            Ecosystem::Maven => maven::is_prerelease(&self.text),
            Ecosystem::RubyGems => gem::is_prerelease(&self.text),
            Ecosystem::Packagist => composer::is_prerelease(&self.text),
        }
    }

    /// How this stands to `other` in the order of their ecosystem; `None` when they are of two.
    ///
    /// This is the order of [`Version::sort_key`] but for two rules that are no orders, where it says what
    /// the ecosystem's tools say: to Maven `2.9.0.RC1 < 2.9.0 < 2.9.0-1 < 2.9.0.RC1`, since it compares a zero
    /// with what follows a hyphen; and in Packagist a component `#` equals any number. Sort by the key.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.ecosystem != other.ecosystem {
            return None;
        }
        let has_wildcard = || self.text.contains('#') || other.text.contains('#');
        Some(match self.ecosystem {
            Ecosystem::Maven => maven::compare(&self.text, &other.text),
            Ecosystem::Packagist if has_wildcard() => composer::compare(&self.text, &other.text),
            _ => self.key.cmp(&other.key),
        })
    }

    /// Bytes whose order is the order of versions of this ecosystem; equal for versions that are equal.
    /// Keys of two ecosystems cannot be compared. The form may change between releases of this program.
    #[must_use]
    pub fn sort_key(&self) -> &[u8] {
        &self.key
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
