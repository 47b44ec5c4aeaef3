//! CloudFormation, SAM and CDK output read into the application model.

#![deny(clippy::disallowed_methods)]
