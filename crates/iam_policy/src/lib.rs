//! IAM policy grammar: statements, principals, action and resource patterns.

#![deny(clippy::disallowed_methods)]
