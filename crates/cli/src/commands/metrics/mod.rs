//! `faasguard metrics`: one file a command.

pub(crate) mod detect;
pub(crate) mod inputs;

use std::process::ExitCode;

use crate::arguments::MetricsCommand;

/// Runs the command.
pub(crate) fn run(command: &MetricsCommand) -> anyhow::Result<ExitCode> {
    match command {
        MetricsCommand::Detect(options) => detect::run(options),
    }
}
