//! `faasguard logs analyze`

mod document;
mod words;

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use log_analysis::{LogFinding, Window};
use log_files::{AnalyseRequest, Analysed};

use crate::{
    arguments::{Threshold, parse_threshold},
    output,
};

/// Exit code when a finding is at least as severe as `--fail-on`, and with `--strict` when something was not
/// read.
const FOUND: u8 = 1;
const NOT_READ: u8 = 3;

/// Remarks that are shown; the rest is counted.
const MOST_REMARKS: usize = 50;

const HOUR_MS: i64 = 3_600_000;

/// `logs analyze`
#[derive(Args, Debug)]
pub(crate) struct AnalyzeOptions {
    /// Logs and folders of them (.log .txt .json .jsonl .ndjson .csv .gz); `-` is standard input
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Form,
    /// Write to a file and not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Only this function
    #[arg(long, value_name = "NAME")]
    pub(crate) function: Option<String>,
    /// Only records from this day or moment on: `2026-01-31`, `2026-01-31T10:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) since: Option<i64>,
    /// Only records before this day or moment
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<i64>,
    /// An error is new when it first came so many hours after the first record of its function
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    pub(crate) learn: u32,
    /// Exit with 1 when a finding is at least this bad: critical, high, medium, low, never
    #[arg(long, value_name = "SEVERITY", value_parser = parse_threshold)]
    pub(crate) fail_on: Option<Threshold>,
    /// Exit with 3 when something was not read
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Figures and findings, to read
    Text,
    /// One document, for programs
    Json,
    /// Findings for code scanning and security dashboards
    Sarif,
}

fn parse_time(text: &str) -> Result<i64, String> {
    lambda_log::parse_millis(text)
        .ok_or_else(|| format!("`{text}` is no time; write `2026-01-31` or `2026-01-31T10:00:00Z`"))
}

/// Runs the command.
pub(crate) fn run(options: &AnalyzeOptions) -> anyhow::Result<ExitCode> {
    let analysed = analyse(options)?;
    let learn_ms = i64::from(options.learn).saturating_mul(HOUR_MS);
    let findings = log_analysis::findings(&analysed.analysis, learn_ms);
    let text = match options.format {
        Form::Text => words::render(&analysed, &findings),
        Form::Json => document::json(&analysed, &findings, learn_ms)?,
        Form::Sarif => document::sarif(&findings)?,
    };
    match &options.output {
        Some(path) => output::write(path, &text)?,
        None => output::print(&text)?,
    }
    tell(&analysed);
    Ok(exit_code(options, &analysed, &findings))
}

fn exit_code(options: &AnalyzeOptions, analysed: &Analysed, findings: &[LogFinding]) -> ExitCode {
    let is_found = match options.fail_on {
        None | Some(Threshold::Never) => false,
        Some(Threshold::From(severity)) => findings.iter().any(|it| it.severity >= severity),
    };
    if options.strict && !is_whole(analysed) {
        return ExitCode::from(NOT_READ);
    }
    if is_found { ExitCode::from(FOUND) } else { ExitCode::SUCCESS }
}

fn is_whole(analysed: &Analysed) -> bool {
    analysed.totals.is_complete() && analysed.totals.files > 0 && analysed.analysis.crowded_out == 0
}

fn analyse(options: &AnalyzeOptions) -> anyhow::Result<Analysed> {
    let request = AnalyseRequest {
        paths: options.paths.clone(),
        function: options.function.clone(),
        window: Window { since: options.since, until: options.until },
        ..AnalyseRequest::default()
    };
    if options.quiet || !std::io::stderr().is_terminal() {
        return Ok(log_files::analyse(&request, &|_, _| {})?);
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
        bar.set_style(style);
    }
    let analysed = log_files::analyse(&request, &|done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    Ok(analysed?)
}

/// Tells what was not read, and what else there is to know.
fn tell(analysed: &Analysed) {
    let totals = &analysed.totals;
    for remark in totals.remarks.iter().take(MOST_REMARKS) {
        let text = format!("{}: {}", remark.path.display(), remark.message);
        eprintln!("{}", report::visible(&text));
    }
    let more = totals.remarks.len().saturating_sub(MOST_REMARKS);
    if more > 0 {
        eprintln!("… {more} more remarks");
    }
    let counts = [
        (analysed.others, "files of other kinds not opened"),
        (analysed.analysis.left_out, "records outside of the time asked for"),
        (analysed.analysis.crowded_out, "records of functions for which there was no room"),
    ];
    for (count, what) in counts {
        if count > 0 {
            eprintln!("{count} {what}");
        }
    }
    let (files, functions) = (totals.files, analysed.analysis.functions.len());
    let records = totals.records;
    eprintln!(
        "{files} files, {records} records, {functions} functions, {} files not read",
        totals.not_read()
    );
    if !is_whole(analysed) {
        eprintln!("the result is not whole: something above was not read");
    }
}
