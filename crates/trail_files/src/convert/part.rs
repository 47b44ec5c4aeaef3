//! A file that becomes whole in steps, behind each of which a later run can go on.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant, UNIX_EPOCH},
};

use event_files::STANDARD_INPUT;
use flate2::{Compression, write::GzEncoder};
use run_state::{StateError, sync_folder_of, take_file};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Conversion, ConvertError, ConvertForm, ConvertRequest};
use crate::run::FileRemark;

const SCHEMA: &str = "faasguard-convert-steps/1";

/// Bytes of lines between two steps: a step waits for the disk.
const STEP: u64 = 8 << 20;

/// The longest time between two steps.
const LONGEST: Duration = Duration::from_secs(2);

/// Bytes of steps that are read: those of 500 GB.
const MOST_STEPS: u64 = 64 << 20;

/// The first line of the steps: what is converted how. What differs is another conversion.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    schema: String,
    /// Other versions may write other lines.
    version: String,
    ocsf: bool,
    packed: bool,
    since: Option<i64>,
    until: Option<i64>,
}

/// How much stands in the part behind how many files. Figures are those of all files so far.
#[derive(Debug, Serialize, Deserialize)]
struct Step {
    files: usize,
    /// Digest of names, sizes and times of these files.
    inputs: String,
    /// Bytes of the part.
    length: u64,
    events: u64,
    written: u64,
    left_out: u64,
    timeless: u64,
    bytes: u64,
    digests: u64,
    aliens: u64,
    /// By number of the class.
    classes: BTreeMap<i64, u64>,
    /// Of the files since the step before: number of the file, what, whether something was not read.
    remarks: Vec<(usize, String, bool)>,
}

/// The input so far: names, sizes and times of change.
#[derive(Clone, Debug, Default)]
pub(super) struct Inputs {
    count: usize,
    digest: Sha256,
}

impl Inputs {
    pub(super) fn add(&mut self, path: &Path) {
        let name = path.as_os_str().as_encoded_bytes();
        let about = fs::metadata(path).ok();
        let modified = about.as_ref().and_then(|it| it.modified().ok());
        let modified = modified.and_then(|it| it.duration_since(UNIX_EPOCH).ok());
        self.count += 1;
        self.digest.update((name.len() as u64).to_be_bytes());
        self.digest.update(name);
        self.digest.update(about.map_or(u64::MAX, |it| it.len()).to_be_bytes());
        self.digest.update(modified.map_or(u128::MAX, |it| it.as_nanos()).to_be_bytes());
    }

    fn digest(&self) -> String {
        let mut text = String::new();
        for byte in self.digest.clone().finalize() {
            // Writing to a text can not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// The output that is not whole yet.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    unfinished: PathBuf,
    steps_path: PathBuf,
    out: Out,
    /// Also the lock.
    steps: File,
    can_resume: bool,
    /// Bytes of lines between two steps, and those since the last one.
    step: u64,
    fresh: u64,
    last: Instant,
    /// Files in the last step, and remarks that stand in steps or come from no file.
    kept: usize,
    told: usize,
}

#[derive(Debug)]
enum Out {
    Plain(File),
    /// The file between two members, and a member of it.
    Between(File),
    Packed(Box<GzEncoder<File>>),
    /// Taken away by an error.
    Gone,
}

impl Part {
    /// Takes the files beside the output, and up what an earlier run left in them.
    pub(super) fn open(
        request: &ConvertRequest,
        path: &Path,
        files: &[PathBuf],
        conversion: &mut Conversion,
    ) -> Result<(Self, Inputs), ConvertError> {
        let (unfinished, steps_path) = (with_end(path, ".part"), with_end(path, ".part.steps"));
        let failed = |source| ConvertError::File { path: path.to_path_buf(), kept: 0, source };
        let steps = take_file(&steps_path).map_err(|error| match error {
            StateError::InUse { .. } => StateError::InUse { path: path.to_path_buf() }.into(),
            StateError::Files { source, .. } => failed(source),
            error @ StateError::TooLarge { .. } => error.into(),
        })?;
        let is_packed = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("gz"));
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&unfinished);
        let file = opened.map_err(failed)?;
        let out = if is_packed { Out::Between(file) } else { Out::Plain(file) };
        let mut own = Self {
            path: path.to_path_buf(),
            unfinished,
            steps_path,
            out,
            steps,
            can_resume: !files.iter().any(|it| it.as_os_str() == STANDARD_INPUT),
            step: if request.step == 0 { STEP } else { request.step },
            fresh: 0,
            last: Instant::now(),
            kept: 0,
            told: conversion.remarks.len(),
        };
        let header = Header {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ocsf: request.form == ConvertForm::Ocsf,
            packed: is_packed,
            since: request.since.map(|it| it.0),
            until: request.until.map(|it| it.0),
        };
        let inputs = own.take_up(&header, files, conversion).map_err(failed)?;
        Ok((own, inputs))
    }

