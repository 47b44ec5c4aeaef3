//! `faasguard package`: one file a command.

pub(crate) mod attest;
mod digests;
mod flaws;
pub(crate) mod inspect;
mod revision;
mod severity;
pub(crate) mod statement;
pub(crate) mod verify;

use std::process::ExitCode;

use crate::arguments::PackageCommand;

/// Runs the command.
pub(crate) fn run(command: &PackageCommand) -> anyhow::Result<ExitCode> {
    match command {
        PackageCommand::Attest(options) => attest::run(options),
        PackageCommand::Inspect(options) => inspect::run(options),
        PackageCommand::Verify(options) => verify::run(options),
    }
}
