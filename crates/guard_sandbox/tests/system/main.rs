//! Real programs under confinement, tier by tier, as an unprivileged user.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says what it could not try"
)]

mod denials;
mod files;
mod hooks;
mod network;
mod programs;
mod run;
mod warm;
