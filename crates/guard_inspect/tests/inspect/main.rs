//! Events go in, decisions come out.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says why it had nothing to do"
)]

mod base64_of;
mod batches;
mod learning;
mod properties;
mod requests;
mod responses;
mod samples;
mod schemas;
mod sinks;
mod triggers;
