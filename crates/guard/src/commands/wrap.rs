//! `wrap -- CMD`: the runtime of a function, with the guard as its parent.

use std::process::ExitCode;

use super::Command;
use crate::arguments::Arguments;
use crate::failure::{Failure, Outcome};

pub(crate) const COMMAND: Command = Command {
    name: "wrap",
    summary: "Starts the runtime of a function behind the guard",
    usage: "faasguard-guard wrap [--settings FILE] -- PROGRAM ARGUMENT…

  --settings FILE  What is enforced; FAASGUARD_SETTINGS, /opt/faasguard/settings.json or
                   /var/task/faasguard.json where this is absent",
    run,
};

fn run(mut arguments: Arguments) -> Outcome {
    let _settings = arguments.value("--settings")?;
    let (program, rest) = arguments.program()?;
    arguments.finish()?;
    let status = std::process::Command::new(&program).args(rest).status().map_err(|error| {
        Failure::new(format!("`{}` does not start: {error}", program.to_string_lossy()))
    })?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
