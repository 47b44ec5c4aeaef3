//! `faasguard lake`: starts the companion program `faasguard-lake`, which carries the SQL engine.

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::Args;

use crate::commands::companion::Companion;

/// The companion program.
const LAKE: Companion =
    Companion { program: "faasguard-lake", purpose: "keeps the lake", package: "lake_program" };

/// `lake`
#[derive(Args, Debug)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub(crate) struct LakeOptions {
    /// Arguments of `faasguard-lake`: `import SOURCE --lake DIR`, `query --lake DIR "SQL"`, `queries`, `--help`, …
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    pub(crate) arguments: Vec<OsString>,
}

/// Runs the command.
pub(crate) fn run(options: &LakeOptions) -> anyhow::Result<ExitCode> {
    LAKE.run(&options.arguments)
}

/// Where the program is; `None` when it is not installed.
pub(crate) fn find() -> Option<PathBuf> {
    LAKE.find()
}
