//! `faasguard-lake compact`

use std::process::ExitCode;

use clap::Args;
use lake_store::{CompactRequest, Lake, compact};
use serde_json::json;

use crate::{
    commands::{Writing, parse_bytes},
    output,
};

/// `compact`
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    writing: Writing,
    /// Bytes of columns, not compressed, of one file; it takes about three times as much memory
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = parse_bytes)]
    target: usize,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let lake = Lake::open(&arguments.writing.lake)?;
    let request =
        CompactRequest { target_bytes: arguments.target as u64, wait: arguments.writing.wait() };
    let outcome = compact(&lake, &request)?;
    let summary = json!({
        "replaced": outcome.replaced,
        "written": outcome.written,
        "rows": outcome.rows,
        "commit": outcome.commit,
    });
    output::print(&summary.to_string())?;
    Ok(ExitCode::SUCCESS)
}
