//! `faasguard trail detect`

mod draw;
mod follow;
mod incidents;
mod watching;

use std::{
    io::{self, BufWriter, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
    sync::Mutex,
    time::Instant,
};

use anyhow::bail;
use clap::{Args, ValueEnum};
use correlation::RuleSet;
use detection::Watch;
use indicatif::{ProgressBar, ProgressStyle};
use sigma::Severity;
use trail_files::{DetectRequest, Detection};

use self::draw::Writer;
use super::{rule_files, usage::parse_time};
use crate::commands::alerts::options::SinkOptions;

/// Exit code when a match is at least as severe as `--fail-on`, and with `--strict` when something was
/// not read.
const MATCHED: u8 = 1;
const NOT_READ: u8 = 3;

/// Remarks that are shown; the rest is counted.
const MOST_REMARKS: usize = 50;

/// `trail detect`
#[derive(Args, Debug)]
pub(crate) struct DetectOptions {
    /// Files of CloudTrail, or of audit logs of Azure and Google, and folders of them (.json.gz .json
    /// .jsonl .ndjson .gz); `-` is standard input
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Files of Sigma rules, or folders with them (.yml, .yaml); may be given several times
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Without the rules and detectors that come with the program
    #[arg(long)]
    pub(crate) no_builtin: bool,
    #[command(flatten)]
    pub(crate) watching: watching::WatchingOptions,
    #[command(flatten)]
    pub(crate) following: follow::FollowOptions,
    #[command(flatten)]
    pub(crate) sinks: SinkOptions,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Form,
    /// Only events from this day or moment on: `2026-01-31`, `2026-01-31T10:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) since: Option<trail_usage::Time>,
    /// Only events before this day or moment
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<trail_usage::Time>,
    /// Exit with 1 when a match is at least this severe: informational, low, medium, high, critical
    #[arg(long, value_name = "LEVEL", value_parser = parse_level)]
    pub(crate) fail_on: Option<Severity>,
    /// Exit with 3 when something was not read or not delivered, or a rule is not used
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A line a match, to read
    Text,
    /// One document with all matches, for programs
    Json,
    /// A line a match as JSON, as soon as it is found; the summary as JSON on standard error
    Jsonl,
    /// For code scanning and security dashboards
    Sarif,
}

/// Runs the command.
pub(crate) fn run(options: &DetectOptions) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let mut files = if options.no_builtin { Vec::new() } else { rule_files::built_in() };
    files.extend(rule_files::read(&options.rules)?);
    let state = options.sinks.state.as_deref();
    let has_sinks = !options.sinks.sinks.is_empty() || options.sinks.sinks_file.is_some();
    if state.is_some() && !has_sinks && !options.following.follow {
        bail!("--state keeps what --sink and --follow need; add one of them");
    }
    // A run that goes on keeps what is normal with its state.
    let state = state.filter(|_| options.following.follow);
    let watch = (!options.no_builtin).then(|| options.watching.watch(state)).transpose()?;
    let (rules, told) = rule_files::compile(&files);
    told.iter().take(MOST_REMARKS).for_each(|line| eprintln!("{line}"));
    if told.len() > MOST_REMARKS {
        eprintln!("… {} more remarks on rules", told.len() - MOST_REMARKS);
    }
    if rules.other_logs > 0 {
        eprintln!("{} rules are about logs that are not read here", rules.other_logs);
    }
    if rules.is_empty() {
        bail!(
            "there is no rule about a log that is read here; name a folder of Sigma rules with --rules"
        );
    }
    let out = BufWriter::with_capacity(1 << 16, io::stdout());
    let courier = options.sinks.courier()?;
    let mut writer = Writer::new(options.format, &rules, out, courier.as_ref());
    let detection = detect(options, &rules, watch.as_ref(), &mut writer)?;
    if let Some(watch) = watch {
        options.watching.keep(&watch, state)?;
    }
    let summary = draw::Summary {
        events: detection.events,
        matches: detection.hits,
        bytes: detection.bytes,
        elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        skipped: detection.skipped(),
    };
    let worst = writer.worst();
    writer.finish(&summary)?.flush()?;
    tell(&detection);
    let is_delivered = courier.is_none_or(|courier| options.sinks.finish(courier));
    if options.format == Form::Text {
        eprintln!("{}", summary.words(rules.len()));
    } else {
        eprintln!("{}", serde_json::to_string(&summary.json())?);
    }
    let is_whole = detection.is_complete() && told.is_empty() && is_delivered;
    let is_incomplete = options.strict && !is_whole;
    let is_matched = options.fail_on.is_some_and(|level| worst >= Some(level));
    Ok(match (is_matched, is_incomplete) {
        (true, _) => ExitCode::from(MATCHED),
        (false, true) => ExitCode::from(NOT_READ),
        (false, false) => ExitCode::SUCCESS,
    })
}

fn detect<W: io::Write + Send>(
    options: &DetectOptions,
    rules: &RuleSet,
    watch: Option<&Mutex<Watch>>,
    writer: &mut Writer<'_, W>,
) -> anyhow::Result<Detection> {
    let request = DetectRequest {
        paths: options.paths.clone(),
        rules,
        since: options.since,
        until: options.until,
        limits: audit_event::Limits::default(),
        correlation: correlation::Limits::default(),
        workers: 0,
        watch,
    };
    if options.following.follow {
        return follow::follow(options, &request, watch, writer);
    }
    let mut tell = |hit: &trail_files::Hit| writer.write(hit);
    if options.quiet || !io::stderr().is_terminal() || io::stdout().is_terminal() {
        return Ok(trail_files::detect(&request, &mut tell, &|_, _| {})?);
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
        bar.set_style(style);
    }
    let detection = trail_files::detect(&request, &mut tell, &|done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    Ok(detection?)
}

/// Tells what was not read, and what else there is to know.
fn tell(detection: &Detection) {
    for remark in detection.remarks.iter().take(MOST_REMARKS) {
        let text = format!("{}: {}", remark.path.display(), remark.message);
        eprintln!("{}", report::visible(&text));
    }
    let more = detection.remarks.len().saturating_sub(MOST_REMARKS);
    if more > 0 {
        eprintln!("… {more} more remarks");
    }
    let losses = detection.losses;
    let counts = [
        (detection.digests, "digests"),
        (detection.others, "files of other kinds not opened"),
        (detection.left_out, "events outside of the time asked for"),
        (detection.duplicates, "events with matches delivered again, told once"),
        (losses.late, "events too late for correlations to put in order"),
        (losses.timeless, "events without a time in correlations"),
        (losses.groups, "groups of events that correlations forgot early, to stay within memory"),
        (losses.entries, "events that correlations forgot early, to stay within memory"),
    ];
    for (count, what) in counts {
        if count > 0 {
            eprintln!("{count} {what}");
        }
    }
    if !detection.is_complete() {
        eprintln!("the result is not whole: something above was not read");
    }
}

pub(crate) fn parse_level(text: &str) -> Result<Severity, String> {
    Severity::of(text)
        .ok_or_else(|| format!("`{text}` is not one of informational, low, medium, high, critical"))
}
