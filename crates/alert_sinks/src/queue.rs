//! What is to be sent, and what was: in memory, and in a journal when there is a folder for it.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
    sync::Arc,
};

use alert_form::{Alert, Key};
use run_state::{StateError, StateFolder};

use crate::journal::{Record, line_of, replay};

const JOURNAL: &str = "alerts.journal";
const DEAD_LETTERS: &str = "dead-letters.jsonl";
const LOCK: &str = "alerts.lock";

/// Bytes of a journal that is read, and from which on it is written anew when most of it is over.
const LARGEST: u64 = 1 << 30;
const REWRITE: u64 = 16 << 20;

/// Bounds of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Deliveries that wait; with more, new ones become dead letters at once.
    pub waiting: usize,
    /// Bytes of their alerts.
    pub waiting_bytes: usize,
    /// Keys that are remembered; with more, the oldest are forgotten.
    pub keys: usize,
    /// Seconds for which a sink is not given the same alert again.
    pub window_s: i64,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self { waiting: 100_000, waiting_bytes: 256 << 20, keys: 500_000, window_s: 86_400 }
    }
}

/// A delivery that waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) id: u64,
    pub(crate) at: i64,
    pub(crate) attempts: u32,
    pub(crate) alert: Arc<Alert>,
    bytes: usize,
}

/// What became of an alert that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It waits.
    Queued,
    /// The sink was given it before.
    Known,
    /// Too many wait; it is a dead letter.
    Full,
}

/// Deliveries that wait, and keys of those that were.
#[derive(Debug)]
pub struct Queue {
    limits: QueueLimits,
    files: Option<Files>,
    next: u64,
    waiting: BTreeMap<String, VecDeque<Waiting>>,
    waiting_count: usize,
    waiting_bytes: usize,
    known: HashMap<(String, Key), i64>,
    /// Keys in the order in which they came, to forget the oldest first.
    order: VecDeque<(i64, String, Key)>,
    /// Lines of the journal that were damaged, and keys that were forgotten before their time.
    pub(crate) damaged: u64,
    pub(crate) forgotten: u64,
}

/// The folder of a queue.
#[derive(Debug)]
struct Files {
    folder: StateFolder,
    journal: File,
    written: u64,
    /// Bytes behind the last rewriting.
    live: u64,
}

impl Queue {
    /// A queue that only memory keeps.
    #[must_use]
    pub fn in_memory(limits: QueueLimits) -> Self {
        Self {
            limits,
            files: None,
            next: 1,
            waiting: BTreeMap::new(),
            waiting_count: 0,
            waiting_bytes: 0,
            known: HashMap::new(),
            order: VecDeque::new(),
            damaged: 0,
            forgotten: 0,
        }
    }

    /// A queue in a folder, which is made when it is not there. `now` in seconds since 1970.
    ///
    /// # Errors
    /// [`StateError`] when another run has it, or its files cannot be read or written.
    pub fn open(folder: &Path, limits: QueueLimits, now: i64) -> Result<Self, StateError> {
        let folder = StateFolder::take(folder, LOCK)?;
        let bytes = folder.read(JOURNAL, LARGEST)?;
        let mut queue = Self::in_memory(limits);
        queue.take_up(&bytes.unwrap_or_default(), now);
        let path = folder.path().join(JOURNAL);
        let failed = |source| StateError::Files { path, source };
        let (journal, written) = queue.rewrite(folder.path()).map_err(failed)?;
        queue.files = Some(Files { folder, journal, written, live: written });
        Ok(queue)
    }

