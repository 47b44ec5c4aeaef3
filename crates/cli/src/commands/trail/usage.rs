//! `faasguard trail usage`

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use trail_files::{Outcome, Request};
use trail_usage::Filter;

use crate::output;

/// Exit code with `--strict` when something was not read.
const NOT_READ: u8 = 3;

/// Remarks that are shown; the rest is counted.
const MOST_REMARKS: usize = 50;

/// `trail usage`
#[derive(Args, Debug)]
pub(crate) struct UsageOptions {
    /// Files of CloudTrail and folders of them (.json.gz .json .jsonl .ndjson .gz); `-` is standard
    /// input
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Only principals whose ARN, or whose name, this glob matches
    #[arg(long, value_name = "GLOB")]
    pub(crate) principal: Option<String>,
    /// Only events from this day or moment on: `2026-01-31`, `2026-01-31T10:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) since: Option<trail_usage::Time>,
    /// Only events before this day or moment
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<trail_usage::Time>,
    /// Form of the result
    #[arg(long, value_enum)]
    pub(crate) format: Option<Form>,
    /// Write to a file and not to standard output; its extension (.json .csv) names the form
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
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
    /// A table to read
    Terminal,
    /// All that is known, for programs
    Json,
    /// One line a principal, action and resource
    Csv,
}

/// Runs the command.
pub(crate) fn run(options: &UsageOptions) -> anyhow::Result<ExitCode> {
    let form = form(options)?;
    let request = Request {
        paths: options.paths.clone(),
        filter: Filter {
            principal: options.principal.as_deref().map(cloud_names::Pattern::new),
            since: options.since,
            until: options.until,
        },
        ..Request::default()
    };
    let outcome = read_with_progress(&request, options.quiet)?;
    let text = match form {
        Form::Terminal => {
            let table = outcome.usage.to_table();
            table.lines().map(report::visible).collect::<Vec<_>>().join("\n")
        }
        Form::Json => outcome.usage.to_json()?,
        Form::Csv => outcome.usage.to_csv(),
    };
    match &options.output {
        Some(path) => output::write(path, &text)?,
        None => output::print(&text)?,
    }
    tell(&outcome);
    let is_incomplete = options.strict && !outcome.is_complete();
    Ok(if is_incomplete { ExitCode::from(NOT_READ) } else { ExitCode::SUCCESS })
}

/// The form that is asked for, or that the file's extension names.
fn form(options: &UsageOptions) -> anyhow::Result<Form> {
    let extension = options.output.as_ref().and_then(|path| path.extension());
    match (options.format, extension.and_then(|it| it.to_str())) {
        (Some(form), _) => Ok(form),
        (None, Some("json")) => Ok(Form::Json),
        (None, Some("csv")) => Ok(Form::Csv),
        (None, Some("txt")) => Ok(Form::Terminal),
        (None, _) if options.output.is_none() => Ok(Form::Terminal),
        (None, _) => bail!("the extension names no form; add --format with terminal, json or csv"),
    }
}

fn read_with_progress(request: &Request, quiet: bool) -> anyhow::Result<Outcome> {
    if quiet || !std::io::stderr().is_terminal() {
        return Ok(trail_files::read_usage(request, &|_, _| {})?);
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
        bar.set_style(style);
    }
    let outcome = trail_files::read_usage(request, &|done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    Ok(outcome?)
}

/// Tells what was not read, and how much was.
pub(crate) fn tell(outcome: &Outcome) {
    for remark in outcome.remarks.iter().take(MOST_REMARKS) {
        let text = format!("{}: {}", remark.path.display(), remark.message);
        eprintln!("{}", report::visible(&text));
    }
    let more = outcome.remarks.len().saturating_sub(MOST_REMARKS);
    if more > 0 {
        eprintln!("… {more} more remarks");
    }
    let Outcome { files, digests, others, .. } = outcome;
    let mut words = vec![format!("{files} files, {} events", outcome.usage.totals.events)];
    let counts = [
        (*digests, "digests"),
        (outcome.aliens, "objects that are no records of an audit log"),
        (*others, "files of other kinds not opened"),
        (outcome.usage.totals.left_out, "events left out by the filters"),
    ];
    for (count, what) in counts {
        if count > 0 {
            words.push(format!("{count} {what}"));
        }
    }
    eprintln!("{}", words.join(", "));
    if !outcome.is_complete() {
        eprintln!("the result is not whole: something above was not read");
    }
}

pub(super) fn parse_time(text: &str) -> Result<trail_usage::Time, String> {
    trail_usage::Time::parse(text.as_bytes())
        .ok_or_else(|| format!("`{text}` is no time; write `2026-01-31` or `2026-01-31T10:00:00Z`"))
}
