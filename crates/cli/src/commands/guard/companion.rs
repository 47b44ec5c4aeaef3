//! Commands that the program `faasguard-guard` carries out.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, bail};
use clap::Args;

/// Name of the companion.
const GUARD: &str = "faasguard-guard";

/// Words that are passed on as they are.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub(crate) struct PassedOn {
    /// Options and the command, as `faasguard-guard` takes them; `--help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    pub(crate) words: Vec<OsString>,
}

/// Words of the command line before those that are passed on: the program, `guard` and the command.
const OWN_WORDS: usize = 3;

/// Runs `faasguard-guard COMMAND WORDS…` and hands on how it ended.
pub(crate) fn run(command: &str, words: &[OsString]) -> anyhow::Result<ExitCode> {
    // The parser takes a first `--` away, behind which the program stands that the guard is to run.
    let divider = env::args_os().nth(OWN_WORDS).filter(|word| word == "--");
    let Some(program) = find() else {
        bail!(
            "`{GUARD}` stands neither beside this program nor on the PATH; build it with \
             `cargo build --release -p guard`"
        );
    };
    let mut run = Command::new(&program);
    run.arg(command).args(divider).args(words);
    let status = run.status().with_context(|| format!("cannot start `{}`", program.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The companion: beside this program, else the first on the PATH.
pub(crate) fn find() -> Option<PathBuf> {
    let beside = env::current_exe().ok().and_then(|at| at.parent().map(Path::to_path_buf));
    let path = env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(format!("{GUARD}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}
