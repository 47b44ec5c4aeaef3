//! `faasguard trail convert`

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use trail_files::{Conversion, ConvertError, ConvertForm, ConvertRequest};

use crate::{
    commands::reading::{ReadingOptions, tell_counts, tell_remarks, tell_whether_whole},
    output,
};

/// `trail convert`
#[derive(Args, Debug)]
pub(crate) struct ConvertOptions {
    /// What the records become
    #[arg(long, value_enum, default_value = "ocsf")]
    pub(crate) to: Form,
    /// Write to a file and not to standard output; compressed when it ends in .gz. A run that was stopped
    /// is gone on with by the same command
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingOptions,
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
    let form = match options.to {
        Form::Ocsf => ConvertForm::Ocsf,
        Form::Jsonl => ConvertForm::Records,
    };
    let request = options.reading.conversion(form);
    let to_file = options.output.as_deref().filter(|path| !output::is_standard(path));
    let conversion = match to_file {
        Some(path) => into_file(&request, path, &options.reading)?,
        None => into_stream(&request, &mut io::stdout().lock(), true, &options.reading)?,
    };
    tell(&conversion);
    if conversion.events == 0 && conversion.left_out == 0 {
        options.reading.tell_nothing_read("events of an audit log");
    }
    let summary = serde_json::json!({
        "events": conversion.events,
        "written": conversion.written,
        "bytes": conversion.bytes,
        "elapsed_ms": u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "skipped": conversion.skipped(),
    });
    eprintln!("{summary}");
    Ok(options.reading.exit_code(conversion.is_complete()))
}

/// Writes a file, or a device such as `/dev/null`, which nothing may take the place of.
fn into_file(
    request: &ConvertRequest,
    path: &Path,
    reading: &ReadingOptions,
) -> anyhow::Result<Conversion> {
    if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        let shown = path.display();
        let mut device = File::create(path).with_context(|| format!("cannot write `{shown}`"))?;
        return into_stream(request, &mut device, false, reading)
            .with_context(|| format!("cannot write `{shown}`"));
    }
    let conversion = reading
        .with_progress(false, |progress| trail_files::convert_into(request, path, progress))?;
    let shown = path.display();
    if conversion.resumed > 0 {
        let (resumed, files) = (conversion.resumed, conversion.files);
        eprintln!(
            "{shown}: gone on behind {resumed} of {files} files, which an earlier run converted"
        );
    } else if conversion.is_anew {
        eprintln!(
            "{shown}: an earlier run left a part that is of other files or options; begun anew"
        );
    }
    Ok(conversion)
}

fn into_stream(
    request: &ConvertRequest,
    out: &mut dyn Write,
    prints_lines: bool,
    reading: &ReadingOptions,
) -> anyhow::Result<Conversion> {
    let converted = reading
        .with_progress(prints_lines, |progress| trail_files::convert(request, out, progress));
    match converted {
        // As an error of the system, so that a closed pipe ends the program quietly.
        Err(ConvertError::Output(error)) => Err(error.into()),
        other => Ok(other?),
    }
}

/// Tells what was not read, and what else there is to know.
fn tell(conversion: &Conversion) {
    tell_remarks(&conversion.remarks);
    for (class, count) in &conversion.classes {
        eprintln!("{count} {} ({})", class.name(), class.uid());
    }
    tell_counts(&[
        (conversion.digests, "digests"),
        (conversion.others, "files of other kinds not opened"),
        (conversion.left_out, "events outside of the time asked for"),
        (conversion.timeless, "events without a time, written with `time` 0"),
    ]);
    tell_whether_whole(conversion.is_complete());
}
