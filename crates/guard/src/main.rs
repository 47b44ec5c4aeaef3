//! `faasguard-guard`: stands between a platform and a function, and looks at each event before the
//! handler sees it.
//!
//! One program for every place: the exec wrapper of a function (`wrap`), an external extension, a
//! front for containers (`http`), and tools for those who build functions. A command is one file in
//! `commands`, and one line in its table.

mod arguments;
mod commands;
mod failure;
mod http;
mod settings_file;
mod wrap;

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use arguments::Arguments;
use commands::{COMMANDS, Command};
use failure::{Failure, Outcome};

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    match dispatch(&program, words.collect()) {
        Ok(code) => code,
        Err(failure) => {
            // Nobody is left to tell when even the error output is gone.
            let _ = writeln!(std::io::stderr(), "faasguard-guard: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn dispatch(program: &OsStr, mut words: Vec<OsString>) -> Outcome {
    let command = match by_program_name(program) {
        Some(command) => command,
        None if words.is_empty() => return Err(Failure::usage("a command is missing; see --help")),
        None => match words.remove(0).to_str() {
            Some("--help" | "-h" | "help") => return print(&help()),
            Some("--version" | "-V" | "version") => {
                return print(concat!("faasguard-guard ", env!("CARGO_PKG_VERSION"), "\n"));
            }
            Some(name) => find(name).ok_or_else(|| {
                Failure::usage(format!("unknown command `{name}`; see faasguard-guard --help"))
            })?,
            None => return Err(Failure::usage("the command is no text")),
        },
    };
    let mut arguments = Arguments::new(words);
    if arguments.flag("--help") || arguments.flag("-h") {
        return print(&format!("{}.\n\nusage: {}\n", command.summary, command.usage));
    }
    (command.run)(arguments)
}

fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// A link of another name is a command: `faasguard-guard-wrap`. A file in a folder `extensions` is
/// started by the platform without arguments, as an extension.
fn by_program_name(program: &OsStr) -> Option<&'static Command> {
    let path = Path::new(program);
    let name = path.file_name()?.to_str()?;
    if let Some(command) = name.strip_prefix("faasguard-guard-").and_then(find) {
        return Some(command);
    }
    let folder = path.parent()?.file_name()?;
    if folder == "extensions" { find("extension") } else { None }
}

fn help() -> String {
    let mut text = String::from(
        "Protects a serverless function while it runs.\n\nusage: faasguard-guard COMMAND …\n\n",
    );
    for Command { name, summary, .. } in COMMANDS {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "  {name:<10} {summary}");
    }
    text.push_str("  version    The version of this program\n\nCOMMAND --help tells more.\n");
    text
}

fn print(text: &str) -> Outcome {
    std::io::stdout().write_all(text.as_bytes()).map_err(Failure::output)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::{by_program_name, find, help};
    use crate::commands::COMMANDS;
    use std::ffi::OsStr;

    #[test]
    fn a_link_is_the_command_that_it_is_named_after() {
        let name = |program| by_program_name(OsStr::new(program)).map(|command| command.name);
        assert_eq!(name("/opt/faasguard-guard-wrap"), Some("wrap"));
        assert_eq!(name("/usr/bin/faasguard-guard"), None);
        assert_eq!(
            name("/opt/extensions/faasguard-guard"),
            find("extension").map(|command| command.name)
        );
    }

    #[test]
    fn every_command_is_told_in_the_help() {
        for command in COMMANDS {
            assert!(help().contains(command.summary), "{}", command.name);
        }
    }
}
