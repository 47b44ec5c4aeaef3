//! `faasguard man`

use std::process::ExitCode;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::{
    arguments::{Arguments, ManOptions},
    output,
};

/// Runs the command.
pub(crate) fn run(options: &ManOptions) -> anyhow::Result<ExitCode> {
    let command = Arguments::command();
    if let Some(folder) = &options.folder {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        clap_mangen::generate_to(command, folder)
            .with_context(|| format!("cannot write to `{}`", folder.display()))?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        output::print(&String::from_utf8_lossy(&page))?;
    }
    Ok(ExitCode::SUCCESS)
}
