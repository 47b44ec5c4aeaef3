//! `faasguard cloud`: starts the companion program `faasguard-cloud`, which asks live accounts.

use std::{ffi::OsString, process::ExitCode};

use clap::Args;

use crate::commands::companion::Companion;

/// The companion program.
const CLOUD: Companion = Companion {
    program: "faasguard-cloud",
    purpose: "asks live accounts",
    package: "cloud_program",
};

/// `cloud`
#[derive(Args, Debug)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub(crate) struct CloudOptions {
    /// Arguments of `faasguard-cloud`: `snapshot -o FILE`, `pull -o DIR --since 7d`, `--help`, …
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    pub(crate) arguments: Vec<OsString>,
}

/// Runs the command.
pub(crate) fn run(options: &CloudOptions) -> anyhow::Result<ExitCode> {
    CLOUD.run(&options.arguments)
}