    /// Goes back to the last step whose files are still the same, else to the start.
    fn take_up(
        &mut self,
        header: &Header,
        files: &[PathBuf],
        conversion: &mut Conversion,
    ) -> io::Result<Inputs> {
        let (Out::Plain(part) | Out::Between(part)) = &mut self.out else {
            return Err(io::Error::other("the output is gone"));
        };
        let length = part.metadata()?.len();
        let mut text = Vec::new();
        if self.can_resume && self.steps.metadata()?.len() <= MOST_STEPS {
            self.steps.read_to_end(&mut text)?;
        }
        let steps = steps_of(&text, header, length);
        let mut inputs = Inputs::default();
        let mut met = Inputs::default();
        let mut kept: &[(Step, usize)] = &[];
        for (at, (step, _)) in steps.iter().enumerate() {
            let Some(next) = files.get(met.count..step.files) else { break };
            for file in next {
                met.add(file);
            }
            if met.digest() != step.inputs {
                break;
            }
            inputs = met.clone();
            kept = steps.get(..=at).unwrap_or_default();
        }
        let (length, end) = kept.last().map_or((0, 0), |(step, end)| (step.length, *end));
        conversion.is_anew = kept.is_empty() && part.metadata()?.len() > 0;
        part.set_len(length)?;
        part.seek(SeekFrom::Start(length))?;
        self.steps.set_len(end as u64)?;
        self.steps.seek(SeekFrom::Start(end as u64))?;
        if kept.is_empty() && self.can_resume {
            let mut line = serde_json::to_string(header)?;
            line.push('\n');
            self.steps.write_all(line.as_bytes())?;
        }
        self.kept = inputs.count;
        conversion.resumed = inputs.count;
        for (step, _) in kept {
            step.add_remarks(files, conversion);
        }
        if let Some((step, _)) = kept.last() {
            step.restore(conversion);
        }
        self.told = conversion.remarks.len();
        Ok(inputs)
    }

    /// Whether so much was written, or so long, that another step is worth its wait for the disk; `more`
    /// bytes are about to be written.
    pub(super) fn is_step_due(&self, more: usize) -> bool {
        let fresh = self.fresh + more as u64;
        self.can_resume && (fresh >= self.step || self.last.elapsed() >= LONGEST)
    }

    /// Keeps what was written: all lines of the files of `inputs`, and none of others.
    pub(super) fn step(
        &mut self,
        inputs: &Inputs,
        files: &[PathBuf],
        conversion: &Conversion,
    ) -> io::Result<()> {
        let part = self.between()?;
        // First the lines, then what tells of them: after a power cut none may be told that is not there.
        part.sync_data()?;
        let length = part.stream_position()?;
        let remarks = conversion.remarks.get(self.told..).unwrap_or_default();
        let step = Step::of(inputs, length, files, conversion, remarks);
        let mut line = serde_json::to_string(&step)?;
        line.push('\n');
        self.steps.write_all(line.as_bytes())?;
        self.told = conversion.remarks.len();
        self.kept = inputs.count;
        self.fresh = 0;
        self.last = Instant::now();
        Ok(())
    }

