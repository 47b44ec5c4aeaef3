//! Lambda on this machine, for tests and for developers: the Runtime, Extensions and Telemetry
//! APIs on one loopback address, the life of an execution environment behind them, and a sample
//! event of every trigger.
//!
//! Runtimes and extensions cannot tell it from the real one, as far as their APIs go: the clients
//! that AWS publishes run on it. Every invocation is recorded, with how often it was handed over
//! and how often it was answered, so that a test can say that none was lost or doubled.
//!
//! A development tool: it uses threads freely and holds answers in memory.

mod base64;
mod emulator;
mod extensions;
mod function;
mod identity;
mod invoke_api;
mod process;
mod record;
mod samples;
mod server;
mod set;
mod shared;
mod state;
mod telemetry_api;
mod wire;

pub use emulator::{Emulator, Invocation};
pub use function::{ACCOUNT, Function};
pub use process::Program;
pub use record::{FunctionError, Outcome, Record, Response};
pub use samples::{SAMPLES, Sample, sample};
pub use set::{SetError, set};
pub use shared::{Sink, Source};
pub use state::ShutdownReason;
pub use telemetry_api::timestamp;
