//! Detectors of secrets in values and in names.
//!
//! [`detect`] knows values by their shape, [`secret_name`] knows names that say that their value
//! is a secret, [`classify`] puts both together. What is found is told by kind, range, [`hash`]
//! and [`preview`]; the value itself never leaves.

#![deny(clippy::disallowed_methods)]

mod classify;
mod detectors;
mod digest;
mod entropy;
mod name;
mod placeholder;

pub use classify::classify;
pub use detectors::{Detector, detect, detectors, scan_detectors};
pub use digest::{hash, preview};
pub use entropy::bits_per_character;
pub use name::secret_name;
pub use placeholder::looks_like_placeholder;

use std::ops::Range;

use smol_str::SmolStr;

/// A secret in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// Which secret: `aws-access-key`, `github-token`, `password` …
    pub kind: SmolStr,
    /// What it is, for people: "an AWS access key".
    pub title: SmolStr,
    /// Bytes of the value that are the secret.
    pub range: Range<usize>,
    /// At most four characters that every secret of the kind begins with, and `…`; empty when
    /// there are none. Safe to print.
    pub preview: String,
    /// First twelve hexadecimal digits of the SHA-256 of the secret: tells two apart, no more.
    pub hash: String,
    /// How sure the shape is.
    pub certainty: Certainty,
}

/// How sure a detection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The name says secret and the value may well be one.
    Likely,
    /// The value has the shape that only such a secret has.
    Certain,
}
