//! Events of many files written out, a line each, in the order of the files.

mod part;

use std::{
    collections::BTreeMap,
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use audit_event::{AuditEvent, Time};
use ocsf::{write_event, write_record};
use run_state::StateError;

use self::part::{Inputs, Part};
use crate::{
    find::{Found, TrailError, find},
    open::Opener,
    run::{FileRemark, remarks_of},
};

/// Bytes that are written at once.
const PIECE: usize = 1 << 18;

/// What events become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConvertForm {
    /// Events of OCSF.
    #[default]
    Ocsf,
    /// Their records, as they are.
    Records,
}

/// What to convert.
#[derive(Clone, Debug, Default)]
pub struct ConvertRequest {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// What events become.
    pub form: ConvertForm,
    /// Events from this moment on; events without a time count.
    pub since: Option<Time>,
    /// Events before this moment.
    pub until: Option<Time>,
    /// Bounds on one file.
    pub limits: audit_event::Limits,
    /// Bytes that are written into a file between two steps of which a run that is stopped loses the last one
    /// only; 0: 8 MiB.
    pub step: u64,
}

/// Why nothing, or not all, was converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// A path cannot be opened.
    #[error(transparent)]
    Trail(#[from] TrailError),
    /// The output does not take any more.
    #[error("cannot write: {0}")]
    Output(#[source] io::Error),
    /// The file for the output cannot be written.
    #[error("cannot write `{}`: {source}{}", path.display(), kept_words(*kept))]
    File {
        /// The file.
        path: PathBuf,
        /// Files of the input whose events are kept for the next run.
        kept: usize,
        /// What the system says.
        source: io::Error,
    },
    /// Another run writes it.
    #[error(transparent)]
    State(#[from] StateError),
}

fn kept_words(kept: usize) -> String {
    if kept == 0 {
        return String::new();
    }
    format!("; {kept} files were converted and are kept: the same command goes on behind them")
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Conversion {
    /// Files that were read.
    pub files: usize,
    /// Events that were read.
    pub events: u64,
    /// Lines that were written.
    pub written: u64,
    /// Events outside of the time that was asked for.
    pub left_out: u64,
    /// Events that were written without a time: `time` is 0.
    pub timeless: u64,
    /// Bytes of the events, decompressed.
    pub bytes: u64,
    /// Lines by class of OCSF.
    pub classes: BTreeMap<ocsf::Class, u64>,
    /// Digests of delivered files.
    pub digests: u64,
    /// Objects that are no records of an audit log.
    pub aliens: u64,
    /// Files below folders whose names are not those of a trail.
    pub others: u64,
    /// Files among them that an earlier run had converted before it was stopped.
    pub resumed: usize,
    /// Whether an earlier run left something that could not be gone on with.
    pub is_anew: bool,
    /// What to tell of files, sorted by path.
    pub remarks: Vec<FileRemark>,
}

impl Conversion {
    /// Whether everything was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.remarks.iter().any(|remark| remark.loses)
    }

    /// How much was not looked at: objects that are no records, and faults of files.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.aliens.saturating_sub(1) + self.remarks.iter().filter(|it| it.loses).count() as u64
    }
}

/// Converts the events of files. What is held in memory is one file of moderate size, or one record of
/// a larger one. `progress` gets the files done and their number.
///
/// # Errors
/// [`ConvertError`] when a named path cannot be opened, or `out` takes no more.
pub fn convert(
    request: &ConvertRequest,
    out: &mut dyn Write,
    progress: &dyn Fn(usize, usize),
) -> Result<Conversion, ConvertError> {
    let (files, conversion) = find_files(request)?;
    let mut converter = Converter::new(request, out, conversion);
    let mut opener = Opener::short_of_memory();
    for (done, file) in files.iter().enumerate() {
        converter.read(&mut opener, file).map_err(ConvertError::Output)?;
        progress(done + 1, files.len());
    }
    converter.flush().map_err(ConvertError::Output)?;
    Ok(converter.finish().1)
}

/// Converts the events of files into a file, which is compressed when its name ends in `.gz`.
///
/// It is written as `NAME.part` and takes its place when it is whole. `NAME.part.steps` tells behind which
/// files how much of it stands, so that after a run that was stopped the next one goes on: the result is
/// that of one run, whatever came or changed between them. Standard input cannot be gone on with.
///
/// # Errors
/// [`ConvertError`] when a named path cannot be opened, the file cannot be written, or another run does.
pub fn convert_into(
    request: &ConvertRequest,
    path: &Path,
    progress: &dyn Fn(usize, usize),
) -> Result<Conversion, ConvertError> {
    let (files, mut conversion) = find_files(request)?;
    let (part, inputs) = Part::open(request, path, &files, &mut conversion)?;
    let mut converter = Converter::new(request, part, conversion);
    let filled = fill(&mut converter, &files, inputs, progress);
    let (part, conversion) = converter.finish();
    part.finish(filled)?;
    Ok(conversion)
}

fn fill(
    converter: &mut Converter<'_, Part>,
    files: &[PathBuf],
    mut inputs: Inputs,
    progress: &dyn Fn(usize, usize),
) -> io::Result<()> {
    let mut opener = Opener::short_of_memory();
    for (at, file) in files.iter().enumerate().skip(converter.conversion.resumed) {
        // Looked at before it is read: what comes into it meanwhile makes it another file.
        inputs.add(file);
        converter.read(&mut opener, file)?;
        if converter.out.is_step_due(converter.buffer.len()) {
            converter.flush()?;
            converter.out.step(&inputs, files, &converter.conversion)?;
        }
        progress(at + 1, files.len());
    }
    converter.flush()
}

fn find_files(request: &ConvertRequest) -> Result<(Vec<PathBuf>, Conversion), TrailError> {
    let Found { files, others, remarks } = find(&request.paths)?;
    let conversion = Conversion { files: files.len(), others, remarks, ..Conversion::default() };
    Ok((files, conversion))
}

struct Converter<'c, W> {
    request: &'c ConvertRequest,
    out: W,
    conversion: Conversion,
    /// Lines that wait to be written.
    buffer: Vec<u8>,
    /// The output takes no more.
    error: Option<io::Error>,
}

