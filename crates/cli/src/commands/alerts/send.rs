//! `faasguard alerts send`

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use alert_form::{Alert, MAX_LINE};
use alert_sinks::{Courier, Sink};
use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;

use super::options::{SinkOptions, now_s};
use crate::output;

/// Exit code when something was not delivered, and with `--strict` when a line is no alert.
const NOT_DELIVERED: u8 = 1;
const NOT_READ: u8 = 3;

/// Alerts that are queued together.
const BATCH: usize = 1_000;

/// Remarks that are shown; the rest is counted.
const MOST_REMARKS: u64 = 50;

/// `alerts send`
#[derive(Args, Debug)]
pub(crate) struct SendOptions {
    /// Alerts, a line each, as `trail detect --format jsonl` prints them; `-` is standard input
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// Send nothing, and print what would be sent, a line a delivery, without secrets
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Exit with 3 when a line is no alert
    #[arg(long)]
    pub(crate) strict: bool,
    // Last: what is behind it would stand below its heading.
    #[command(flatten)]
    pub(crate) sinks: SinkOptions,
}

/// A file, or standard input.
type Input = BufReader<Box<dyn io::Read>>;

/// Lines that were read.
#[derive(Default)]
struct Lines {
    number: u64,
    odd: u64,
}

/// Runs the command.
pub(crate) fn run(options: &SendOptions) -> anyhow::Result<ExitCode> {
    if options.sinks.sinks.is_empty() && options.sinks.sinks_file.is_none() {
        bail!("there is no sink; name one with --sink or --sinks");
    }
    let path = &options.file;
    if path.is_dir() {
        bail!(
            "`{}` is a folder; name a file of alerts, as `trail detect --format jsonl` prints them",
            path.display()
        );
    }
    let mut input: Input = if output::is_standard(path) {
        BufReader::with_capacity(1 << 16, Box::new(io::stdin()))
    } else {
        let file = File::open(path);
        let file = file.with_context(|| format!("cannot read `{}`", path.display()))?;
        BufReader::with_capacity(1 << 16, Box::new(file))
    };
    let mut lines = Lines::default();
    let is_complete = if options.dry_run {
        plan(&options.sinks.ready()?, &mut input, &mut lines)?;
        true
    } else {
        let Some(courier) = options.sinks.courier()? else { bail!("there is no sink") };
        let sent = send(&courier, &mut input, &mut lines);
        let is_complete = options.sinks.finish(courier);
        sent?;
        is_complete
    };
    if lines.odd > 0 {
        eprintln!("{} lines are no alerts", lines.odd);
    }
    Ok(match (is_complete, options.strict && lines.odd > 0) {
        (false, _) => ExitCode::from(NOT_DELIVERED),
        (true, true) => ExitCode::from(NOT_READ),
        (true, false) => ExitCode::SUCCESS,
    })
}

fn send(courier: &Courier, input: &mut Input, lines: &mut Lines) -> anyhow::Result<()> {
    let mut batch = Vec::new();
    loop {
        let alert = lines.next(input)?;
        let is_last = alert.is_none();
        batch.extend(alert.map(Arc::new));
        // What comes slowly, through a pipe, goes out at once.
        if is_last || batch.len() >= BATCH || !input.buffer().contains(&b'\n') {
            courier.offer(&batch, now_s()).context("cannot write the queue of alerts")?;
            batch.clear();
        }
        if is_last {
            return Ok(());
        }
    }
}

fn plan(sinks: &[Sink], input: &mut Input, lines: &mut Lines) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    while let Some(alert) = lines.next(input)? {
        for sink in sinks.iter().filter(|it| it.takes(alert.level)) {
            let line = match sink.plan(&alert, now_s()) {
                Ok(plan) => {
                    let headers: serde_json::Map<_, _> = plan
                        .headers
                        .into_iter()
                        .map(|(name, it)| (name.to_owned(), it.into()))
                        .collect();
                    json!({"sink": sink.name(), "to": plan.to, "headers": headers, "body": plan.body})
                }
                Err(reason) => json!({"sink": sink.name(), "refused": reason}),
            };
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

impl Lines {
    /// The next alert; what is none is told with its line.
    fn next(&mut self, input: &mut Input) -> anyhow::Result<Option<Alert>> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let most = MAX_LINE as u64 + 1;
            let read = input.by_ref().take(most).read_until(b'\n', &mut line);
            if read.context("cannot read the alerts")? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.last() != Some(&b'\n') && line.len() as u64 == most {
                skip_line(input)?;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            match Alert::parse(line.trim_ascii()) {
                Ok(alert) => return Ok(Some(alert)),
                Err(error) => self.tell(&error.to_string()),
            }
        }
    }

    fn tell(&mut self, what: &str) {
        self.odd += 1;
        if self.odd <= MOST_REMARKS {
            eprintln!("{}", report::visible(&format!("line {}: {what}", self.number)));
        }
    }
}

/// Reads on to the end of a line that is too long to be kept.
fn skip_line(input: &mut Input) -> io::Result<()> {
    loop {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            return Ok(());
        }
        if let Some(end) = bytes.iter().position(|it| *it == b'\n') {
            input.consume(end + 1);
            return Ok(());
        }
        let length = bytes.len();
        input.consume(length);
    }
}
