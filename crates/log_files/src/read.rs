//! Files read at the same time, and their results in order.

use std::{
    io::Read as _,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use event_files::{FileRemark, FindError, Found, find, open};
use lambda_log::{Entry, LogReader, Outcome};

/// Ends of names of files that a walk takes for logs.
const ENDS: [&str; 7] = [".log", ".txt", ".json", ".jsonl", ".ndjson", ".csv", ".gz"];

/// Bytes that are read at a time.
const PIECE: usize = 1 << 18;

/// Files whose results wait for their turn, for each that is read at the same time.
const AHEAD: usize = 8;

/// Finds the logs: files that are named, whatever their name, and those below named folders that end in
/// `.log`, `.txt`, `.json`, `.jsonl`, `.ndjson`, `.csv` or `.gz`.
///
/// # Errors
/// [`FindError`] when a named path cannot be opened.
pub fn find_logs(paths: &[PathBuf]) -> Result<Found, FindError> {
    find(paths, &ENDS)
}

/// What is done with each file.
pub struct Work<'w, S> {
    /// Made for each file, before it is read.
    pub begin: &'w (dyn Fn(&Path) -> S + Sync),
    /// Called with each record.
    pub add: &'w (dyn Fn(&mut S, &Entry<'_>) + Sync),
    /// Called with what came of each file, in the order of the files.
    pub end: &'w mut dyn FnMut(&Path, S),
    /// Called with the files done and their number.
    pub progress: &'w (dyn Fn(usize, usize) + Sync),
}

impl<S> std::fmt::Debug for Work<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").finish_non_exhaustive()
    }
}

/// Figures of all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files that were read.
    pub files: usize,
    /// Bytes, decompressed.
    pub bytes: u64,
    /// Records.
    pub records: u64,
    /// Messages that were longer than the limit.
    pub cut: u64,
    /// What to tell of files, in their order.
    pub remarks: Vec<FileRemark>,
}

impl Totals {
    /// Whether everything was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.remarks.iter().any(|remark| remark.loses)
    }

    /// Files of which something was not read.
    #[must_use]
    pub fn not_read(&self) -> usize {
        let mut paths: Vec<&Path> =
            self.remarks.iter().filter(|it| it.loses).map(|it| it.path.as_path()).collect();
        paths.dedup();
        paths.len()
    }
}

/// Reads files, `workers` at the same time (0: as many as there are processors).
pub fn read_logs<S: Send>(
    files: &[PathBuf],
    limits: lambda_log::Limits,
    workers: usize,
    work: &mut Work<'_, S>,
) -> Totals {
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if workers == 0 { processors() } else { workers }.max(1);
    let mut totals = Totals { files: files.len(), ..Totals::default() };
    let done = AtomicUsize::new(0);
    let (begin, add, progress) = (work.begin, work.add, work.progress);
    // In portions, so that results of files never pile up.
    for portion in files.chunks(workers * AHEAD) {
        let next = AtomicUsize::new(0);
        let results: Vec<Mutex<Option<(S, Read)>>> =
            portion.iter().map(|_| Mutex::new(None)).collect();
        std::thread::scope(|scope| {
            for _ in 0..workers.min(portion.len()) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let (Some(path), Some(slot)) = (portion.get(at), results.get(at)) else {
                            break;
                        };
                        let mut state = begin(path);
                        // One odd file never ends a run, even when the fault is ours.
                        let read = catch_unwind(AssertUnwindSafe(|| {
                            read_file(path, limits, &mut |entry| add(&mut state, entry))
                        }));
                        let read = read.unwrap_or_else(|_| {
                            Read::failed("a fault of this program; please report it".to_owned())
                        });
                        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, read));
                        progress(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
                    }
                });
            }
        });
        for (path, slot) in portion.iter().zip(results) {
            let Some((state, read)) = slot.into_inner().unwrap_or_else(PoisonError::into_inner)
            else {
                continue;
            };
            (work.end)(path, state);
            totals.add(path, &read);
        }
    }
    totals
}

/// What came of one file.
#[derive(Default)]
struct Read {
    outcome: Outcome,
    failure: Option<String>,
}

impl Read {
    fn failed(failure: String) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }
}

impl Totals {
    fn add(&mut self, path: &Path, read: &Read) {
        let outcome = &read.outcome;
        self.bytes += outcome.bytes;
        self.records += outcome.records;
        self.cut += outcome.cut;
        let mut remark = |message: String, loses: bool| {
            self.remarks.push(FileRemark { path: path.to_path_buf(), message, loses });
        };
        if let Some(failure) = &read.failure {
            remark(failure.clone(), true);
        }
        if outcome.is_binary {
            remark("this is no text, and no gzip of it; it was not read".to_owned(), true);
        } else if outcome.records == 0 && read.failure.is_none() {
            remark("no record of a log stands in it".to_owned(), false);
        }
        if outcome.is_torn {
            remark("the document ends in the middle; what is before was read".to_owned(), true);
        }
        if outcome.odd > 0 {
            remark(format!("{} parts of the document are no events", outcome.odd), true);
        }
        if outcome.cut > 0 {
            let count = outcome.cut;
            remark(
                format!("{count} messages are longer than the limit; their ends were not read"),
                true,
            );
        }
    }
}

fn read_file(path: &Path, limits: lambda_log::Limits, visit: &mut lambda_log::Visit<'_>) -> Read {
    let mut input = match open(path) {
        Ok(input) => input,
        Err(error) => return Read::failed(format!("cannot be read: {error}")),
    };
    let mut reader = LogReader::new(limits);
    let mut buffer = vec![0; PIECE];
    let failure = loop {
        match input.read(&mut buffer) {
            Ok(0) => break None,
            Ok(count) => reader.push(buffer.get(..count).unwrap_or_default(), visit),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => break Some(format!("read in part: {error}")),
        }
    };
    Read { outcome: reader.finish(visit), failure }
}
