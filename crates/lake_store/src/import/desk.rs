//! Where workers hand in what they wrote, and it is committed.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use lake_log::{DataFile, Day, Kind, MOST_DIGESTS, SeenFile, Source};

use crate::{
    LakeError, Storage,
    columns::encode,
    import::{ImportOutcome, buffer::Buffer},
    lake::Session,
    names::{Writer, day_name},
    seen::Seen,
};

/// Where workers hand in what they wrote.
pub(super) struct Desk {
    pub(super) seen: Seen,
    storage: Arc<Storage>,
    writer: Arc<Writer>,
    has_failed: AtomicBool,
    inner: Mutex<Inner>,
}

struct Inner {
    session: Session,
    /// How often each worker has handed in; those that left do no more.
    handed_in: Vec<u64>,
    /// Sources of this run, by their hash.
    sources: HashMap<String, Progress>,
    /// Sources that were read to their end and are not committed yet.
    ended: Vec<Ended>,
    counts: Counts,
    failure: Option<LakeError>,
}

/// What became of all workers' files.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) outcome: ImportOutcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Reading,
    Done,
}

/// A source that was read to its end.
struct Ended {
    source: Source,
    /// How often each worker had handed in then.
    ///
    /// An event of the source may have been left out because another worker had claimed its twin. So
    /// the source is only committed when every worker has handed in once more: before that, a crash
    /// could lose the twin and keep the source.
    handed_in: Vec<u64>,
}

/// Whether a source is to be read.
pub(super) enum Turn {
    Mine,
    /// The lake has it.
    Done,
    /// Another worker reads the same content just now.
    Later,
}

/// What a worker wrote.
pub(super) struct Written {
    pub(super) files: Vec<DataFile>,
    seen: Vec<(Option<Day>, String, u64)>,
}

