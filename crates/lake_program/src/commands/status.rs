//! `faasguard-lake status`

use std::process::ExitCode;

use clap::Args;
use lake_store::Lake;
use serde_json::json;

use crate::output;

/// `status`
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder or `s3://bucket/prefix` of the lake
    #[arg(long, value_name = "LAKE")]
    lake: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let lake = Lake::open(&arguments.lake)?;
    let state = lake.snapshot()?.state;
    let time = |seconds: Option<i64>| seconds.map(|it| audit_event::Time(it).to_string());
    let files = state.files.values();
    let losses = state.sources.values().filter(|source| source.has_losses);
    let summary = json!({
        "lake": lake.root_url(),
        "commit": state.number,
        "events": state.rows(),
        "files": state.files.len(),
        "bytes": files.clone().map(|file| file.bytes).sum::<u64>(),
        "first_time": time(files.clone().filter_map(|file| file.min_time).min()),
        "last_time": time(files.filter_map(|file| file.max_time).max()),
        "sources": state.sources.len(),
        "sources_read_in_part": losses.count(),
        "files_to_vacuum": state.retired.len(),
        "keep_from": state.keep_from.map(|day| day.to_string()),
    });
    output::print(&serde_json::to_string_pretty(&summary)?)?;
    Ok(ExitCode::SUCCESS)
}
