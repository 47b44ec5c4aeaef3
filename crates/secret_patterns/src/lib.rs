//! Detectors of secrets in values and names.

#![deny(clippy::disallowed_methods)]
