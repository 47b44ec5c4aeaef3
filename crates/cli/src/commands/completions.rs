//! `faasguard completions`

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::{
    arguments::{Arguments, CompletionsOptions},
    output,
};

/// Runs the command.
pub(crate) fn run(options: &CompletionsOptions) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "faasguard", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