impl<'c, W: Write> Converter<'c, W> {
    fn new(request: &'c ConvertRequest, out: W, conversion: Conversion) -> Self {
        let buffer = Vec::with_capacity(2 * PIECE);
        Self { request, out, conversion, buffer, error: None }
    }

    /// The output, and what came of it.
    fn finish(self) -> (W, Conversion) {
        let Self { out, mut conversion, .. } = self;
        conversion.remarks.sort();
        (out, conversion)
    }

    fn read(&mut self, opener: &mut Opener, path: &Path) -> io::Result<()> {
        let limits = self.request.limits;
        // One odd file never ends a run, even when the fault is ours.
        let result = catch_unwind(AssertUnwindSafe(|| {
            opener.read(path, &limits, &mut |event| self.add(event))
        }));
        let mut remark = |message: String| {
            let remark = FileRemark { path: path.to_path_buf(), message, loses: true };
            self.conversion.remarks.push(remark);
        };
        match result {
            Ok(Ok((outcome, _))) => {
                let total = &mut self.conversion;
                total.events += outcome.events;
                total.bytes += outcome.bytes;
                total.digests += outcome.digests;
                total.aliens += outcome.aliens;
                total.remarks.extend(remarks_of(path, &outcome));
            }
            Ok(Err(error)) => remark(format!("cannot be read: {error}")),
            Err(_) => {
                remark("a fault of this program; please report it".to_owned());
                // Half of a line may stand at the end.
                let end = self.buffer.iter().rposition(|byte| *byte == b'\n');
                self.buffer.truncate(end.map_or(0, |end| end + 1));
            }
        }
        self.error.take().map_or(Ok(()), Err)
    }

    fn add(&mut self, event: &AuditEvent<'_>) {
        if self.error.is_some() {
            return;
        }
        let ConvertRequest { since, until, form, .. } = self.request;
        let is_left_out = event.time.is_some_and(|time| {
            since.is_some_and(|since| time < since) || until.is_some_and(|until| time >= until)
        });
        if is_left_out {
            self.conversion.left_out += 1;
            return;
        }
        match form {
            ConvertForm::Ocsf => {
                let written = write_event(event, &mut self.buffer);
                *self.conversion.classes.entry(written.class).or_default() += 1;
                self.conversion.timeless += u64::from(!written.has_time);
            }
            ConvertForm::Records => write_record(event, &mut self.buffer),
        }
        self.buffer.push(b'\n');
        self.conversion.written += 1;
        if self.buffer.len() >= PIECE {
            self.error = self.flush().err();
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.buffer).and_then(|()| self.out.flush());
        self.buffer.clear();
        written
    }
}
