//! The guard against corpora of others: known attacks, ordinary values, events of every trigger.
//!
//! `cargo xtask payloads` and `cargo xtask crs` build it with optimisation and call it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to its caller")]

mod corpus;
mod crs;
mod inspection;
mod options;
mod payloads;
mod sinks;

use std::{env, error::Error, process::ExitCode};

/// What went wrong, in words for the developer who called.
type Failure = Box<dyn Error + Send + Sync>;

/// How a command ends.
type Outcome = Result<(), Failure>;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let outcome = match words.split_first() {
        Some((command, rest)) if command == "payloads" => payloads::run(rest),
        Some((command, rest)) if command == "crs" => crs::run(rest),
        _ => Err("say `payloads` or `crs`".into()),
    };
    if let Err(failure) = outcome {
        eprintln!("guard_corpora: {failure}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
