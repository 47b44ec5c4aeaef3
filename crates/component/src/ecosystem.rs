//! The package ecosystems whose advisories and version order are known.

/// A package ecosystem, named as OSV names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// npm.
    Npm,
    /// The Python Package Index.
    PyPI,
    /// Maven repositories.
    Maven,
    /// Go modules.
    Go,
    /// `NuGet`.
    NuGet,
    /// Ruby gems.
    RubyGems,
    /// The registry of Rust.
    CratesIo,
    /// Composer packages of PHP.
    Packagist,
}
