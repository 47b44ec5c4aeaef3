//! What `trail convert`, `trail detect`, `trail usage` and `logs analyze` read, of which time, and how
//! they tell of it: the options that they share, and the requests that these become.

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    process::ExitCode,
    sync::Mutex,
};

use audit_event::Time;
use clap::Args;
use correlation::RuleSet;
use detection::Watch;
use event_files::FileRemark;
use indicatif::{ProgressBar, ProgressStyle};
use log_analysis::Window;
use log_files::AnalyseRequest;
use trail_files::{ConvertForm, ConvertRequest, DetectRequest};

/// Exit code with `--strict` when something was not read.
pub(crate) const NOT_READ: u8 = 3;

/// Remarks that are shown; the rest is counted.
pub(crate) const MOST_REMARKS: usize = 50;

/// Files and folders, a part of time, and how much is told. A command whose words differ says its own
/// with `mut_arg`.
#[derive(Args, Debug)]
pub(crate) struct ReadingOptions {
    /// Files of CloudTrail, or of audit logs of Azure and Google, and folders of them (.json.gz .json
    /// .jsonl .ndjson .gz); `-` is standard input
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Only events from this day or moment on: `2026-01-31`, `2026-01-31T10:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    since: Option<Moment>,
    /// Only events before this day or moment
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    until: Option<Moment>,
    /// Exit with 3 when something was not read
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print no progress
    #[arg(short, long)]
    quiet: bool,
}

/// Milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment(i64);

impl Moment {
    /// The second that it is in: audit logs are read to the second.
    fn second(self) -> Time {
        Time(self.0.div_euclid(1_000))
    }
}

fn parse_moment(text: &str) -> Result<Moment, String> {
    let millis = lambda_log::parse_millis(text);
    millis
        .map(Moment)
        .ok_or_else(|| format!("`{text}` is no time; write `2026-01-31` or `2026-01-31T10:00:00Z`"))
}

impl ReadingOptions {
    /// As a request to convert.
    pub(crate) fn conversion(&self, form: ConvertForm) -> ConvertRequest {
        ConvertRequest {
            paths: self.paths.clone(),
            form,
            since: self.since.map(Moment::second),
            until: self.until.map(Moment::second),
            limits: audit_event::Limits::default(),
            step: 0,
        }
    }

    /// As a request for the usage of principals whose ARN or name the glob matches.
    pub(crate) fn usage(&self, principal: Option<&str>) -> trail_files::Request {
        trail_files::Request {
            paths: self.paths.clone(),
            filter: trail_usage::Filter {
                principal: principal.map(cloud_names::Pattern::new),
                since: self.since.map(Moment::second),
                until: self.until.map(Moment::second),
            },
            ..trail_files::Request::default()
        }
    }

    /// As a request to match rules, and to show the events to detectors.
    pub(crate) fn detection<'r>(
        &self,
        rules: &'r RuleSet,
        watch: Option<&'r Mutex<Watch>>,
    ) -> DetectRequest<'r> {
        DetectRequest {
            paths: self.paths.clone(),
            rules,
            since: self.since.map(Moment::second),
            until: self.until.map(Moment::second),
            limits: audit_event::Limits::default(),
            correlation: correlation::Limits::default(),
            workers: 0,
            watch,
        }
    }

    /// As a request to analyse logs of all functions, or of one.
    pub(crate) fn analysis(&self, function: Option<&str>) -> AnalyseRequest {
        let millis = |moment: Option<Moment>| moment.map(|it| it.0);
        AnalyseRequest {
            paths: self.paths.clone(),
            function: function.map(str::to_owned),
            window: Window { since: millis(self.since), until: millis(self.until) },
            ..AnalyseRequest::default()
        }
    }

    /// Reads with a bar on a terminal, unless that is not wanted; `prints_lines` when lines of the result
    /// come meanwhile, which a bar on the same terminal would tear.
    pub(crate) fn with_progress<T>(
        &self,
        prints_lines: bool,
        read: impl FnOnce(&(dyn Fn(usize, usize) + Sync)) -> T,
    ) -> T {
        let is_torn = prints_lines && io::stdout().is_terminal();
        if self.quiet || is_torn || !io::stderr().is_terminal() {
            return read(&|_, _| {});
        }
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
            bar.set_style(style);
        }
        let result = read(&|done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        result
    }

    /// The exit code of a run that read all or not.
    pub(crate) fn exit_code(&self, is_complete: bool) -> ExitCode {
        if self.strict && !is_complete { ExitCode::from(NOT_READ) } else { ExitCode::SUCCESS }
    }
}

impl ReadingOptions {
    /// Says that there was nothing of what was looked for, so that silence is not taken for a good result.
    pub(crate) fn tell_nothing_read(&self, what: &str) {
        let paths: Vec<String> =
            self.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let text =
            format!("no {what} were found in {}; name their files or folders", paths.join(", "));
        eprintln!("{}", report::visible(&text));
    }
}

/// Tells what there is to say of files, on standard error.
pub(crate) fn tell_remarks(remarks: &[FileRemark]) {
    for remark in remarks.iter().take(MOST_REMARKS) {
        let text = format!("{}: {}", remark.path.display(), remark.message);
        eprintln!("{}", report::visible(&text));
    }
    let more = remarks.len().saturating_sub(MOST_REMARKS);
    if more > 0 {
        eprintln!("… {more} more remarks");
    }
}

/// Tells counts that are not 0, a line each.
pub(crate) fn tell_counts(counts: &[(u64, &str)]) {
    for (count, what) in counts.iter().filter(|(count, _)| *count > 0) {
        eprintln!("{count} {what}");
    }
}

/// Says so when something was not read.
pub(crate) fn tell_whether_whole(is_complete: bool) {
    if !is_complete {
        eprintln!("the result is not whole: something above was not read");
    }
}
