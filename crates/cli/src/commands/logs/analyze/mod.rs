//! `faasguard logs analyze`

mod document;
mod words;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use log_analysis::LogFinding;
use log_files::Analysed;

use crate::{
    arguments::{Threshold, parse_threshold},
    commands::reading::{ReadingOptions, tell_counts, tell_remarks, tell_whether_whole},
    output,
};

/// Exit code when a finding is at least as severe as `--fail-on`.
const FOUND: u8 = 1;

const HOUR_MS: i64 = 3_600_000;

/// What is read here, and what of it.
const PATHS: &str =
    "Logs and folders of them (.log .txt .json .jsonl .ndjson .csv .gz); `-` is standard input";
const SINCE: &str = "Only records from this day or moment on: `2026-01-31`, `2026-01-31T10:00:00Z`";
const UNTIL: &str = "Only records before this day or moment";

/// `logs analyze`
#[derive(Args, Debug)]
#[command(
    mut_arg("paths", |it| it.help(PATHS)),
    mut_arg("since", |it| it.help(SINCE)),
    mut_arg("until", |it| it.help(UNTIL))
)]
pub(crate) struct AnalyzeOptions {
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Form,
    /// Write to a file and not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Only this function
    #[arg(long, value_name = "NAME")]
    pub(crate) function: Option<String>,
    /// An error is new when it first came so many hours after the first record of its function
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    pub(crate) learn: u32,
    /// Exit with 1 when a finding is at least this bad: critical, high, medium, low, never
    #[arg(long, value_name = "SEVERITY", value_parser = parse_threshold)]
    pub(crate) fail_on: Option<Threshold>,
    #[command(flatten)]
    pub(crate) reading: ReadingOptions,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Figures and findings, to read
    #[value(alias = "terminal")]
    Text,
    /// One document, for programs
    Json,
    /// Findings for code scanning and security dashboards
    Sarif,
}

/// Runs the command.
pub(crate) fn run(options: &AnalyzeOptions) -> anyhow::Result<ExitCode> {
    let request = options.reading.analysis(options.function.as_deref());
    let analysed =
        options.reading.with_progress(false, |progress| log_files::analyse(&request, progress))?;
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
    tell(options, &analysed);
    Ok(exit_code(options, &analysed, &findings))
}

fn exit_code(options: &AnalyzeOptions, analysed: &Analysed, findings: &[LogFinding]) -> ExitCode {
    let is_found = match options.fail_on {
        None | Some(Threshold::Never) => false,
        Some(Threshold::From(severity)) => findings.iter().any(|it| it.severity >= severity),
    };
    // What was not read may hide what is worse.
    let is_whole = is_whole(analysed);
    let is_strict_breach = options.reading.strict && !is_whole;
    if is_found && !is_strict_breach {
        return ExitCode::from(FOUND);
    }
    options.reading.exit_code(is_whole)
}

fn is_whole(analysed: &Analysed) -> bool {
    analysed.totals.is_complete() && analysed.totals.files > 0 && analysed.analysis.crowded_out == 0
}

/// Tells what was not read, and what else there is to know.
fn tell(options: &AnalyzeOptions, analysed: &Analysed) {
    let totals = &analysed.totals;
    tell_remarks(&totals.remarks);
    tell_counts(&[
        (analysed.others, "files of other kinds not opened"),
        (analysed.analysis.left_out, "records outside of the time asked for"),
        (analysed.analysis.crowded_out, "records of functions for which there was no room"),
    ]);
    let (files, functions) = (totals.files, analysed.analysis.functions.len());
    let counts = [
        output::counted(files as u64, "file"),
        output::counted(totals.records, "record"),
        output::counted(functions as u64, "function"),
        output::counted(totals.not_read() as u64, "file"),
    ];
    eprintln!("{} not read", counts.join(", "));
    if totals.files == 0 && totals.remarks.is_empty() {
        options.reading.tell_nothing_read("logs");
        return;
    }
    tell_whether_whole(is_whole(analysed));
}