impl Desk {
    pub(super) fn new(session: Session, seen: Seen, workers: usize) -> Self {
        let storage = Arc::clone(&session.lake.storage);
        let writer = Arc::clone(&session.writer);
        let inner = Inner {
            session,
            handed_in: vec![0; workers],
            sources: HashMap::new(),
            ended: Vec::new(),
            counts: Counts::default(),
            failure: None,
        };
        let has_failed = AtomicBool::new(false);
        Self { seen, storage, writer, has_failed, inner: Mutex::new(inner) }
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    /// Ends the import; the first failure is the one that is told.
    pub(super) fn fail(&self, failure: LakeError) {
        self.has_failed.store(true, Ordering::Relaxed);
        self.inner().failure.get_or_insert(failure);
    }

    /// Whether a source is to be read; if so, [`Desk::end`] must follow.
    pub(super) fn turn(&self, sha256: &str) -> Turn {
        let mut inner = self.inner();
        if inner.session.state.sources.contains_key(sha256) {
            return Turn::Done;
        }
        match inner.sources.get(sha256) {
            Some(Progress::Reading) => Turn::Later,
            Some(Progress::Done) => Turn::Done,
            None => {
                inner.sources.insert(sha256.to_owned(), Progress::Reading);
                Turn::Mine
            }
        }
    }

    /// A source was read, or could not be.
    pub(super) fn end(&self, source: Source, was_read: bool) {
        let mut inner = self.inner();
        if !was_read {
            inner.sources.remove(&source.sha256);
            return;
        }
        inner.sources.insert(source.sha256.clone(), Progress::Done);
        let handed_in = inner.handed_in.clone();
        inner.ended.push(Ended { source, handed_in });
    }

    /// Writes events as data files, and their digests. No commit names them yet.
    pub(super) fn write(&self, buffer: Buffer) -> Result<Written, LakeError> {
        let mut written = Written { files: Vec::new(), seen: Vec::new() };
        let result = self.write_into(buffer, &mut written);
        if result.is_err() {
            // The disk may be full: what cannot be committed gives its room back.
            let files = written.files.iter().map(|file| &file.path);
            for path in files.chain(written.seen.iter().map(|(_, path, _)| path)) {
                let _ = self.storage.delete(path);
            }
        }
        result.map(|()| written)
    }

    fn write_into(&self, buffer: Buffer, written: &mut Written) -> Result<(), LakeError> {
        let (parts, digests) = buffer.into_parts();
        for (partition, columns) in parts {
            let encoded = encode(&columns.finish()?)?;
            let path = self.writer.data_file(&partition);
            let bytes = encoded.bytes.len() as u64;
            let (min_time, max_time) = (encoded.min_time, encoded.max_time);
            let file = DataFile { path, rows: encoded.rows, bytes, min_time, max_time };
            // Named first, so that it is removed when it is not written whole.
            written.files.push(file.clone());
            self.storage.put(&file.path, encoded.bytes)?;
        }
        for (day, digests) in digests {
            for digests in digests.chunks(MOST_DIGESTS) {
                let path = self.writer.seen_file(day);
                written.seen.push((day, path.clone(), digests.len() as u64));
                self.storage.put(&path, lake_log::to_bytes(digests))?;
            }
        }
        let files = written.files.iter().map(|file| file.path.as_str());
        let seen = written.seen.iter().map(|(_, path, _)| path.as_str());
        self.storage.settle(&files.chain(seen).collect::<Vec<_>>())
    }

    /// Commits what a worker wrote.
    pub(super) fn hand_in(&self, worker: usize, written: &Written) -> Result<(), LakeError> {
        let mut inner = self.inner();
        if self.has_failed() {
            return Ok(());
        }
        if let Some(count) = inner.handed_in.get_mut(worker) {
            *count = count.saturating_add(1);
        }
        inner.commit(written)?;
        self.seen.committed(&written.seen);
        Ok(())
    }

    /// A worker has handed in everything.
    pub(super) fn leave(&self, worker: usize, own: ImportOutcome) {
        let mut inner = self.inner();
        if let Some(count) = inner.handed_in.get_mut(worker) {
            *count = u64::MAX;
        }
        inner.counts.add(own);
    }

    /// The first worker comes back.
    pub(super) fn reopen(&self) {
        if let Some(count) = self.inner().handed_in.first_mut() {
            *count = 0;
        }
    }

    /// Commits the last sources, when all workers have left.
    pub(super) fn finish(self) -> Result<(Counts, u64), LakeError> {
        let mut inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(failure) = inner.failure {
            return Err(failure);
        }
        if !inner.ended.is_empty() {
            inner.commit(&Written { files: Vec::new(), seen: Vec::new() })?;
        }
        Ok((inner.counts, inner.session.state.number))
    }
}

impl Inner {
    fn commit(&mut self, written: &Written) -> Result<(), LakeError> {
        let mut commit = self.session.commit_of(Kind::Import);
        commit.added.clone_from(&written.files);
        commit.seen = written
            .seen
            .iter()
            .map(|(day, path, count)| SeenFile {
                path: path.clone(),
                day: day_name(*day),
                count: *count,
            })
            .collect();
        let now = &self.handed_in;
        let is_ripe = |ended: &mut Ended| {
            ended.handed_in.iter().zip(now).all(|(then, now)| *now == u64::MAX || now > then)
        };
        let ripe: Vec<_> = self.ended.extract_if(.., is_ripe).map(|ended| ended.source).collect();
        commit.sources = ripe;
        self.session.commit(commit)
    }
}

impl Counts {
    fn add(&mut self, own: ImportOutcome) {
        let total = &mut self.outcome;
        total.already += own.already;
        total.events += own.events;
        total.written += own.written;
        total.duplicates += own.duplicates;
        total.odd_times += own.odd_times;
        total.too_old += own.too_old;
        total.bytes += own.bytes;
        total.packed_bytes += own.packed_bytes;
        total.data_files += own.data_files;
        total.data_bytes += own.data_bytes;
        total.digests += own.digests;
        total.aliens += own.aliens;
        total.remarks.extend(own.remarks);
    }
}
