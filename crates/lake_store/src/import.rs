//! Files of CloudTrail into the lake, each event once.

mod buffer;
mod desk;

use std::{
    io::{self, Read as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use audit_event::{AuditEvent, Time};
use lake_log::{Day, Source};
use sha2::{Digest as _, Sha256};
use trail_files::{FileRemark, Found, Opener, find};

use crate::{
    Lake, LakeError, clock,
    digest::digest,
    import::{
        buffer::Buffer,
        desk::{Counts, Desk, Turn},
    },
    seen::Seen,
};

/// The first day that an event may have: AWS had nothing to log before.
const FIRST_DAY: Day = Day(13_149);

/// Days that the clock of an event may be ahead.
const MOST_AHEAD: i64 = 2;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Import {
    /// Files and folders, as [`trail_files::find`] takes them; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Files that are read at the same time; 0: as many as there are processors.
    pub workers: usize,
    /// Bytes of records that each worker gathers before it writes them. It takes about three times as
    /// much memory.
    pub buffer_bytes: usize,
    /// Digests that are kept in memory, 40 bytes each; those of days of which events are not committed
    /// yet are kept beyond it.
    pub most_digests: usize,
    /// Bounds on one file.
    pub limits: audit_event::Limits,
    /// How long to wait for another writer.
    pub wait: Duration,
}

impl Default for Import {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            workers: 0,
            buffer_bytes: 128 << 20,
            most_digests: 8 << 20,
            limits: audit_event::Limits::default(),
            wait: Duration::ZERO,
        }
    }
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Files that were found.
    pub files: u64,
    /// Files that the lake has already, by their content.
    pub already: u64,
    /// Events that were read.
    pub events: u64,
    /// Events that were written.
    pub written: u64,
    /// Events that the lake had already.
    pub duplicates: u64,
    /// Events without a time, or with one before AWS or days ahead; they lie in a partition of their
    /// own.
    pub odd_times: u64,
    /// Events of days that are not kept any more; they were not written.
    pub too_old: u64,
    /// Bytes of the events, decompressed.
    pub bytes: u64,
    /// Bytes of the files.
    pub packed_bytes: u64,
    /// Data files that were written.
    pub data_files: u64,
    /// Their bytes.
    pub data_bytes: u64,
    /// Digests of delivered files.
    pub digests: u64,
    /// Objects that are no records of CloudTrail.
    pub aliens: u64,
    /// Files below folders whose names are not those of a trail.
    pub others: u64,
    /// Files of dead writers that were removed.
    pub leftovers: u64,
    /// The last commit.
    pub commit: u64,
    /// What to tell of files, sorted by path.
    pub remarks: Vec<FileRemark>,
}

impl ImportOutcome {
    /// Whether everything was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.remarks.iter().any(|remark| remark.loses)
    }
}

/// Imports files. Each event is in the lake once afterwards, however often it was delivered, whatever
/// happened to imports before. `progress` gets the files done and their number, from any thread.
///
/// # Errors
/// [`LakeError`] when a named path cannot be opened, another one writes, or the lake cannot be
/// written (a full disk): what was committed until then stays, and the next import goes on there.
pub fn import(
    lake: &Lake,
    request: &Import,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<ImportOutcome, LakeError> {
    let Found { files, others, remarks } = find(&request.paths)?;
    let session = lake.begin(request.wait)?;
    let storage = std::sync::Arc::clone(&lake.storage);
    let seen = Seen::new(storage, &session.state, request.most_digests);
    let keep_from = session.state.keep_from;
    let leftovers = session.leftovers;
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if request.workers == 0 { processors() } else { request.workers };
    let workers = workers.clamp(1, files.len().max(1));
    let desk = Desk::new(session, seen, workers);
    let job = Job { request, desk: &desk, keep_from, latest: Day::of(Time(clock::now())) };
    let next = AtomicUsize::new(0);
    let waiting = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..workers {
            let (job, next, waiting, files) = (&job, &next, &waiting, &files);
            scope.spawn(move || {
                let mut worker = Worker::new(job, number);
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if !worker.import(file) {
                        // Another worker reads the same content just now.
                        let mut waiting =
                            waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        waiting.push(file.clone());
                    }
                    progress(next.load(Ordering::Relaxed).min(files.len()), files.len());
                }
                worker.finish();
            });
        }
    });
    let waiting = waiting.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !waiting.is_empty() {
        desk.reopen();
        let mut worker = Worker::new(&job, 0);
        for file in &waiting {
            worker.import(file);
        }
        worker.finish();
    }
    let (counts, commit) = desk.finish()?;
    let Counts { mut outcome } = counts;
    outcome.files = files.len() as u64;
    outcome.others = others;
    outcome.leftovers = leftovers;
    outcome.commit = commit;
    outcome.remarks.extend(remarks);
    outcome.remarks.sort();
    Ok(outcome)
}

/// What all workers share.
struct Job<'j> {
    request: &'j Import,
    desk: &'j Desk,
    keep_from: Option<Day>,
    /// Today.
    latest: Day,
}

/// One thread that reads files.
struct Worker<'j> {
    job: &'j Job<'j>,
    number: usize,
    opener: Opener,
    buffer: Buffer,
    own: ImportOutcome,
}

/// Where an event belongs.
enum Fate {
    Keep(Option<Day>),
    TooOld,
}

