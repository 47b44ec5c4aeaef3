//! `faasguard vulndb`: one file a command.

pub(crate) mod import;
pub(crate) mod status;
pub(crate) mod update;

use std::{fmt::Write as _, path::Path, process::ExitCode};

use advisory_files::{Import, Mapped, write_index};
use advisory_index::{About, ListInfo, SourceInfo, SourceKind};
use clap::ValueEnum;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{arguments::VulndbCommand, output};

/// Exit code with `--strict` when something was not read.
const NOT_READ: u8 = 3;

/// Remarks that are shown; the rest is counted.
const MOST_REMARKS: usize = 20;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Forms of the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Some lines to read
    #[default]
    #[value(alias = "text")]
    Terminal,
    /// All that is known, for programs
    Json,
}

/// Runs the command.
pub(crate) fn run(command: &VulndbCommand) -> anyhow::Result<ExitCode> {
    match command {
        VulndbCommand::Import(options) => import::run(options),
        VulndbCommand::Update(options) => update::run(options),
        VulndbCommand::Status(options) => status::run(options),
    }
}

/// Writes the index, reads it back, and says what is in it and what is not.
fn finish(
    import: &Import,
    db: &Path,
    date: i64,
    form: Form,
    strict: bool,
) -> anyhow::Result<ExitCode> {
    if import.builder.is_empty() {
        anyhow::bail!(
            "no advisory about a package of a known ecosystem was read; `{}` was not written",
            db.display()
        );
    }
    write_index(db, &import.builder.finish(date, &import.sources))?;
    let mapped = Mapped::open(db)?;
    let index = mapped.index()?;
    index.verify()?;
    let about = index.about()?;
    match form {
        Form::Terminal => {
            output::print(&format!("{}\n{}", left_out(import), describe(db, &about, date)))?;
        }
        Form::Json => {
            let mut value = as_json(db, &about, date);
            let remarks =
                import.remarks.iter().map(|it| json!({"place": it.place, "message": it.what}));
            if let Some(object) = value.as_object_mut() {
                object.insert("refused".to_owned(), import.refused.into());
                object.insert("withdrawn".to_owned(), import.withdrawn.into());
                object.insert("outside".to_owned(), import.outside.into());
                object.insert("known".to_owned(), import.known.into());
                object.insert("remarks".to_owned(), remarks.collect());
            }
            output::print(&format!("{value:#}"))?;
        }
    }
    for remark in import.remarks.iter().take(MOST_REMARKS) {
        eprintln!("{}", report::visible(&format!("{}: {}", remark.place, remark.what)));
    }
    let more = import.refused.saturating_sub(MOST_REMARKS as u64);
    if more > 0 {
        eprintln!("and {more} more records that were not read");
    }
    Ok(if strict && import.refused > 0 { ExitCode::from(NOT_READ) } else { ExitCode::SUCCESS })
}

/// How many records were read and which of them are not in the index.
fn left_out(import: &Import) -> String {
    let records = import.sources.iter().filter(|source| source.kind == SourceKind::Osv);
    let read: u64 = records.map(|source| source.records).sum();
    let mut text = format!("read {read} records");
    let why = [
        (import.refused, "could not be read"),
        (import.withdrawn, "withdrawn"),
        (import.outside, "of ecosystems that are not known"),
        (import.known, "the same as or older than another of their id"),
    ];
    for (count, why) in why.into_iter().filter(|(count, _)| *count > 0) {
        // Writing into a string does not fail.
        let _ = write!(text, ", {count} {why}");
    }
    text
}

/// The index in some lines.
fn describe(db: &Path, about: &About, now: i64) -> String {
    let mut text = format!(
        "{}: {} advisories about {} packages, of {} ({})\nsha256 {}\nnewest advisory changed {}\n",
        db.display(),
        about.advisories,
        about.packages,
        moment(about.date),
        age(now - about.date),
        about.sha256,
        if about.newest.is_empty() { "at an unknown time" } else { &about.newest },
    );
    for (ecosystem, packages) in &about.ecosystems {
        let _ = writeln!(text, "  {ecosystem:<12}{packages:>8} packages");
    }
    for (list, what) in [(&about.epss, "EPSS scores"), (&about.kev, "exploited vulnerabilities")] {
        if let Some(ListInfo { date, version, entries, advisories }) = list {
            let date = if date.is_empty() { version } else { date };
            let _ = writeln!(text, "{what} of {date}: {entries}, {advisories} advisories have one");
        }
    }
    for source in &about.sources {
        let SourceInfo { name, records, sha256, .. } = source;
        let _ = writeln!(text, "source {name} ({records} records)\n  sha256 {sha256}");
    }
    text.lines().map(report::visible).collect::<Vec<_>>().join("\n")
}

/// The index as JSON.
fn as_json(db: &Path, about: &About, now: i64) -> Value {
    json!({
        "schema": "faasguard-vulndb/1",
        "db": db.display().to_string(),
        "date": moment(about.date),
        "age_days": (now - about.date).max(0) / DAY,
        "sha256": about.sha256,
        "newest": about.newest,
        "advisories": about.advisories,
        "packages": about.packages,
        "ecosystems": about.ecosystems,
        "epss": about.epss,
        "kev": about.kev,
        "sources": about.sources.iter().map(|source| json!({
            "kind": source.kind,
            "name": source.name,
            "sha256": source.sha256,
            "bytes": source.bytes,
            "records": source.records,
            "refused": source.refused,
        })).collect::<Vec<_>>(),
    })
}

fn moment(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |it| it.to_string())
}

fn age(seconds: i64) -> String {
    match seconds / DAY {
        ..=0 => "less than a day old".to_owned(),
        1 => "1 day old".to_owned(),
        days => format!("{days} days old"),
    }
}
