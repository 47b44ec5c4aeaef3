//! The CloudFormation template language: sections, intrinsic functions, conditions.

#![deny(clippy::disallowed_methods)]
