//! `faasguard guard …`: what runs beside a function.

pub(crate) mod companion;
pub(crate) mod layer;
mod learned;
pub(crate) mod settings;

use std::process::ExitCode;

use crate::arguments::GuardCommand;

/// Runs one of them.
pub(crate) fn run(command: &GuardCommand) -> anyhow::Result<ExitCode> {
    match command {
        GuardCommand::Settings(options) => settings::run(options),
        GuardCommand::Layer(options) => layer::run(options),
        GuardCommand::Run(words) => companion::run("run", &words.words),
        GuardCommand::Probe(words) => companion::run("probe", &words.words),
        GuardCommand::Emulate(words) => companion::run("emulate", &words.words),
    }
}
