//! `faasguard trail detect`

mod draw;
mod follow;
mod incidents;
mod watching;

use std::{
    io::{self, BufWriter, Write as _},
    path::PathBuf,
    process::ExitCode,
    sync::Mutex,
    time::Instant,
};

use anyhow::bail;
use clap::{Args, ValueEnum};
use correlation::RuleSet;
use detection::Watch;
use sigma::Severity;
use trail_files::Detection;

use self::draw::Writer;
use super::rule_files;
use crate::commands::{
    alerts::options::SinkOptions,
    reading::{MOST_REMARKS, ReadingOptions, tell_counts, tell_remarks, tell_whether_whole},
};

/// Exit code when a match is at least as severe as `--fail-on`.
const MATCHED: u8 = 1;

/// What `--strict` asks for here.
const STRICT: &str =
    "Exit with 3 when something was not read or not delivered, or a rule is not used";

/// `trail detect`
#[derive(Args, Debug)]
#[command(mut_arg("strict", |it| it.help(STRICT)))]
pub(crate) struct DetectOptions {
    /// Files of Sigma rules, or folders with them (.yml, .yaml); may be given several times
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Without the rules and detectors that come with the program
    #[arg(long)]
    pub(crate) no_builtin: bool,
    #[command(flatten)]
    pub(crate) watching: watching::WatchingOptions,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Form,
    /// Exit with 1 when a match is at least this severe: critical, high, medium, low, informational, never
    #[arg(long, value_name = "LEVEL", value_parser = parse_threshold)]
    pub(crate) fail_on: Option<Threshold>,
    #[command(flatten)]
    pub(crate) reading: ReadingOptions,
    // Groups with a heading of their own come last: what is behind one stands below its heading.
    #[command(flatten)]
    pub(crate) following: follow::FollowOptions,
    #[command(flatten)]
    pub(crate) sinks: SinkOptions,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A line a match, to read
    #[value(alias = "terminal")]
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
    if detection.events == 0 && detection.left_out == 0 {
        options.reading.tell_nothing_read("events of an audit log");
    }
    let is_delivered = courier.is_none_or(|courier| options.sinks.finish(courier));
    if options.format == Form::Text {
        eprintln!("{}", summary.words(rules.len()));
    } else {
        eprintln!("{}", serde_json::to_string(&summary.json())?);
    }
    let is_whole = detection.is_complete() && told.is_empty() && is_delivered;
    let is_matched =
        matches!(options.fail_on, Some(Threshold::From(level)) if worst >= Some(level));
    Ok(if is_matched { ExitCode::from(MATCHED) } else { options.reading.exit_code(is_whole) })
}

fn detect<W: io::Write + Send>(
    options: &DetectOptions,
    rules: &RuleSet,
    watch: Option<&Mutex<Watch>>,
    writer: &mut Writer<'_, W>,
) -> anyhow::Result<Detection> {
    let request = options.reading.detection(rules, watch);
    if options.following.follow {
        return follow::follow(options, &request, watch, writer);
    }
    let mut tell = |hit: &trail_files::Hit| writer.write(hit);
    let detection = options
        .reading
        .with_progress(true, |progress| trail_files::detect(&request, &mut tell, progress));
    Ok(detection?)
}

/// Tells what was not read, and what else there is to know.
fn tell(detection: &Detection) {
    tell_remarks(&detection.remarks);
    let losses = detection.losses;
    tell_counts(&[
        (detection.digests, "digests"),
        (detection.others, "files of other kinds not opened"),
        (detection.left_out, "events outside of the time asked for"),
        (detection.duplicates, "events with matches delivered again, told once"),
        (losses.late, "events too late for correlations to put in order"),
        (losses.timeless, "events without a time in correlations"),
        (losses.groups, "groups of events that correlations forgot early, to stay within memory"),
        (losses.entries, "events that correlations forgot early, to stay within memory"),
    ]);
    tell_whether_whole(detection.is_complete());
}

/// From which level on a match fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threshold {
    /// Never, as when nothing is said.
    Never,
    /// From this one on.
    From(Severity),
}

fn parse_threshold(text: &str) -> Result<Threshold, String> {
    if text == "never" {
        return Ok(Threshold::Never);
    }
    parse_level(text).map(Threshold::From).map_err(|error| format!("{error}, never"))
}

pub(crate) fn parse_level(text: &str) -> Result<Severity, String> {
    Severity::of(text)
        .ok_or_else(|| format!("`{text}` is not one of informational, low, medium, high, critical"))
}
