//! `faasguard-lake retain`, `faasguard-lake vacuum`

use std::{process::ExitCode, time::Duration};

use clap::Args;
use lake_store::{Lake, retain, vacuum};
use serde_json::json;

use crate::{commands::Writing, output};

/// `retain`
#[derive(Debug, Args)]
pub(crate) struct RetainArguments {
    #[command(flatten)]
    writing: Writing,
    /// Keep today and so many days before it (UTC)
    #[arg(long, value_name = "N")]
    days: u32,
}

/// `vacuum`
#[derive(Debug, Args)]
pub(crate) struct VacuumArguments {
    #[command(flatten)]
    writing: Writing,
    /// Delete what was replaced or let go so many hours ago; queries that run longer find files gone
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    hours: u32,
}

/// Runs `retain`.
pub(crate) fn run(arguments: &RetainArguments) -> anyhow::Result<ExitCode> {
    let lake = Lake::open(&arguments.writing.lake)?;
    let outcome = retain(&lake, arguments.days, arguments.writing.wait())?;
    let summary = json!({
        "keep_from": outcome.keep_from.map(|day| day.to_string()),
        "removed": outcome.removed,
        "rows": outcome.rows,
        "undated": outcome.undated,
    });
    output::print(&summary.to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// Runs `vacuum`.
pub(crate) fn run_vacuum(arguments: &VacuumArguments) -> anyhow::Result<ExitCode> {
    let lake = Lake::open(&arguments.writing.lake)?;
    let age = Duration::from_hours(u64::from(arguments.hours));
    let outcome = vacuum(&lake, age, arguments.writing.wait())?;
    let summary = json!({"files": outcome.files, "commits": outcome.commits});
    output::print(&summary.to_string())?;
    Ok(ExitCode::SUCCESS)
}
