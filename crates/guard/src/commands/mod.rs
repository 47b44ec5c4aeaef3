//! The table of commands.

use crate::arguments::Arguments;
use crate::failure::Outcome;

mod emulate;
mod extension;
mod http;
mod inspect;
pub(crate) mod probe;
mod run;
mod wrap;

/// One command.
#[derive(Debug)]
pub(crate) struct Command {
    /// The word behind the program.
    pub(crate) name: &'static str,
    /// What it does, as one phrase without its full stop.
    pub(crate) summary: &'static str,
    /// The command line, and a line for each option.
    pub(crate) usage: &'static str,
    /// Does it. Every word must be taken: [`Arguments::finish`].
    pub(crate) run: fn(Arguments) -> Outcome,
}

/// Every command, in the order of the help.
pub(crate) const COMMANDS: &[Command] = &[
    wrap::COMMAND,
    extension::COMMAND,
    http::COMMAND,
    inspect::COMMAND,
    run::COMMAND,
    emulate::COMMAND,
    probe::COMMAND,
];
