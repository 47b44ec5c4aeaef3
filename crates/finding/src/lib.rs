//! The vocabulary of a result: rule, severity, confidence, place, trace, fix, fingerprint.

#![deny(clippy::disallowed_methods)]