    /// Offers alerts to a sink. When this returns, those that are queued survive a crash.
    ///
    /// # Errors
    /// When the journal cannot be written; then nothing of it is queued.
    pub fn offer(
        &mut self,
        sink: &str,
        alerts: &[Arc<Alert>],
        now: i64,
    ) -> io::Result<Vec<Admitted>> {
        self.forget(now);
        let mut lines = String::new();
        let mut admitted = Vec::with_capacity(alerts.len());
        let mut fresh = Vec::new();
        let mut full = Vec::new();
        let (mut count, mut bytes) = (self.waiting_count, self.waiting_bytes);
        let mut in_batch = std::collections::HashSet::new();
        for alert in alerts {
            let key = alert.key();
            if self.known.contains_key(&(sink.to_owned(), key)) || !in_batch.insert(key) {
                admitted.push(Admitted::Known);
                continue;
            }
            let id = self.next + fresh.len() as u64;
            let record = Record::Queued {
                id,
                sink: sink.to_owned(),
                at: now,
                alert: Box::new((**alert).clone()),
            };
            let line = line_of(&record);
            if count >= self.limits.waiting || bytes + line.len() > self.limits.waiting_bytes {
                full.push(Arc::clone(alert));
                admitted.push(Admitted::Full);
                continue;
            }
            count += 1;
            bytes += line.len();
            let alert = Arc::clone(alert);
            fresh.push((key, Waiting { id, at: now, attempts: 0, alert, bytes: line.len() }));
            lines.push_str(&line);
            admitted.push(Admitted::Queued);
        }
        self.append(&lines, true)?;
        self.next += fresh.len() as u64;
        for (key, waiting) in fresh {
            self.know(sink, key, now);
            self.wait(sink, waiting);
        }
        for alert in full {
            self.bury(sink, &alert, 0, "the queue is full", now)?;
        }
        Ok(admitted)
    }

    /// The first deliveries that wait for a sink, at most so many.
    pub(crate) fn first(&self, sink: &str, most: usize) -> Vec<Waiting> {
        self.waiting.get(sink).map_or_else(Vec::new, |all| all.iter().take(most).cloned().collect())
    }

    /// Deliveries that wait for a sink.
    #[must_use]
    pub fn waiting_for(&self, sink: &str) -> usize {
        self.waiting.get(sink).map_or(0, VecDeque::len)
    }

    /// Sinks for which something waits, and how much.
    pub fn waiting(&self) -> impl Iterator<Item = (&str, usize)> {
        let filled = self.waiting.iter().filter(|(_, all)| !all.is_empty());
        filled.map(|(name, all)| (name.as_str(), all.len()))
    }

    /// A delivery succeeded.
    pub(crate) fn sent(&mut self, sink: &str, id: u64) -> io::Result<()> {
        self.remove(sink, id);
        self.append(&line_of(&Record::Sent { id }), false)?;
        self.rewrite_when_due()
    }

    /// A delivery failed and is tried again; gives the tries so far.
    pub(crate) fn tried(&mut self, sink: &str, id: u64) -> io::Result<u32> {
        let all = self.waiting.get_mut(sink);
        let Some(waiting) = all.and_then(|all| all.iter_mut().find(|it| it.id == id)) else {
            return Ok(0);
        };
        waiting.attempts = waiting.attempts.saturating_add(1);
        let attempts = waiting.attempts;
        self.append(&line_of(&Record::Tried { id, attempts }), false)?;
        Ok(attempts)
    }

    /// A delivery is given up. The sink may be given the alert again.
    pub(crate) fn dead(&mut self, sink: &str, id: u64, reason: &str, now: i64) -> io::Result<()> {
        let Some(waiting) = self.remove(sink, id) else { return Ok(()) };
        self.bury(sink, &waiting.alert, waiting.attempts, reason, now)?;
        self.known.remove(&(sink.to_owned(), waiting.alert.key()));
        self.append(&line_of(&Record::Dead { id }), true)?;
        self.rewrite_when_due()
    }

    /// Adds an alert to the file of dead letters.
    fn bury(
        &self,
        sink: &str,
        alert: &Alert,
        attempts: u32,
        reason: &str,
        now: i64,
    ) -> io::Result<()> {
        let Some(files) = &self.files else { return Ok(()) };
        let letter = serde_json::json!({
            "schema": "faasguard-alert/1", "id": alert.key().to_string(), "sink": sink,
            "attempts": attempts, "reason": reason, "time": audit_event::Time(now).to_string(),
            "alert": alert,
        });
        let path = files.folder.path().join(DEAD_LETTERS);
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(format!("{letter}\n").as_bytes())?;
        file.sync_data()
    }

    fn wait(&mut self, sink: &str, waiting: Waiting) {
        self.waiting_count += 1;
        self.waiting_bytes += waiting.bytes;
        self.waiting.entry(sink.to_owned()).or_default().push_back(waiting);
    }

