//! `faasguard metrics detect`

use std::{fmt::Write as _, io::IsTerminal as _, path::PathBuf, process::ExitCode};

use anomaly::Params;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use metric_series::{Examined, Finding, Series};
use serde_json::json;

use super::inputs::{Input, Inputs, read_all, read_deploys};
use crate::output;

/// Exit code when an input was not read.
const NOT_READ: u8 = 3;

/// `metrics detect`
#[derive(Args, Debug)]
pub(crate) struct DetectOptions {
    /// Series as CSV with the columns `timestamp` and `value`, answers of `aws cloudwatch get-metric-data` or
    /// `get-metric-statistics`, logs of functions, folders of them; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Write `DIR/NAME.csv` with `timestamp,value,anomaly_score` for each series
    #[arg(long, value_name = "DIR")]
    pub(crate) scores: Option<PathBuf>,
    /// Form of the alerts; by default `text` on a terminal and `jsonl` elsewhere
    #[arg(long, value_enum)]
    pub(crate) format: Option<Form>,
    /// Draw each series with its alerts as `DIR/NAME.svg`
    #[arg(long, value_name = "DIR")]
    pub(crate) svg: Option<PathBuf>,
    /// Deployments, one a line: `TIMESTAMP` or `TIMESTAMP,NAME`; or files of CloudTrail, whose changes of
    /// functions are taken. Series learn a new normal after them
    #[arg(long, value_name = "FILE")]
    pub(crate) deploys: Option<PathBuf>,
    /// Of logs, the time that one point stands for: `60s`, `5m`, `1h`
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = parse_interval)]
    pub(crate) interval: u32,
    /// Score, 0 to 1, from which on an alert is raised
    #[arg(long, value_name = "SCORE", default_value_t = 0.5, value_parser = parse_score)]
    pub(crate) threshold: f64,
}

/// Forms of the alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Lines to read
    #[value(alias = "terminal")]
    Text,
    /// One JSON object a line
    Jsonl,
}

fn parse_interval(text: &str) -> Result<u32, String> {
    metric_series::parse_interval(text)
        .ok_or_else(|| "an interval is `60s`, `5m` or `1h`, a day at most".to_owned())
}

fn parse_score(text: &str) -> Result<f64, String> {
    let score = text.parse().ok().filter(|score| (0.0..=1.0).contains(score));
    score.ok_or_else(|| "a score is a number from 0 to 1".to_owned())
}

/// Runs the command.
pub(crate) fn run(options: &DetectOptions) -> anyhow::Result<ExitCode> {
    let form = options.format.unwrap_or(if std::io::stdout().is_terminal() {
        Form::Text
    } else {
        Form::Jsonl
    });
    let deploys = match &options.deploys {
        Some(path) => read_deploys(path)?,
        None => Vec::new(),
    };
    for folder in [&options.scores, &options.svg].into_iter().flatten() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    let Inputs { all: inputs, unread, .. } = read_all(&options.files, options.interval);
    // A function that has gone silent ends earlier than the series beside it.
    let now = inputs.iter().flat_map(|input| &input.series.points).map(|point| point.time).max();
    let params = Params { threshold: options.threshold, ..Params::default() };
    let (mut points, mut alerts) = (0, 0);
    for Input { name, series } in &inputs {
        let examined = metric_series::examine(name, series, &deploys, &params, now);
        if let Some(folder) = &options.scores {
            let path = folder.join(format!("{name}.csv"));
            output::write(&path, &scores(series, &examined))?;
        }
        if let Some(folder) = &options.svg {
            let path = folder.join(format!("{name}.svg"));
            output::write(&path, &metric_series::draw(name, series, &examined, &deploys))?;
        }
        points += series.points.len();
        alerts += examined.findings.len();
        let mut text = String::new();
        for finding in &examined.findings {
            match form {
                Form::Jsonl => text.push_str(&json_line(name, finding)),
                Form::Text => text.push_str(&words(name, finding)),
            }
        }
        if !text.is_empty() {
            output::print(&text)?;
        }
    }
    let read = inputs.len();
    if read == 0 && unread == 0 {
        let paths: Vec<_> = options.files.iter().map(|it| format!("`{}`", it.display())).collect();
        let text =
            format!("no series and no logs were found in {}; name their files", paths.join(", "));
        eprintln!("{}", report::visible(&text));
    }
    let counts = [
        output::counted(points as u64, "point"),
        output::counted(alerts as u64, "alert"),
        output::counted(unread as u64, "file"),
    ];
    eprintln!("{read} series, {} not read", counts.join(", "));
    Ok(if unread > 0 { ExitCode::from(NOT_READ) } else { ExitCode::SUCCESS })
}

fn scores(series: &Series, examined: &Examined) -> String {
    let mut text = String::with_capacity(series.points.len() * 48);
    text.push_str("timestamp,value,anomaly_score\n");
    for (point, judged) in series.points.iter().zip(&examined.judged) {
        let _ = writeln!(text, "{},{},{}", cell(&point.stamp), cell(&point.text), judged.score);
    }
    text
}

/// A cell as CSV holds it.
fn cell(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

fn json_line(name: &str, finding: &Finding) -> String {
    let alert = &finding.alert;
    let object = json!({
        "series": name,
        "time": finding.start,
        "end": finding.end,
        "kind": alert.kind.name(),
        "severity": alert.severity.name(),
        "score": alert.score,
        "value": alert.value,
        "expected": alert.expected,
        "explanation": alert.explain(),
    });
    format!("{object}\n")
}

fn words(name: &str, finding: &Finding) -> String {
    let alert = &finding.alert;
    let until =
        if finding.start == finding.end { String::new() } else { format!(" to {}", finding.end) };
    let text = format!(
        "{name}: {}{until}: {} ({}): {}",
        finding.start,
        alert.kind.name(),
        alert.severity.name(),
        alert.explain()
    );
    format!("{}\n", report::visible(&text))
}
