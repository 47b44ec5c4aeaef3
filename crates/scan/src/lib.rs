//! A scan from paths to results: find inputs, load, decide, suppress, compare.

#![deny(clippy::disallowed_methods)]
