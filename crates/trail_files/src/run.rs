//! The usage that the events of many files tell.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

pub use event_files::FileRemark;
use trail_usage::{Filter, Fold, SeenIds, Usage};

use crate::{
    find::{Found, TrailError, find},
    open::Opener,
};

/// What to read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Which events count.
    pub filter: Filter,
    /// Bounds on one file.
    pub limits: audit_event::Limits,
    /// Bounds on the usage.
    pub usage_limits: trail_usage::Limits,
    /// Files that are read at the same time; 0: as many as there are processors.
    pub workers: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Who used what.
    pub usage: Usage,
    /// Files that were read.
    pub files: usize,
    /// Bytes of the files.
    pub packed_bytes: u64,
    /// Bytes that they decompressed to.
    pub bytes: u64,
    /// Digests of delivered files.
    pub digests: u64,
    /// Objects that are no records of an audit log.
    pub aliens: u64,
    /// Files below folders whose names are not those of a trail.
    pub others: u64,
    /// What to tell of files, sorted by path.
    pub remarks: Vec<FileRemark>,
}

impl Outcome {
    /// Whether everything was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.remarks.iter().any(|remark| remark.loses)
    }
}

/// Reads the files and folds their events. `progress` gets the files done and their number, from any
/// thread.
///
/// # Errors
/// [`TrailError`] when a named path cannot be opened.
pub fn read_usage(
    request: &Request,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Outcome, TrailError> {
    let Found { files, others, remarks } = find(&request.paths)?;
    let ids = Arc::new(SeenIds::default());
    let next = AtomicUsize::new(0);
    let total = Mutex::new(Outcome { files: files.len(), others, remarks, ..Outcome::default() });
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if request.workers == 0 { processors() } else { request.workers };
    std::thread::scope(|scope| {
        for _ in 0..workers.clamp(1, files.len().max(1)) {
            scope.spawn(|| {
                let fold =
                    Fold::new(request.usage_limits, request.filter.clone(), Arc::clone(&ids));
                let mut worker =
                    Worker { fold, opener: Opener::default(), own: Outcome::default() };
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    worker.read(file, request);
                    progress(next.load(Ordering::Relaxed).min(files.len()), files.len());
                }
                let most = request.usage_limits.resources;
                let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
                worker.finish(&mut total, most);
            });
        }
    });
    let mut total = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    total.remarks.sort();
    Ok(total)
}

struct Worker {
    fold: Fold,
    opener: Opener,
    own: Outcome,
}

impl Worker {
    fn read(&mut self, path: &Path, request: &Request) {
        let (fold, opener) = (&mut self.fold, &mut self.opener);
        // One odd file never ends a run, even when the fault is ours.
        let result = catch_unwind(AssertUnwindSafe(|| {
            opener.read(path, &request.limits, &mut |event| fold.add(event))
        }));
        match result {
            Ok(Ok((outcome, packed))) => {
                self.own.packed_bytes += packed;
                self.own.bytes += outcome.bytes;
                self.own.digests += outcome.digests;
                self.own.aliens += outcome.aliens;
                self.tell(path, &outcome);
            }
            Ok(Err(error)) => self.remark(path, format!("cannot be read: {error}"), true),
            Err(_) => {
                self.remark(path, "a fault of this program; please report it".to_owned(), true);
            }
        }
    }

    fn tell(&mut self, path: &Path, outcome: &audit_event::Outcome) {
        self.own.remarks.extend(remarks_of(path, outcome));
    }

    fn remark(&mut self, path: &Path, message: String, loses: bool) {
        self.own.remarks.push(FileRemark { path: path.to_path_buf(), message, loses });
    }

    fn finish(self, total: &mut Outcome, most: usize) {
        let usage = std::mem::take(&mut total.usage);
        total.usage = usage.merge(self.fold.finish(), most);
        total.packed_bytes += self.own.packed_bytes;
        total.bytes += self.own.bytes;
        total.digests += self.own.digests;
        total.aliens += self.own.aliens;
        total.remarks.extend(self.own.remarks);
    }
}

/// What to tell of a file that was read.
#[must_use]
pub fn remarks_of(path: &Path, outcome: &audit_event::Outcome) -> Vec<FileRemark> {
    let mut remarks = Vec::new();
    let mut remark = |message: String, loses: bool| {
        remarks.push(FileRemark { path: path.to_path_buf(), message, loses });
    };
    for it in &outcome.remarks {
        remark(it.to_string(), it.kind.loses());
    }
    if outcome.aliens > 1 {
        let count = outcome.aliens;
        remark(format!("{count} objects are no records of an audit log"), true);
    }
    if outcome.remarks_left_out > 0 {
        let count = outcome.remarks_left_out;
        remark(format!("{count} more faults like these"), true);
    }
    if outcome.events == 0 && outcome.digests == 0 && outcome.remarks.is_empty() {
        remark("no record of an audit log stands in it".to_owned(), false);
    }
    remarks
}
