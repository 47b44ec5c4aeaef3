//! `faasguard trail usage`

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::{Args, ValueEnum};
use trail_files::Outcome;

use crate::{
    commands::reading::{ReadingOptions, tell_remarks, tell_whether_whole},
    output,
};

/// What is read here: of other clouds there is no action of IAM.
const PATHS: &str = "Files of CloudTrail and folders of them (.json.gz .json .jsonl .ndjson .gz); `-` is \
                     standard input";

/// `trail usage`
#[derive(Args, Debug)]
#[command(mut_arg("paths", |it| it.help(PATHS)))]
pub(crate) struct UsageOptions {
    /// Only principals whose ARN, or whose name, this glob matches
    #[arg(long, value_name = "GLOB")]
    pub(crate) principal: Option<String>,
    /// Form of the result
    #[arg(long, value_enum)]
    pub(crate) format: Option<Form>,
    /// Write to a file and not to standard output; its extension (.json .csv) names the form
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingOptions,
}

/// Forms of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A table to read
    #[value(alias = "text")]
    Terminal,
    /// All that is known, for programs
    Json,
    /// One line a principal, action and resource
    Csv,
}

/// Runs the command.
pub(crate) fn run(options: &UsageOptions) -> anyhow::Result<ExitCode> {
    let form = form(options)?;
    let request = options.reading.usage(options.principal.as_deref());
    let outcome = options
        .reading
        .with_progress(false, |progress| trail_files::read_usage(&request, progress))?;
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
    if outcome.usage.totals.events == 0 && outcome.usage.totals.left_out == 0 {
        options.reading.tell_nothing_read("events of CloudTrail");
    }
    Ok(options.reading.exit_code(outcome.is_complete()))
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

/// Tells what was not read, and how much was.
pub(crate) fn tell(outcome: &Outcome) {
    tell_remarks(&outcome.remarks);
    let Outcome { files, digests, others, .. } = outcome;
    let mut words = vec![
        output::counted(*files as u64, "file"),
        output::counted(outcome.usage.totals.events, "event"),
    ];
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
    tell_whether_whole(outcome.is_complete());
}
