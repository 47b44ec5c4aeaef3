//! Companion programs, which carry what the main one does not: found, started, their exit code handed back.

use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, bail};

/// A companion program.
pub(crate) struct Companion {
    /// Its name.
    pub(crate) program: &'static str,
    /// What it is for, in a message that it is not there.
    pub(crate) purpose: &'static str,
    /// The package that it is built from.
    pub(crate) package: &'static str,
}

/// Exit code of one that a signal ended, when the signal is not known.
const ENDED: u8 = 128;

impl Companion {
    /// Runs it: arguments go in and the exit code comes back as they are.
    pub(crate) fn run(&self, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
        let Some(program) = self.find() else {
            bail!(
                "`{}`, which {}, stands neither beside this program nor on the PATH; build it \
                 (`cargo build --release -p {}`) or install it",
                self.program,
                self.purpose,
                self.package
            );
        };
        let mut command = Command::new(&program);
        command.args(arguments);
        let status =
            command.status().with_context(|| format!("cannot start `{}`", program.display()))?;
        Ok(ExitCode::from(code_of(status)))
    }

    /// The program: beside this one, else the first on the PATH.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        let name = format!("{}{}", self.program, std::env::consts::EXE_SUFFIX);
        let own = std::env::current_exe().ok();
        let beside = own.and_then(|own| Some(own.parent()?.join(&name)));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = std::env::split_paths(&path)
            // The folder that a program is started in may be a stranger's.
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(&name));
        beside.into_iter().chain(on_path).find(|path| path.is_file())
    }
}

fn code_of(status: std::process::ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(signal).map_or(ENDED, |signal| ENDED.saturating_add(signal));
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(ENDED)
}
