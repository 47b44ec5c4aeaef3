//! Flows of hostile data from the fields of events to dangerous calls.

#![deny(clippy::disallowed_methods)]
