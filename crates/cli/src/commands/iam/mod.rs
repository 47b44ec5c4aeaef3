//! `faasguard iam`: one file a command.

pub(crate) mod check;
mod compare;
pub(crate) mod diff;
mod documents;
pub(crate) mod generate;
mod guards;
pub(crate) mod lint;
pub(crate) mod paths;
pub(crate) mod simulate;
mod words;

use std::process::ExitCode;

use clap::ValueEnum;

use crate::arguments::IamCommand;

/// Forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerForm {
    /// Words
    #[value(alias = "text")]
    Terminal,
    /// For programs
    Json,
}

/// Runs the command.
pub(crate) fn run(command: &IamCommand) -> anyhow::Result<ExitCode> {
    match command {
        IamCommand::Check(options) => check::run(options),
        IamCommand::Diff(options) => diff::run(options),
        IamCommand::Generate(options) => generate::run(options),
        IamCommand::Lint(options) => lint::run(options),
        IamCommand::Paths(options) => paths::run(options),
        IamCommand::Simulate(options) => simulate::run(options),
    }
}
