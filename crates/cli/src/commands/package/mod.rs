//! `faasguard package`: one file a command.

pub(crate) mod inspect;
pub(crate) mod mapped;
mod severity;

use std::process::ExitCode;

use crate::arguments::PackageCommand;

/// Runs the command.
pub(crate) fn run(command: &PackageCommand) -> anyhow::Result<ExitCode> {
    match command {
        PackageCommand::Inspect(options) => inspect::run(options),
    }
}
