//! The program as platforms start it: `wrap` before a runtime, on an emulated Lambda.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and the runtime prints"
)]

mod clients;
mod confined;
mod faults;
mod invocations;
mod layer;
mod process;
mod runtime;
mod stage;
