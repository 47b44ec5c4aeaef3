//! Rules matched against the events of many files, the matches told in the order of the files.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher as _, Hasher as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use audit_event::{AuditEvent, Time};
use correlation::{Correlator, Facts, Losses, RuleSet, Sighting};
use detection::Watch;
use foldhash::quality::RandomState;

use crate::{
    find::{Found, TrailError, find},
    open::Opener,
    run::{FileRemark, remarks_of},
};

/// Events with matches that one file hands on together.
const BATCH: usize = 1_000;

/// Weight of the events with matches of files whose turn has not come.
const MOST_WAITING: usize = 20_000;

/// Bytes of a record that weigh as much as the rest of an event with matches.
const BYTES_OF_WEIGHT: usize = 256;

/// Events with matches that are remembered, in two halves, so that one that is delivered again is not
/// told again. As many as fill a table of 2^18 places: one more would double it.
const MOST_REMEMBERED: usize = 7 << 15;

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
    /// Of a correlation, why it holds, in words.
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

/// An event that rules matched.
struct Matched {
    /// Of the record, when it has an id.
    digest: Option<u128>,
    /// When rules matched: of most events that detectors see nobody asks.
    facts: Option<Facts>,
    rules: Vec<usize>,
    sightings: Vec<Sighting>,
    /// The record, when a detector may have something to say of it.
    record: Option<Vec<u8>>,
}

/// What events with matches weigh in memory: one each, and more with their records.
fn weight(batch: &[Matched]) -> usize {
    let records = batch.iter().map(|it| it.record.as_ref().map_or(0, Vec::len) / BYTES_OF_WEIGHT);
    batch.len() + records.sum::<usize>()
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
                let mut worker = Worker::new(request, &desk, &hasher);
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
    hasher: &'w RandomState,
    scratch: sigma::Scratch,
    opener: Opener,
}

impl<'w, 'd, 'r> Worker<'w, 'd, 'r> {
    fn new(
        request: &'w DetectRequest<'r>,
        desk: &'w Desk<'d, 'r>,
        hasher: &'w RandomState,
    ) -> Self {
        let scratch = request.rules.engine().scratch();
        Self { request, desk, hasher, scratch, opener: Opener::short_of_memory() }
    }

    fn read(&mut self, at: usize, path: &Path) {
        let Self { request, desk, hasher, scratch, opener } = self;
        let mut batch = Vec::new();
        let mut left_out = 0;
        // One odd file never ends a run, even when the fault is ours.
        let result = catch_unwind(AssertUnwindSafe(|| {
            opener.read(path, &request.limits, &mut |event| {
                if is_left_out(request, event) {
                    left_out += 1;
                    return;
                }
                let mut rules = Vec::new();
                request.rules.engine().matches(event, scratch, &mut |rule| rules.push(rule));
                let is_watched = request.watch.is_some() && Watch::may_matter(event);
                if rules.is_empty() && !is_watched {
                    return;
                }
                let mut matched = matched(request.rules, hasher, event, rules);
                matched.record = is_watched.then(|| event.record.raw().to_vec());
                batch.push(matched);
                if batch.len() >= BATCH {
                    desk.hand_in(at, std::mem::take(&mut batch));
                }
            })
        }));
        let mut own = Detection { left_out, ..Detection::default() };
        let mut remark = |message: String| {
            own.remarks.push(FileRemark { path: path.to_path_buf(), message, loses: true });
        };
        match result {
            Ok(Ok((outcome, _))) => {
                own.events = outcome.events;
                own.bytes = outcome.bytes;
                own.digests = outcome.digests;
                own.aliens = outcome.aliens;
                own.remarks = remarks_of(path, &outcome);
            }
            Ok(Err(error)) => remark(format!("cannot be read: {error}")),
            Err(_) => {
                remark("a fault of this program; please report it".to_owned());
                *scratch = request.rules.engine().scratch();
            }
        }
        desk.end(at, batch, own);
    }
}

fn is_left_out(request: &DetectRequest<'_>, event: &AuditEvent<'_>) -> bool {
    event.time.is_some_and(|time| {
        request.since.is_some_and(|since| time < since)
            || request.until.is_some_and(|until| time >= until)
    })
}

fn matched(
    rules: &RuleSet,
    hasher: &RandomState,
    event: &AuditEvent<'_>,
    matched: Vec<usize>,
) -> Matched {
    let facts = (!matched.is_empty()).then(|| Facts::of(event));
    let asked_for = matched.iter().filter(|rule| rules.is_asked_for(**rule));
    let sightings =
        asked_for.filter_map(|rule| Sighting::of(rules, *rule, event, facts.as_ref()?)).collect();
    let digest = event.id.map(|_| digest(hasher, event.record.raw()));
    Matched { digest, facts, rules: matched, sightings, record: None }
}