impl<'j> Worker<'j> {
    fn new(job: &'j Job<'j>, number: usize) -> Self {
        let opener = Opener::short_of_memory();
        Self { job, number, opener, buffer: Buffer::default(), own: ImportOutcome::default() }
    }

    /// Imports a file; `false` when it is to be tried again later.
    fn import(&mut self, path: &Path) -> bool {
        let desk = self.job.desk;
        if desk.has_failed() {
            return true;
        }
        let name = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let name = name.to_string_lossy().into_owned();
        let source = if path.as_os_str() == "-" {
            None
        } else {
            match hash(path) {
                Ok((bytes, sha256)) => {
                    Some(Source { name: name.clone(), bytes, sha256, ..Source::default() })
                }
                Err(error) => {
                    self.remark(path, format!("cannot be read: {error}"));
                    return true;
                }
            }
        };
        if let Some(source) = &source {
            match desk.turn(&source.sha256) {
                Turn::Mine => {}
                Turn::Done => {
                    self.own.already += 1;
                    return true;
                }
                Turn::Later => return false,
            }
        }
        let before = (self.own.events, self.own.written);
        let remarks = self.own.remarks.len();
        let was_read = self.read(path, &name);
        if let Some(source) = source {
            let has_losses = self.own.remarks.iter().skip(remarks).any(|remark| remark.loses);
            let events = self.own.events - before.0;
            let written = self.own.written - before.1;
            let source = Source { events, written, has_losses, ..source };
            desk.end(source, was_read);
        }
        true
    }

    /// Reads a file; whether that came to an end.
    fn read(&mut self, path: &Path, name: &str) -> bool {
        let Self { job, number, opener, buffer, own } = self;
        let (mut at, mut fault) = (0, None);
        // One odd file never ends a run, even when the fault is ours.
        let result = catch_unwind(AssertUnwindSafe(|| {
            opener.read(path, &job.request.limits, &mut |event| {
                if fault.is_none() && !job.desk.has_failed() {
                    fault = take(job, *number, buffer, own, event, (name, at)).err();
                }
                at += 1;
            })
        }));
        if let Some(fault) = fault {
            job.desk.fail(fault);
            return false;
        }
        match result {
            Ok(Ok((outcome, packed))) => {
                self.own.packed_bytes += packed;
                self.own.bytes += outcome.bytes;
                self.own.digests += outcome.digests;
                self.own.aliens += outcome.aliens;
                self.own.remarks.extend(trail_files::remarks_of(path, &outcome));
                true
            }
            Ok(Err(error)) => {
                self.remark(path, format!("cannot be read: {error}"));
                false
            }
            Err(_) => {
                self.remark(path, "a fault of this program; please report it".to_owned());
                false
            }
        }
    }

    fn remark(&mut self, path: &Path, message: String) {
        self.own.remarks.push(FileRemark { path: path.to_path_buf(), message, loses: true });
    }

    fn finish(mut self) {
        let result = flush(self.job, self.number, &mut self.buffer, &mut self.own);
        if let Err(error) = result {
            self.job.desk.fail(error);
        }
        self.job.desk.leave(self.number, self.own);
    }
}

/// Takes an event, unless the lake has it.
fn take(
    job: &Job<'_>,
    number: usize,
    buffer: &mut Buffer,
    own: &mut ImportOutcome,
    event: &AuditEvent<'_>,
    (name, at): (&str, u64),
) -> Result<(), LakeError> {
    own.events += 1;
    let Fate::Keep(day) = fate(job, event) else {
        own.too_old += 1;
        return Ok(());
    };
    let digest = digest(event, name, at);
    if !job.desk.seen.claim(day, digest)? {
        own.duplicates += 1;
        return Ok(());
    }
    own.written += 1;
    own.odd_times += u64::from(day.is_none());
    buffer.push(event, day, digest);
    if buffer.is_full(job.request.buffer_bytes) {
        flush(job, number, buffer, own)?;
    }
    Ok(())
}

fn fate(job: &Job<'_>, event: &AuditEvent<'_>) -> Fate {
    let day = event.time.map(Day::of);
    let day = day.filter(|day| *day >= FIRST_DAY && day.0 <= job.latest.0 + MOST_AHEAD);
    match (day, job.keep_from) {
        (Some(day), Some(first)) if day < first => Fate::TooOld,
        _ => Fate::Keep(day),
    }
}

/// Writes what was gathered, and commits it.
fn flush(
    job: &Job<'_>,
    number: usize,
    buffer: &mut Buffer,
    own: &mut ImportOutcome,
) -> Result<(), LakeError> {
    let gathered = std::mem::take(buffer);
    if gathered.is_empty() || job.desk.has_failed() {
        return Ok(());
    }
    let written = job.desk.write(gathered)?;
    own.data_files += written.files.len() as u64;
    own.data_bytes += written.files.iter().map(|file| file.bytes).sum::<u64>();
    job.desk.hand_in(number, &written)
}

/// Size and SHA-256 of a file, as it lies there.
fn hash(path: &Path) -> io::Result<(u64, String)> {
    // Asked before it is opened: opening a pipe waits for somebody to write.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("this is not a file"));
    }
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 256 << 10];
    let mut bytes = 0;
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            break;
        }
        bytes += count as u64;
        hasher.update(piece.get(..count).unwrap_or_default());
    }
    Ok((bytes, format!("{:x}", hasher.finalize())))
}