    /// Puts the file in its place when it was filled; else leaves it for the next run, if that can use it.
    pub(super) fn finish(mut self, filled: io::Result<()>) -> Result<(), ConvertError> {
        let finished = filled.and_then(|()| {
            if self.between()?.stream_position()? == 0 {
                // Nothing at all is no gzip file.
                self.start_member();
            }
            self.between()?.sync_all()?;
            fs::rename(&self.unfinished, &self.path)?;
            sync_folder_of(&self.path);
            Ok(())
        });
        if finished.is_ok() || self.kept == 0 {
            // What matters is the error, or that it went well.
            let _ = fs::remove_file(&self.steps_path);
        }
        if finished.is_err() && self.kept == 0 {
            let _ = fs::remove_file(&self.unfinished);
        }
        let (path, kept) = (self.path, self.kept);
        finished.map_err(|source| ConvertError::File { path, kept, source })
    }

    /// Ends the member that is open, if any; gives the file.
    fn between(&mut self) -> io::Result<&mut File> {
        self.out = match std::mem::replace(&mut self.out, Out::Gone) {
            Out::Packed(member) => Out::Between(member.finish()?),
            other => other,
        };
        match &mut self.out {
            Out::Plain(file) | Out::Between(file) => Ok(file),
            Out::Packed(_) | Out::Gone => Err(io::Error::other("the output is gone")),
        }
    }

    fn start_member(&mut self) {
        self.out = match std::mem::replace(&mut self.out, Out::Gone) {
            Out::Between(file) => {
                Out::Packed(Box::new(GzEncoder::new(file, Compression::default())))
            }
            other => other,
        };
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !bytes.is_empty() {
            self.start_member();
        }
        let count = match &mut self.out {
            Out::Plain(file) => file.write(bytes)?,
            Out::Packed(member) => member.write(bytes)?,
            Out::Between(_) => 0,
            Out::Gone => return Err(io::Error::other("the output is gone")),
        };
        self.fresh += count as u64;
        Ok(count)
    }

    /// Steps see to it.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Step {
    fn of(
        inputs: &Inputs,
        length: u64,
        files: &[PathBuf],
        conversion: &Conversion,
        remarks: &[FileRemark],
    ) -> Self {
        let number = |path: &PathBuf| files.binary_search(path).ok();
        Self {
            files: inputs.count,
            inputs: inputs.digest(),
            length,
            events: conversion.events,
            written: conversion.written,
            left_out: conversion.left_out,
            timeless: conversion.timeless,
            bytes: conversion.bytes,
            digests: conversion.digests,
            aliens: conversion.aliens,
            classes: conversion.classes.iter().map(|(class, it)| (class.uid(), *it)).collect(),
            remarks: remarks
                .iter()
                .filter_map(|it| Some((number(&it.path)?, it.message.clone(), it.loses)))
                .collect(),
        }
    }

    fn restore(&self, conversion: &mut Conversion) {
        conversion.events = self.events;
        conversion.written = self.written;
        conversion.left_out = self.left_out;
        conversion.timeless = self.timeless;
        conversion.bytes = self.bytes;
        conversion.digests = self.digests;
        conversion.aliens = self.aliens;
        let classes = self.classes.iter();
        conversion.classes =
            classes.filter_map(|(uid, it)| Some((ocsf::Class::of_uid(*uid)?, *it))).collect();
    }

    fn add_remarks(&self, files: &[PathBuf], conversion: &mut Conversion) {
        let remarks = self.remarks.iter().filter_map(|(file, message, loses)| {
            let path = files.get(*file)?.clone();
            Some(FileRemark { path, message: message.clone(), loses: *loses })
        });
        conversion.remarks.extend(remarks);
    }
}

/// The steps of this conversion that the part is long enough for, each with the end of its line. A last line
/// that is torn ends them.
fn steps_of(text: &[u8], header: &Header, length: u64) -> Vec<(Step, usize)> {
    let mut steps: Vec<(Step, usize)> = Vec::new();
    let mut end = 0;
    let mut lines = text.split_inclusive(|byte| *byte == b'\n').filter(|it| it.ends_with(b"\n"));
    let Some(first) = lines.next() else { return steps };
    if !serde_json::from_slice::<Header>(first).is_ok_and(|it| it == *header) {
        return steps;
    }
    end += first.len();
    for line in lines {
        let Ok(step) = serde_json::from_slice::<Step>(line) else { break };
        let before = steps.last().map_or((0, 0), |(step, _)| (step.files, step.length));
        if step.length > length || step.files <= before.0 || step.length < before.1 {
            break;
        }
        end += line.len();
        steps.push((step, end));
    }
    steps
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
