//! Rules matched against the events of many files, the matches told in the order of the files.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use audit_event::Time;
use correlation::{Facts, Losses, RuleSet};
use detection::Watch;
use foldhash::quality::RandomState;

use crate::{
    find::{Found, TrailError, find},
    judge::{Judge, Matched, Sieve, weight},
    open::Opener,
    run::{FileRemark, remarks_of},
};

/// Events with matches that one file hands on together.
const BATCH: usize = 1_000;

/// Weight of the events with matches of files whose turn has not come.
const MOST_WAITING: usize = 20_000;

/// What to look for, and where.
#[derive(Clone, Debug)]
pub struct DetectRequest<'r> {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// What to look for.
    pub rules: &'r RuleSet,
    /// Events from this moment on; events without a time count.
    pub since: Option<Time>,
    /// Events before this moment.
    pub until: Option<Time>,
    /// Bounds on one file.
    pub limits: audit_event::Limits,
    /// Bounds on what correlations keep.
    pub correlation: correlation::Limits,
    /// Files that are read at the same time; 0: as many as there are processors.
    pub workers: usize,
    /// Detectors that see the events, too, in the order of files; what they learn stays in them.
    pub watch: Option<&'r Mutex<Watch>>,
}

/// A match of a rule, a correlation that holds, or what a detector says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hit {
    /// The index of the speaker in the rule set; detectors follow, in the order of
    /// [`detection::DETECTORS`].
    pub speaker: usize,
    /// The event; of a correlation the last one.
    pub facts: Facts,
    /// Why, in words: of a rule the fields that it asks for and their values, of a correlation why it holds,
    /// of a detector what it saw.
    pub explanation: Option<String>,
    /// Of a correlation, fields and values of its group.
    pub group: Vec<(String, String)>,
    /// Of a correlation, ids of its last events.
    pub event_ids: Vec<String>,
    /// What a detector says.
    pub detected: Option<detection::Alert>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Detection {
    /// Files that were read.
    pub files: usize,
    /// Events that were read.
    pub events: u64,
    /// Matches that were told.
    pub hits: u64,
    /// Bytes of the events, decompressed.
    pub bytes: u64,
    /// Digests of delivered files.
    pub digests: u64,
    /// Objects that are no records of an audit log.
    pub aliens: u64,
    /// Events outside of the time that was asked for.
    pub left_out: u64,
    /// Events with matches that had been delivered before.
    pub duplicates: u64,
    /// Files below folders whose names are not those of a trail.
    pub others: u64,
    /// What correlations gave up.
    pub losses: Losses,
    /// What to tell of files, sorted by path.
    pub remarks: Vec<FileRemark>,
}

impl Detection {
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

/// Matches rules against the events of files. `tell` gets the matches in the order of files and of
/// events in them, and correlations as soon as they hold; `progress` the files done and their number.
///
/// # Errors
/// [`TrailError`] when a named path cannot be opened.
pub fn detect(
    request: &DetectRequest<'_>,
    tell: &mut (dyn FnMut(&Hit) + Send),
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Detection, TrailError> {
    let Found { files, others, remarks } = find(&request.paths)?;
    let detection = Detection { files: files.len(), others, remarks, ..Detection::default() };
    let desk = Desk::new(request, tell, detection);
    let next = AtomicUsize::new(0);
    let hasher = RandomState::default();
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if request.workers == 0 { processors() } else { request.workers };
    std::thread::scope(|scope| {
        for _ in 0..workers.clamp(1, files.len().max(1)) {
            scope.spawn(|| {
                let mut worker = Worker::new(request, &desk, hasher.clone());
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(at) else { break };
                    worker.read(at, file);
                    progress(at + 1, files.len());
                }
            });
        }
    });
    Ok(desk.finish())
}

/// One thread that reads files.
struct Worker<'w, 'd, 'r> {
    request: &'w DetectRequest<'r>,
    desk: &'w Desk<'d, 'r>,
    sieve: Sieve<'w>,
    opener: Opener,
}

impl<'w, 'd, 'r> Worker<'w, 'd, 'r> {
    fn new(request: &'w DetectRequest<'r>, desk: &'w Desk<'d, 'r>, hasher: RandomState) -> Self {
        let sieve = Sieve::new(request, hasher);
        Self { request, desk, sieve, opener: Opener::short_of_memory() }
    }

