//! `faasguard alerts`: one file a command.

pub(crate) mod options;
pub(crate) mod send;

use std::process::ExitCode;

use crate::arguments::AlertsCommand;

/// Runs the command.
pub(crate) fn run(command: &AlertsCommand) -> anyhow::Result<ExitCode> {
    match command {
        AlertsCommand::Send(options) => send::run(options),
    }
}
