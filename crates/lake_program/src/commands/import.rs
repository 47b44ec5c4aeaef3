//! `faasguard-lake import`

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode, time::Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use lake_store::{Import, ImportOutcome, Lake, import};
use serde_json::json;

use crate::{
    commands::{Writing, parse_bytes},
    visible,
};

/// Exit code with `--strict` when something was not read.
const NOT_READ: u8 = 3;

/// Remarks that are shown; the rest is counted.
const MOST_REMARKS: usize = 50;

/// `import`
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Files of CloudTrail and folders of them (.json.gz .json .jsonl .ndjson .gz); `-` is standard
    /// input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    #[command(flatten)]
    writing: Writing,
    /// Files that are read at the same time; as many as there are processors when not given
    #[arg(long, value_name = "N", default_value_t = 0)]
    workers: usize,
    /// Events that each worker gathers before it writes them; it takes about three times as much memory
    #[arg(long, value_name = "SIZE", default_value = "128MiB", value_parser = parse_bytes)]
    buffer: usize,
    /// Exit with 3 when something was not read
    #[arg(long)]
    strict: bool,
    /// Print no progress
    #[arg(short, long)]
    quiet: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let lake = Lake::create(&arguments.writing.lake)?;
    let request = Import {
        paths: arguments.sources.clone(),
        workers: arguments.workers,
        buffer_bytes: arguments.buffer,
        wait: arguments.writing.wait(),
        ..Import::default()
    };
    let outcome = with_progress(&lake, &request, arguments.quiet)?;
    tell(&outcome, started);
    let is_incomplete = arguments.strict && !outcome.is_complete();
    Ok(if is_incomplete { ExitCode::from(NOT_READ) } else { ExitCode::SUCCESS })
}

fn with_progress(lake: &Lake, request: &Import, quiet: bool) -> anyhow::Result<ImportOutcome> {
    if quiet || !std::io::stderr().is_terminal() {
        return Ok(import(lake, request, &|_, _| {})?);
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
        bar.set_style(style);
    }
    let outcome = import(lake, request, &|done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    Ok(outcome?)
}

/// Tells what was not read, and how much was; the last line is for programs.
fn tell(outcome: &ImportOutcome, started: Instant) {
    for remark in outcome.remarks.iter().take(MOST_REMARKS) {
        eprintln!("{}", visible(&format!("{}: {}", remark.path.display(), remark.message)));
    }
    let more = outcome.remarks.len().saturating_sub(MOST_REMARKS);
    if more > 0 {
        eprintln!("… {more} more remarks");
    }
    if outcome.odd_times > 0 {
        let count = outcome.odd_times;
        eprintln!(
            "{count} events without a time that can be; they lie in a partition of their own"
        );
    }
    if outcome.too_old > 0 {
        let count = outcome.too_old;
        eprintln!("{count} events of days that the lake does not keep any more were not written");
    }
    if outcome.leftovers > 0 {
        eprintln!("{} files that an import left unfinished were removed", outcome.leftovers);
    }
    if !outcome.is_complete() {
        eprintln!("the lake does not have everything: something above was not read");
    }
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let skipped = outcome.remarks.iter().filter(|remark| remark.loses).count();
    eprintln!(
        "{}",
        json!({
            "files": outcome.files,
            "already": outcome.already,
            "events": outcome.events,
            "written": outcome.written,
            "duplicates": outcome.duplicates,
            "odd_times": outcome.odd_times,
            "too_old": outcome.too_old,
            "skipped": skipped,
            "others": outcome.others,
            "bytes": outcome.bytes,
            "data_files": outcome.data_files,
            "data_bytes": outcome.data_bytes,
            "commit": outcome.commit,
            "elapsed_ms": elapsed_ms,
        })
    );
}