    fn read(&mut self, at: usize, path: &Path) {
        let Self { request, desk, sieve, opener } = self;
        let mut batch = Vec::new();
        // One odd file never ends a run, even when the fault is ours.
        let result = catch_unwind(AssertUnwindSafe(|| {
            opener.read(path, &request.limits, &mut |event| {
                batch.extend(sieve.sift(event));
                if batch.len() >= BATCH {
                    desk.hand_in(at, std::mem::take(&mut batch));
                }
            })
        }));
        if result.is_err() {
            sieve.reset();
        }
        let result = result.map(|it| it.map(|(outcome, _)| outcome));
        let mut own = figures(path, result);
        own.left_out = std::mem::take(&mut sieve.left_out);
        desk.end(at, batch, own);
    }
}

/// The figures of a file, and what to tell of it.
pub(crate) fn figures(
    path: &Path,
    result: std::thread::Result<std::io::Result<audit_event::Outcome>>,
) -> Detection {
    let remark = |message: String| {
        let remarks = vec![FileRemark { path: path.to_path_buf(), message, loses: true }];
        Detection { remarks, ..Detection::default() }
    };
    match result {
        Ok(Ok(outcome)) => Detection {
            events: outcome.events,
            bytes: outcome.bytes,
            digests: outcome.digests,
            aliens: outcome.aliens,
            remarks: remarks_of(path, &outcome),
            ..Detection::default()
        },
        Ok(Err(error)) => remark(format!("cannot be read: {error}")),
        Err(_) => remark("a fault of this program; please report it".to_owned()),
    }
}

/// Where matches are put in the order of their files.
struct Desk<'d, 'r> {
    inner: Mutex<Inner<'d, 'r>>,
    turn: Condvar,
}

struct Inner<'d, 'r> {
    judge: Judge<'r>,
    tell: &'d mut (dyn FnMut(&Hit) + Send),
    /// The file whose turn it is.
    current: usize,
    /// Files that ended before their turn.
    waiting: BTreeMap<usize, Vec<Matched>>,
    waiting_weight: usize,
}

impl<'d, 'r> Desk<'d, 'r> {
    fn new(
        request: &DetectRequest<'r>,
        tell: &'d mut (dyn FnMut(&Hit) + Send),
        detection: Detection,
    ) -> Self {
        let inner = Inner {
            judge: Judge::new(request, detection),
            tell,
            current: 0,
            waiting: BTreeMap::new(),
            waiting_weight: 0,
        };
        Self { inner: Mutex::new(inner), turn: Condvar::new() }
    }

    /// A part of the matches of a file; waits for its turn.
    fn hand_in(&self, file: usize, batch: Vec<Matched>) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = self.turn.wait_while(inner, |inner| inner.current != file);
        inner.unwrap_or_else(PoisonError::into_inner).take(batch);
    }

    /// The rest of the matches of a file.
    fn end(&self, file: usize, batch: Vec<Matched>, own: Detection) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        // The file whose turn it is never waits, so that there always is one that goes on.
        let weight = weight(&batch);
        let inner = self.turn.wait_while(inner, |inner| {
            inner.current != file && inner.waiting_weight + weight > MOST_WAITING
        });
        let mut inner = inner.unwrap_or_else(PoisonError::into_inner);
        inner.judge.add(own);
        if inner.current == file {
            inner.take(batch);
            inner.current += 1;
            while let Some(batch) = inner.next_waiting() {
                inner.take(batch);
                inner.current += 1;
            }
        } else {
            inner.waiting_weight += weight;
            inner.waiting.insert(file, batch);
        }
        self.turn.notify_all();
    }

    fn finish(self) -> Detection {
        let inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Inner { mut judge, tell, .. } = inner;
        judge.flush(tell);
        judge.detection.remarks.sort();
        judge.detection
    }
}

impl Inner<'_, '_> {
    fn next_waiting(&mut self) -> Option<Vec<Matched>> {
        let batch = self.waiting.remove(&self.current)?;
        self.waiting_weight = self.waiting_weight.saturating_sub(weight(&batch));
        Some(batch)
    }

    fn take(&mut self, batch: Vec<Matched>) {
        self.judge.take(batch, self.tell);
    }
}
