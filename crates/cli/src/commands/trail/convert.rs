//! `faasguard trail convert`

use std::{
    fs::{self, File},
    io::{self, IsTerminal as _, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use flate2::{Compression, write::GzEncoder};
use indicatif::{ProgressBar, ProgressStyle};
use trail_files::{Conversion, ConvertError, ConvertForm, ConvertRequest};

use super::usage::parse_time;
use crate::output;

/// Exit code with `--strict` when something was not read.
const NOT_READ: u8 = 3;

/// Remarks that are shown; the rest is counted.
const MOST_REMARKS: usize = 50;

/// `trail convert`
#[derive(Args, Debug)]
pub(crate) struct ConvertOptions {
    /// Files of CloudTrail, or of audit logs of Azure and Google, and folders of them (.json.gz .json
    /// .jsonl .ndjson .gz); `-` is standard input
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// What the records become
    #[arg(long, value_enum, default_value = "ocsf")]
    pub(crate) to: Form,
    /// Write to a file and not to standard output; compressed when it ends in .gz
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Only events from this day or moment on: `2026-01-31`, `2026-01-31T10:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) since: Option<trail_usage::Time>,
    /// Only events before this day or moment
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<trail_usage::Time>,
    /// Exit with 3 when something was not read
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// What records become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Events of OCSF 1.5.0, one a line
    Ocsf,
    /// The records as they are, one a line
    Jsonl,
}

/// Runs the command.
pub(crate) fn run(options: &ConvertOptions) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let request = ConvertRequest {
        paths: options.paths.clone(),
        form: match options.to {
            Form::Ocsf => ConvertForm::Ocsf,
            Form::Jsonl => ConvertForm::Records,
        },
        since: options.since,
        until: options.until,
        limits: audit_event::Limits::default(),
    };
    let to_file = options.output.as_deref().filter(|path| !output::is_standard(path));
    let conversion = match to_file {
        Some(path) => into_file(&request, path, options.quiet)?,
        None => convert(&request, &mut io::stdout().lock(), options.quiet)?,
    };
    tell(&conversion);
    let summary = serde_json::json!({
        "events": conversion.events,
        "written": conversion.written,
        "bytes": conversion.bytes,
        "elapsed_ms": u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "skipped": conversion.skipped(),
    });
    eprintln!("{summary}");
    let is_incomplete = options.strict && !conversion.is_complete();
    Ok(if is_incomplete { ExitCode::from(NOT_READ) } else { ExitCode::SUCCESS })
}

/// Writes a file whole, or leaves what stands there as it is.
fn into_file(request: &ConvertRequest, path: &Path, quiet: bool) -> anyhow::Result<Conversion> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let shown = part.display().to_string();
    let file = File::create(&part).with_context(|| format!("cannot write `{shown}`"))?;
    let is_packed = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("gz"));
    let written = if is_packed {
        let mut packed = GzEncoder::new(file, Compression::default());
        convert(request, &mut packed, quiet)
            .and_then(|it| packed.finish().map(|_| it).map_err(Into::into))
    } else {
        let mut file = file;
        convert(request, &mut file, quiet)
    };
    let moved = written.and_then(|it| {
        fs::rename(&part, path).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(it)
    });
    if moved.is_err() {
        // The error is what matters.
        let _ = fs::remove_file(&part);
    }
    moved
}

fn convert(
    request: &ConvertRequest,
    out: &mut dyn Write,
    quiet: bool,
) -> anyhow::Result<Conversion> {
    let whole = |result: Result<Conversion, ConvertError>| match result {
        // As an error of the system, so that a closed pipe ends the program quietly.
        Err(ConvertError::Output(error)) => Err(error.into()),
        other => Ok(other?),
    };
    if quiet || !io::stderr().is_terminal() {
        return whole(trail_files::convert(request, out, &|_, _| {}));
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files") {
        bar.set_style(style);
    }
    let conversion = trail_files::convert(request, out, &|done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    whole(conversion)
}

/// Tells what was not read, and what else there is to know.
fn tell(conversion: &Conversion) {
    for remark in conversion.remarks.iter().take(MOST_REMARKS) {
        let text = format!("{}: {}", remark.path.display(), remark.message);
        eprintln!("{}", report::visible(&text));
    }
    let more = conversion.remarks.len().saturating_sub(MOST_REMARKS);
    if more > 0 {
        eprintln!("… {more} more remarks");
    }
    for (class, count) in &conversion.classes {
        eprintln!("{count} {} ({})", class.name(), class.uid());
    }
    let counts = [
        (conversion.digests, "digests"),
        (conversion.others, "files of other kinds not opened"),
        (conversion.left_out, "events outside of the time asked for"),
        (conversion.timeless, "events without a time, written with `time` 0"),
    ];
    for (count, what) in counts {
        if count > 0 {
            eprintln!("{count} {what}");
        }
    }
    if !conversion.is_complete() {
        eprintln!("the result is not whole: something above was not read");
    }
}