    fn remove(&mut self, sink: &str, id: u64) -> Option<Waiting> {
        let all = self.waiting.get_mut(sink)?;
        let at = all.iter().position(|it| it.id == id)?;
        let waiting = all.remove(at)?;
        self.waiting_count -= 1;
        self.waiting_bytes -= waiting.bytes;
        Some(waiting)
    }

    fn know(&mut self, sink: &str, key: Key, at: i64) {
        if self.known.insert((sink.to_owned(), key), at).is_none() {
            self.order.push_back((at, sink.to_owned(), key));
        }
    }

    /// Forgets keys that are over, and the oldest when there are too many.
    fn forget(&mut self, now: i64) {
        while let Some((at, ..)) = self.order.front() {
            let is_over = now.saturating_sub(*at) > self.limits.window_s;
            if !is_over && self.order.len() <= self.limits.keys {
                break;
            }
            self.forgotten += u64::from(!is_over);
            if let Some((_, sink, key)) = self.order.pop_front() {
                self.known.remove(&(sink, key));
            }
        }
    }

    /// Takes up what a journal holds.
    fn take_up(&mut self, bytes: &[u8], now: i64) {
        let replay = replay(bytes);
        self.damaged = replay.damaged;
        let mut open: BTreeMap<u64, (String, Waiting)> = BTreeMap::new();
        for record in replay.records {
            match record {
                Record::Queued { id, sink, at, alert } => {
                    self.next = self.next.max(id.saturating_add(1));
                    self.know(&sink, alert.key(), at);
                    let bytes = alert.to_line().len();
                    let alert = Arc::new(*alert);
                    open.insert(id, (sink, Waiting { id, at, attempts: 0, alert, bytes }));
                }
                Record::Tried { id, attempts } => {
                    if let Some((_, waiting)) = open.get_mut(&id) {
                        waiting.attempts = attempts;
                    }
                }
                Record::Sent { id } => {
                    open.remove(&id);
                }
                Record::Dead { id } => {
                    if let Some((sink, waiting)) = open.remove(&id) {
                        self.known.remove(&(sink, waiting.alert.key()));
                    }
                }
                Record::Known { sink, key, at } => {
                    if let Some(key) = Key::parse(&key) {
                        self.know(&sink, key, at);
                    }
                }
            }
        }
        for (sink, waiting) in open.into_values() {
            self.wait(&sink, waiting);
        }
        self.forget(now);
    }

    /// Writes the journal anew, with what still matters, and puts it in the place of the old one.
    fn rewrite(&self, folder: &Path) -> io::Result<(File, u64)> {
        let mut text = String::new();
        for (at, sink, key) in &self.order {
            if self.known.contains_key(&(sink.clone(), *key)) {
                let key = key.to_string();
                text.push_str(&line_of(&Record::Known { sink: sink.clone(), key, at: *at }));
            }
        }
        for (sink, all) in &self.waiting {
            for it in all {
                let alert = Box::new((*it.alert).clone());
                text.push_str(&line_of(&Record::Queued {
                    id: it.id,
                    sink: sink.clone(),
                    at: it.at,
                    alert,
                }));
                if it.attempts > 0 {
                    text.push_str(&line_of(&Record::Tried { id: it.id, attempts: it.attempts }));
                }
            }
        }
        let path = folder.join(JOURNAL);
        run_state::replace(&path, text.as_bytes())?;
        Ok((OpenOptions::new().append(true).open(&path)?, text.len() as u64))
    }

    fn rewrite_when_due(&mut self) -> io::Result<()> {
        let Some(files) = &self.files else { return Ok(()) };
        if files.written < REWRITE.max(files.live.saturating_mul(4)) {
            return Ok(());
        }
        let (journal, written) = self.rewrite(files.folder.path())?;
        if let Some(files) = &mut self.files {
            (files.journal, files.written, files.live) = (journal, written, written);
        }
        Ok(())
    }

    fn append(&mut self, lines: &str, is_promised: bool) -> io::Result<()> {
        let Some(files) = &mut self.files else { return Ok(()) };
        if lines.is_empty() {
            return Ok(());
        }
        files.journal.write_all(lines.as_bytes())?;
        files.written += lines.len() as u64;
        if is_promised {
            files.journal.sync_data()?;
        }
        Ok(())
    }
}
