//! `faasguard vulndb import`

use std::{path::PathBuf, process::ExitCode};

use advisory_files::Import;
use clap::Args;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::Form;

/// `vulndb import`
#[derive(Args, Debug)]
pub(crate) struct ImportOptions {
    /// Records of OSV: files (.json .jsonl .yaml, also .gz .zst), an `all.zip` of osv.dev, folders of these;
    /// scores of EPSS (.csv .csv.gz); CISA's catalogue of exploited vulnerabilities (.json)
    #[arg(required = true)]
    pub(crate) sources: Vec<PathBuf>,
    /// The index to write; one that is there is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) db: PathBuf,
    /// The day on which the sources were taken, `2026-01-31`; today when not given
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    pub(crate) date: Option<i64>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "terminal")]
    pub(crate) format: Form,
    /// Exit with 3 when a record was not read
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Runs the command.
pub(crate) fn run(options: &ImportOptions) -> anyhow::Result<ExitCode> {
    let mut import = Import::default();
    for source in &options.sources {
        import.add(source)?;
    }
    let date = options.date.unwrap_or_else(|| Timestamp::now().as_second());
    super::finish(&import, &options.db, date, options.format, options.strict)
}

fn parse_day(text: &str) -> Result<i64, String> {
    let day: Date = text.parse().map_err(|_| format!("`{text}` is no day such as `2026-01-31`"))?;
    let start = day.to_zoned(TimeZone::UTC).map_err(|error| error.to_string())?;
    Ok(start.timestamp().as_second())
}
