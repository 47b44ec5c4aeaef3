//! `faasguard trail`: one file a command.

pub(crate) mod cases;
pub(crate) mod convert;
pub(crate) mod detect;
pub(crate) mod rule_files;
pub(crate) mod usage;

use std::process::ExitCode;

use crate::arguments::TrailCommand;

/// Runs the command.
pub(crate) fn run(command: &TrailCommand) -> anyhow::Result<ExitCode> {
    match command {
        TrailCommand::Detect(options) => detect::run(options),
        TrailCommand::Usage(options) => usage::run(options),
        TrailCommand::Convert(options) => convert::run(options),
    }
}
