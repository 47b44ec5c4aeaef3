//! `faasguard logs`: one file a command.

pub(crate) mod analyze;

use std::process::ExitCode;

use crate::arguments::LogsCommand;

/// Runs the command.
pub(crate) fn run(command: &LogsCommand) -> anyhow::Result<ExitCode> {
    match command {
        LogsCommand::Analyze(options) => analyze::run(options),
    }
}
