//! One model of a serverless application, whatever format described it.

#![deny(clippy::disallowed_methods)]
