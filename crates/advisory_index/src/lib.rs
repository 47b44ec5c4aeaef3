//! Advisories in the form of OSV, written into one file that is searched where it lies.
//!
//! [`Builder`] reads records (schema 1.x of osv-schema) and writes the file; [`Index`] answers which
//! advisories name a package, straight from its bytes: nothing is copied or parsed at opening, so the
//! caller may map the file into memory. The form of the file stands in
//! `docs/design/0007-advisories-in-one-file.md`.
#![deny(clippy::disallowed_methods)]

mod advisory;
mod builder;
mod codec;
mod index;
mod interval;
mod record;

pub use advisory::{Advisory, Affected, Symbol};
pub use builder::{Added, Builder, SourceInfo};
pub use index::{About, Index, IndexError};
pub use interval::{End, Interval, covers};
pub use record::{Record, RecordError};

use package_version::Ecosystem;

/// The name under which an ecosystem looks a package up: PEP 503 for `PyPI`, lower case for `NuGet` and
/// Packagist, as written elsewhere (npm with the scope, Maven as `group:artifact`, Go the module path).
#[must_use]
pub fn lookup_name(ecosystem: Ecosystem, name: &str) -> String {
    let name = name.trim();
    match ecosystem {
        Ecosystem::PyPI => {
            let mut out = String::with_capacity(name.len());
            for c in name.chars() {
                match c {
                    '-' | '_' | '.' if out.ends_with('-') => {}
                    '-' | '_' | '.' => out.push('-'),
                    c => out.extend(c.to_lowercase()),
                }
            }
            out
        }
        Ecosystem::NuGet | Ecosystem::Packagist => name.to_lowercase(),
        Ecosystem::Npm
        | Ecosystem::Maven
        | Ecosystem::Go
        | Ecosystem::RubyGems
        | Ecosystem::CratesIo => name.to_owned(),
    }
}
