//! ARNs and pattern matching of cloud resource names.

#![deny(clippy::disallowed_methods)]
