//! `run -- CMD`: a function on this machine with the guard before it.

use std::{env, ffi::OsString};

use super::Command;
use crate::arguments::Arguments;
use crate::failure::{Failure, Outcome};
use crate::settings_file;

pub(crate) const COMMAND: Command = Command {
    name: "run",
    summary: "Runs a function on this machine behind the guard",
    usage: "faasguard-guard run [--settings FILE] [OPTION…] -- PROGRAM ARGUMENT…

Plays Lambda, starts PROGRAM behind the guard, hands it the events and prints each answer and what
the guard did. Every option of `emulate` holds.

  --settings FILE    What is enforced, as for `wrap`",
    run,
};

fn run(mut arguments: Arguments) -> Outcome {
    let settings = arguments.value("--settings")?;
    if settings.is_some() {
        // Said here: the guard would only say it once an event has come, as a crash.
        settings_file::read(settings.as_deref())?;
    }
    super::emulate::session(arguments, &|program| {
        let own = env::current_exe()
            .map_err(|error| Failure::new(format!("the guard does not find itself: {error}")))?;
        let mut words: Vec<OsString> = vec![own.into(), "wrap".into()];
        if let Some(settings) = &settings {
            words.extend(["--settings".into(), settings.into()]);
        }
        words.push("--".into());
        words.extend(program);
        Ok(words)
    })
}
