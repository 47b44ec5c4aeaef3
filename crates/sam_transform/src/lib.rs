//! AWS SAM templates expanded to CloudFormation, places kept.

#![deny(clippy::disallowed_methods)]