/// A digest of a record, white space between its parts left out: what is delivered twice may be laid
/// out in two ways. A record that begins without any is taken to have none.
fn digest(hasher: &RandomState, record: &[u8]) -> u128 {
    let name = record.get(1..).map(string_length).unwrap_or_default();
    if record.starts_with(b"{\"") && record.get(1 + name..).is_some_and(is_compact) {
        return digest_of(hasher, record);
    }
    let mut bare = Vec::with_capacity(record.len());
    let mut rest = record;
    while let Some(first) = rest.first() {
        let length = match first {
            b'"' => string_length(rest),
            b' ' | b'\n' | b'\r' | b'\t' => {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            _ => 1,
        };
        let (own, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        bare.extend_from_slice(own);
        rest = behind;
    }
    digest_of(hasher, &bare)
}

/// Whether what stands behind the name of a member has no white space around its colon.
fn is_compact(rest: &[u8]) -> bool {
    matches!(rest, [b':', next, ..] if !next.is_ascii_whitespace())
}

fn digest_of(hasher: &RandomState, bytes: &[u8]) -> u128 {
    // What a hash says hangs on how its bytes are handed to it, so all of them are handed at once.
    let [one, two] = [1, 2].map(|salt| {
        let mut hasher = hasher.build_hasher();
        hasher.write_u8(salt);
        hasher.write(bytes);
        u128::from(hasher.finish())
    });
    one << 64 | two
}

/// Bytes of a string with its quotes.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if text.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// Where matches are put in the order of their files.
struct Desk<'d, 'r> {
    inner: Mutex<Inner<'d, 'r>>,
    turn: Condvar,
}

struct Inner<'d, 'r> {
    rules: &'r RuleSet,
    watch: Option<&'r Mutex<Watch>>,
    tell: &'d mut (dyn FnMut(&Hit) + Send),
    correlator: Correlator<'r>,
    seen: [HashSet<u128>; 2],
    /// The file whose turn it is.
    current: usize,
    /// Files that ended before their turn.
    waiting: BTreeMap<usize, Vec<Matched>>,
    waiting_weight: usize,
    detection: Detection,
}

impl<'d, 'r> Desk<'d, 'r> {
    fn new(
        request: &DetectRequest<'r>,
        tell: &'d mut (dyn FnMut(&Hit) + Send),
        detection: Detection,
    ) -> Self {
        let inner = Inner {
            rules: request.rules,
            watch: request.watch,
            tell,
            correlator: Correlator::new(request.rules, request.correlation),
            seen: [HashSet::new(), HashSet::new()],
            current: 0,
            waiting: BTreeMap::new(),
            waiting_weight: 0,
            detection,
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
        inner.add(own);
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
        let mut inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        for alert in inner.correlator.finish() {
            inner.alert(alert);
        }
        inner.detection.losses = inner.correlator.losses();
        inner.detection.remarks.sort();
        inner.detection
    }
}

impl Inner<'_, '_> {
    fn next_waiting(&mut self) -> Option<Vec<Matched>> {
        let batch = self.waiting.remove(&self.current)?;
        self.waiting_weight = self.waiting_weight.saturating_sub(weight(&batch));
        Some(batch)
    }

    fn add(&mut self, own: Detection) {
        let total = &mut self.detection;
        total.events += own.events;
        total.bytes += own.bytes;
        total.digests += own.digests;
        total.aliens += own.aliens;
        total.left_out += own.left_out;
        total.remarks.extend(own.remarks);
    }

    fn take(&mut self, batch: Vec<Matched>) {
        for matched in batch {
            if matched.digest.is_some_and(|digest| !self.is_new(digest)) {
                self.detection.duplicates += u64::from(!matched.rules.is_empty());
                continue;
            }
            for sighting in matched.sightings {
                self.correlator.take_note(sighting);
            }
            let mut hit = Hit { facts: matched.facts.unwrap_or_default(), ..Hit::default() };
            for rule in matched.rules {
                if self.rules.speaks(rule) {
                    hit.speaker = rule;
                    self.detection.hits += 1;
                    (self.tell)(&hit);
                }
            }
            if let Some(record) = matched.record {
                self.watched(&record);
            }
            for alert in self.correlator.alerts() {
                self.alert(alert);
            }
        }
    }

    /// Tells what detectors say of a record.
    fn watched(&mut self, record: &[u8]) {
        let Self { watch: Some(watch), tell, detection, rules, .. } = self else { return };
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut alerts = Vec::new();
        audit_event::read(record, &audit_event::Limits::default(), &mut |event| {
            watch.observe(event, &mut alerts);
            for alert in alerts.drain(..) {
                let mut facts = Facts::of(event);
                facts.function = alert.function.clone().or(facts.function);
                let all = detection::DETECTORS.iter();
                let at = all.take_while(|it| it.id != alert.detector.id).count();
                detection.hits += 1;
                tell(&Hit {
                    speaker: rules.len() + at,
                    facts,
                    explanation: Some(alert.explanation.join("; ")),
                    detected: Some(alert),
                    ..Hit::default()
                });
            }
        });
    }

    fn alert(&mut self, alert: correlation::Alert) {
        self.detection.hits += 1;
        (self.tell)(&Hit {
            speaker: alert.speaker,
            facts: alert.facts,
            explanation: Some(alert.explanation),
            group: alert.group,
            event_ids: alert.event_ids,
            detected: None,
        });
    }

    fn is_new(&mut self, digest: u128) -> bool {
        let [young, old] = &mut self.seen;
        if old.contains(&digest) || !young.insert(digest) {
            return false;
        }
        if young.len() >= MOST_REMEMBERED {
            *old = std::mem::take(young);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use foldhash::quality::RandomState;

    use super::digest;

    #[test]
    fn a_record_is_the_same_however_it_is_laid_out() {
        let hasher = RandomState::default();
        let of = |text: &str| digest(&hasher, text.as_bytes());
        let one = of(r#"{"a":"b \" c","d":[1,2]}"#);
        assert_eq!(of("{ \"a\": \"b \\\" c\",\n  \"d\": [1, 2] }"), one);
        assert_ne!(of(r#"{"a":"b \"c","d":[1,2]}"#), one);
        assert_ne!(of(r#"{"a":"b \" c","d":[1,3]}"#), one);
        assert_ne!(of("\"a"), of("\"b"));
    }
}
