//! The ecosystems whose versions are known.

use std::fmt;

/// A registry of packages with an order of versions of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "a new ecosystem must be decided wherever one matters")]
pub enum Ecosystem {
    /// registry.npmjs.org
    Npm,
    /// pypi.org
    PyPI,
    /// Maven Central and other Maven repositories
    Maven,
    /// Go modules
    Go,
    /// nuget.org
    NuGet,
    /// rubygems.org
    RubyGems,
    /// crates.io
    CratesIo,
    /// packagist.org, the registry of Composer
    Packagist,
}

impl Ecosystem {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Npm,
        Self::PyPI,
        Self::Maven,
        Self::Go,
        Self::NuGet,
        Self::RubyGems,
        Self::CratesIo,
        Self::Packagist,
    ];

    /// The name in OSV records, such as `crates.io`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::PyPI => "PyPI",
            Self::Maven => "Maven",
            Self::Go => "Go",
            Self::NuGet => "NuGet",
            Self::RubyGems => "RubyGems",
            Self::CratesIo => "crates.io",
            Self::Packagist => "Packagist",
        }
    }

    /// The ecosystem of this name in OSV records. What follows a colon (`Maven:https://…`) names a
    /// repository within it and is not read.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let name = name.split(':').next().unwrap_or(name);
        Self::ALL.into_iter().find(|ecosystem| ecosystem.name() == name)
    }

    /// The ecosystem of a type of package URLs in small letters, such as `golang`.
    #[must_use]
    pub fn of_purl_type(kind: &str) -> Option<Self> {
        Some(match kind {
            "npm" => Self::Npm,
            "pypi" => Self::PyPI,
            "maven" => Self::Maven,
            "golang" => Self::Go,
            "nuget" => Self::NuGet,
            "gem" => Self::RubyGems,
            "cargo" => Self::CratesIo,
            "composer" => Self::Packagist,
            _ => return None,
        })
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Ecosystem;

    #[test]
    fn every_ecosystem_is_found_by_its_name() {
        for ecosystem in Ecosystem::ALL {
            assert_eq!(Ecosystem::of(ecosystem.name()), Some(ecosystem));
        }
        assert_eq!(Ecosystem::of("Maven:https://repo.example/"), Some(Ecosystem::Maven));
        assert_eq!(Ecosystem::of("Debian:12"), None);
        assert_eq!(Ecosystem::of_purl_type("golang"), Some(Ecosystem::Go));
        assert_eq!(Ecosystem::of_purl_type("deb"), None);
    }
}
