//! The proxy between a scripted platform and a scripted runtime, both on the loopback, with every
//! fault that either can have.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod platform;
mod runtime;
mod stage;

mod failures;
mod invocations;
