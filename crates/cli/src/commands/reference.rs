//! `faasguard reference`: Markdown of every command, for the documentation.

use std::{fmt::Write as _, process::ExitCode};

use clap::CommandFactory as _;

use crate::{arguments::Arguments, output};

/// Runs the command.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let mut command = Arguments::command().term_width(100);
    command.build();
    let mut text = String::from("# Commands\n\nWritten from the program itself; do not edit.\n");
    let names: Vec<String> = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .map(|command| command.get_name().to_owned())
        .collect();
    for name in names {
        let Some(command) = command.find_subcommand_mut(&name) else { continue };
        let help = command.render_long_help().to_string();
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        write!(text, "\n## `faasguard {name}`\n\n```text\n{}\n```\n", help.join("\n").trim())?;
    }
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
