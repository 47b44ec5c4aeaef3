//! Order and ranges of package versions, each ecosystem by its own rules.
//!
//! [`Version::parse`] never fails: what an ecosystem's tools would refuse still has a place in the
//! order, since inventories and advisories contain such texts; [`Version::is_valid`] tells them apart.
//! The order is that of [`Version::sort_key`], so an index on disk can be searched without parsing.

#![deny(clippy::disallowed_methods)]

mod composer;
mod ecosystem;
mod gem;
mod key;
mod maven;
mod pep440;
mod range;
mod semver;
mod version;

pub use ecosystem::Ecosystem;
pub use range::{Range, RangeError};
pub use version::Version;
