//! `faasguard reference`: Markdown of every command, for the documentation.

use std::{fmt::Write as _, process::ExitCode};

use clap::{Command, CommandFactory as _};

use crate::{arguments::Arguments, output};

/// Runs the command.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let mut command = Arguments::command().term_width(100);
    command.build();
    let mut text = String::from("# Commands\n\nWritten from the program itself; do not edit.\n");
    write_commands(&mut text, &mut command, "faasguard")?;
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Every command below `command`; of a group of commands its members.
fn write_commands(text: &mut String, command: &mut Command, above: &str) -> std::fmt::Result {
    for command in command.get_subcommands_mut() {
        if command.is_hide_set() || command.get_name() == "help" {
            continue;
        }
        let name = format!("{above} {}", command.get_name());
        // A group does nothing by itself; `rules` does, and has members.
        if command.is_subcommand_required_set() {
            write_commands(text, command, &name)?;
            continue;
        }
        let help = command.render_long_help().to_string();
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        write!(text, "\n## `{name}`\n\n```text\n{}\n```\n", help.join("\n").trim())?;
        write_commands(text, command, &name)?;
    }
    Ok(())
}
