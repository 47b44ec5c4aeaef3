//! `faasguard lake`: starts the companion program `faasguard-lake`, which carries the SQL engine.

use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, bail};
use clap::Args;

/// The companion program.
const PROGRAM: &str = "faasguard-lake";

/// Exit code of one that a signal ended, when the signal is not known.
const ENDED: u8 = 128;

/// `lake`
#[derive(Args, Debug)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub(crate) struct LakeOptions {
    /// Arguments of `faasguard-lake`: `import SOURCE --lake DIR`, `query --lake DIR "SQL"`, `queries`, `--help`, …
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    pub(crate) arguments: Vec<OsString>,
}

/// Runs the command: arguments go in and the exit code comes back as they are.
pub(crate) fn run(options: &LakeOptions) -> anyhow::Result<ExitCode> {
    let Some(program) = find() else {
        bail!(
            "`{PROGRAM}`, which keeps the lake, stands neither beside this program nor on the PATH; build it \
             (`cargo build --release -p lake_program`) or install it"
        );
    };
    let mut command = Command::new(&program);
    command.args(&options.arguments);
    let status =
        command.status().with_context(|| format!("cannot start `{}`", program.display()))?;
    Ok(ExitCode::from(code_of(status)))
}

fn code_of(status: std::process::ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(signal).map_or(ENDED, |signal| ENDED.saturating_add(signal));
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(ENDED)
}

/// The program: beside this one, else the first on the PATH.
pub(crate) fn find() -> Option<PathBuf> {
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let own = std::env::current_exe().ok();
    let beside = own.and_then(|own| Some(own.parent()?.join(&name)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path)
        // The folder that a program is started in may be a stranger's.
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name));
    beside.into_iter().chain(on_path).find(|path| path.is_file())
}
