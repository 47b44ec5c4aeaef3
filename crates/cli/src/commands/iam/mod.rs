//! `faasguard iam`: one file a command.

pub(crate) mod generate;
pub(crate) mod lint;
pub(crate) mod simulate;

use std::process::ExitCode;

use crate::arguments::IamCommand;

/// Runs the command.
pub(crate) fn run(command: &IamCommand) -> anyhow::Result<ExitCode> {
    match command {
        IamCommand::Generate(options) => generate::run(options),
        IamCommand::Lint(options) => lint::run(options),
        IamCommand::Simulate(options) => simulate::run(options),
    }
}
