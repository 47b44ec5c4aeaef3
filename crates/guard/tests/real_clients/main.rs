//! The program as it is used: the real clients of AWS on the emulator, with and without the guard.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test panics, and tells what it skips"
)]

mod commands;
mod extension;
mod refusals;
mod stage;
mod telemetry;
mod unchanged;
