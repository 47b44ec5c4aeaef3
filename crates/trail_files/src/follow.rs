//! A folder that is followed: files that come, grow, are renamed and go, read as they do.

use std::{
    collections::BTreeMap,
    fs::{File, Metadata},
    io::{self, BufReader, Read as _, Seek as _, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use audit_event::Outcome;
use correlation::{Correlator, Snapshot, SnapshotError};
use flate2::bufread::MultiGzDecoder;
use foldhash::quality::RandomState;
use serde::de::IgnoredAny;

use crate::{
    checkpoint::{FileMark, FollowState},
    detect::{DetectRequest, Detection, figures},
    find::{TrailError, find_followed},
    judge::{Judge, Matched, Sieve, Tell},
    open::{GZIP, Opener},
    run::FileRemark,
};

/// Bytes of lines that are read at a time.
const STEP: u64 = 32 << 20;

/// Bytes of a document that is tried at once although it may be growing.
const SMALL: u64 = 8 << 20;

/// Bytes of a gzip file that are decompressed to see whether it is whole.
const LONGEST_TRIED: u64 = 4 << 30;

/// Bytes at the start by which a file is known again.
const HEAD: u64 = 512;

/// How long a file that ends in the middle may stay so before that is told.
const SETTLED: Duration = Duration::from_secs(30);

/// Looks after which a file that is gone is forgotten. It may only be on its way to another name.
const GONE: u32 = 20;

/// Events with matches that are judged together.
const BATCH: usize = 1_000;

/// What one look at the folder brought.
#[derive(Debug, Default)]
pub struct Look {
    /// Whether something was read, so that a checkpoint is worth writing.
    pub has_news: bool,
    /// What to tell of files.
    pub remarks: Vec<FileRemark>,
    /// Files that end in the middle and are waited for.
    pub unfinished: usize,
}

/// Follows files and folders.
pub struct Follower<'r> {
    request: &'r DetectRequest<'r>,
    sieve: Sieve<'r>,
    judge: Judge<'r>,
    opener: Opener,
    files: BTreeMap<Identity, Followed>,
    /// Of an earlier run, by path: taken up when the file is met, under whatever name.
    earlier: BTreeMap<PathBuf, FileMark>,
    earlier_names: BTreeMap<(u64, u64), PathBuf>,
    settled: Duration,
    /// Remarks that told of something that was not read.
    losing_remarks: u64,
}

impl std::fmt::Debug for Follower<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

/// A file, whatever its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Number(u64, u64),
    #[cfg_attr(unix, expect(dead_code, reason = "where files have no numbers, names must do"))]
    Path(PathBuf),
}

impl Identity {
    fn number(&self) -> Option<(u64, u64)> {
        match self {
            Self::Number(device, number) => Some((*device, *number)),
            Self::Path(_) => None,
        }
    }
}

/// What is known of a file.
#[derive(Clone, Debug)]
struct Followed {
    path: PathBuf,
    /// Bytes that are done with.
    offset: u64,
    size: u64,
    modified: Option<std::time::SystemTime>,
    head: Head,
    form: Form,
    /// When its size was last seen to change.
    changed: Instant,
    /// The size at which it was tried as a whole, in vain.
    tried: Option<u64>,
    is_told: bool,
    missed: u32,
}

/// The start of a file: bytes, and a digest of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Head {
    length: u64,
    digest: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Unknown,
    Lines,
    Document,
}

impl<'r> Follower<'r> {
    /// Follows from nothing: what is there is read first.
    #[must_use]
    pub fn new(request: &'r DetectRequest<'r>) -> Self {
        let hasher = RandomState::default();
        Self {
            request,
            sieve: Sieve::new(request, hasher),
            judge: Judge::new(request, Detection::default()),
            opener: Opener::short_of_memory(),
            files: BTreeMap::new(),
            earlier: BTreeMap::new(),
            earlier_names: BTreeMap::new(),
            settled: SETTLED,
            losing_remarks: 0,
        }
    }

    /// Goes on where an earlier run was.
    ///
    /// # Errors
    /// [`SnapshotError`] when its correlations are of another version.
    pub fn restore(
        request: &'r DetectRequest<'r>,
        state: FollowState,
    ) -> Result<Self, SnapshotError> {
        let mut follower = Self::new(request);
        let snapshot: Snapshot = state.correlations;
        follower.judge.correlator =
            Correlator::restore(request.rules, request.correlation, snapshot)?;
        for mark in state.files {
            follower.earlier_names.extend(mark.number.map(|it| (it, mark.path.clone())));
            follower.earlier.insert(mark.path.clone(), mark);
        }
        Ok(follower)
    }

    /// The same, telling of files that end in the middle after another while than 30 s.
    #[must_use]
    pub fn settled_after(self, settled: Duration) -> Self {
        Self { settled, ..self }
    }

    /// Where it is, to go on from in another run.
    #[must_use]
    pub fn state(&self) -> FollowState {
        let own = self.files.iter().map(|(identity, it)| FileMark {
            number: identity.number(),
            path: it.path.clone(),
            offset: it.offset,
            head_length: it.head.length,
            head: format!("{:016x}", it.head.digest),
            lines: it.form == Form::Lines,
        });
        // Files of an earlier run that were not met may come back: a folder may not be mounted.
        let files = own.chain(self.earlier.values().cloned()).collect();
        FollowState::new(files, self.judge.correlator.snapshot())
    }

    /// Figures so far.
    #[must_use]
    pub fn detection(&self) -> &Detection {
        &self.judge.detection
    }

    /// How much was not looked at.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.detection().skipped() + self.losing_remarks
    }

    /// The figures at the end; what was told of files is counted as one remark.
    #[must_use]
    pub fn into_detection(self) -> Detection {
        let mut detection = self.judge.detection;
        let message = format!("{} remarks on files were told as they came", self.losing_remarks);
        let loses = self.losing_remarks > 0;
        detection.remarks = Vec::from_iter(loses.then(|| FileRemark {
            path: self.request.paths.first().cloned().unwrap_or_default(),
            message,
            loses,
        }));
        detection
    }

    /// Files that are followed.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// Looks once: reads what came since, and tells the matches.
    ///
    /// # Errors
    /// [`TrailError`] when a named path cannot be opened.
    pub fn look(&mut self, now: Instant, tell: &mut Tell<'_>) -> Result<Look, TrailError> {
        let found = find_followed(&self.request.paths)?;
        let mut look = Look { remarks: found.remarks, ..Look::default() };
        for it in self.files.values_mut() {
            it.missed = it.missed.saturating_add(1);
        }
        for path in &found.files {
            // A file that went since the folder was read is met again, or is gone.
            let Ok(metadata) = std::fs::metadata(path) else { continue };
            self.meet(path, &metadata, now, tell, &mut look);
        }
        self.files.retain(|_, it| it.missed < GONE);
        self.judge.flush(tell);
        self.judge.detection.files = self.files.len();
        // Remarks are told at once; a run without an end must not keep them.
        let told = std::mem::take(&mut self.judge.detection.remarks);
        look.remarks.extend(told);
        self.losing_remarks += look.remarks.iter().filter(|it| it.loses).count() as u64;
        Ok(look)
    }

    /// Looks at one file.
    fn meet(
        &mut self,
        path: &Path,
        metadata: &Metadata,
        now: Instant,
        tell: &mut Tell<'_>,
        look: &mut Look,
    ) {
        let identity = identity(path, metadata);
        let mut file = if let Some(file) = self.files.remove(&identity) {
            file
        } else {
            let mark = self.mark_of(path, &identity);
            Followed::new(path, mark, now)
        };
        let is_same = file.size == metadata.len() && file.modified == metadata.modified().ok();
        if !is_same {
            file.changed = now;
        }
        if path != file.path {
            file.path = path.to_path_buf();
        }
        file.missed = 0;
        let is_done = is_same && (file.offset >= file.size || file.is_told);
        if !is_done {
            (file.size, file.modified) = (metadata.len(), metadata.modified().ok());
            match self.read(&mut file, now, is_same, tell) {
                Ok(is_news) => look.has_news |= is_news,
                Err(error) => {
                    self.judge.add(figures(path, Ok(Err(error))));
                    // Told once, and tried again when it changes.
                    file.is_told = true;
                }
            }
            look.unfinished += usize::from(file.offset < file.size);
        }
        self.files.insert(identity, file);
    }

    /// How far an earlier run had read a file: known by its number, else by its name.
    fn mark_of(&mut self, path: &Path, identity: &Identity) -> Option<FileMark> {
        let number = identity.number();
        let name = number.and_then(|it| self.earlier_names.remove(&it));
        if let Some(mark) = name.and_then(|it| self.earlier.remove(&it)) {
            return Some(mark);
        }
        // On the same device another number is another file; a device may be mounted under another one.
        let is_other = self.earlier.get(path).is_some_and(|mark| {
            mark.number.zip(number).is_some_and(|((before, _), (device, _))| before == device)
        });
        if is_other { None } else { self.earlier.remove(path) }
    }

    /// Reads what can be read of a file; whether something was.
    fn read(
        &mut self,
        file: &mut Followed,
        now: Instant,
        is_same: bool,
        tell: &mut Tell<'_>,
    ) -> io::Result<bool> {
        let mut bytes = File::open(&file.path)?;
        let (head, is_gzip) = head_of(&mut bytes, file.head.length)?;
        if head != file.head || file.size < file.offset {
            // Another file under the same name or number, or one that was emptied.
            file.restart();
        }
        if file.offset >= file.size {
            file.head = head_of(&mut bytes, file.size.min(HEAD))?.0;
            return Ok(false);
        }
        let has_waited = now.duration_since(file.changed) >= self.settled;
        let is_news = if is_gzip {
            self.whole(file, has_waited, tell, is_whole_gzip)
        } else {
            self.text(file, &mut bytes, is_same, has_waited, tell)
        }?;
        file.head = head_of(&mut bytes, file.size.min(HEAD))?.0;
        Ok(is_news)
    }

    /// Reads a file that has an end, when it has come to it.
    fn whole(
        &mut self,
        file: &mut Followed,
        has_waited: bool,
        tell: &mut Tell<'_>,
        is_whole: impl Fn(&Path) -> io::Result<bool>,
    ) -> io::Result<bool> {
        if !has_waited {
            if file.tried == Some(file.size) {
                return Ok(false);
            }
            file.tried = Some(file.size);
            if !is_whole(&file.path)? {
                return Ok(false);
            }
        }
        // What was read of it before is told once only: its records are known.
        let path = file.path.clone();
        self.visit(&path, tell, |opener, sieve, request| {
            opener.read(&path, &request.limits, sieve).map(|(outcome, _)| outcome)
        });
        file.offset = file.size;
        Ok(true)
    }

    /// Reads text: lines as they come, a document when it has come to its end.
    fn text(
        &mut self,
        file: &mut Followed,
        bytes: &mut File,
        is_same: bool,
        has_waited: bool,
        tell: &mut Tell<'_>,
    ) -> io::Result<bool> {
        let mut is_news = false;
        loop {
            if file.form == Form::Document {
                file.offset = 0;
                // A large one is read twice, so it is waited for until it rests.
                if file.size > SMALL && !is_same && !has_waited {
                    return Ok(is_news);
                }
                let limits = self.request.limits;
                return self.whole(file, has_waited, tell, |path| is_whole_text(path, &limits));
            }
            bytes.seek(SeekFrom::Start(file.offset))?;
            let mut chunk = Vec::new();
            bytes.take(STEP.min(file.size - file.offset)).read_to_end(&mut chunk)?;
            let first = chunk.iter().position(|it| *it == b'\n').map_or(chunk.len(), |at| at + 1);
            if file.form == Form::Unknown {
                let line = chunk.get(..first).unwrap_or(&chunk);
                file.form = if is_json(line) { Form::Lines } else { Form::Document };
                continue;
            }
            let end = chunk.iter().rposition(|it| *it == b'\n').map_or(0, |at| at + 1);
            let rest = chunk.get(end..).unwrap_or_default();
            // The last line may lack its end and yet be whole; a number or word might go on.
            let is_end = file.offset + chunk.len() as u64 == file.size;
            let end = if is_end && is_json(rest) { chunk.len() } else { end };
            if end == 0 && !is_end {
                // A line that is longer than what is read at a time.
                file.form = Form::Document;
                continue;
            }
            if end > 0 {
                self.lines(file, chunk.get(..end).unwrap_or(&chunk), tell);
                is_news = true;
            }
            if !is_end && end > 0 {
                continue;
            }
            if file.offset < file.size && has_waited && !file.is_told {
                file.is_told = true;
                let message = format!("byte {}: the last line is cut here", file.offset);
                let remarks = vec![FileRemark { path: file.path.clone(), message, loses: true }];
                self.judge.add(Detection { remarks, ..Detection::default() });
            }
            return Ok(is_news);
        }
    }

    /// Judges whole lines, and is done with them.
    fn lines(&mut self, file: &mut Followed, lines: &[u8], tell: &mut Tell<'_>) {
        let offset = file.offset;
        let path = file.path.clone();
        self.visit(&path, tell, |_, sieve, request| {
            let mut outcome = audit_event::read(lines, &request.limits, sieve);
            for remark in &mut outcome.remarks {
                remark.offset += offset;
            }
            Ok(outcome)
        });
        file.offset += lines.len() as u64;
        file.is_told = false;
    }

    /// Reads with `read` and judges what the sieve finds. One odd file never ends a run, even when the
    /// fault is ours.
    fn visit(
        &mut self,
        path: &Path,
        tell: &mut Tell<'_>,
        read: impl FnOnce(
            &mut Opener,
            &mut audit_event::Visit<'_>,
            &DetectRequest<'_>,
        ) -> io::Result<Outcome>,
    ) {
        let Self { request, sieve, judge, opener, .. } = self;
        let mut batch: Vec<Matched> = Vec::new();
        let result = catch_unwind(AssertUnwindSafe(|| {
            let mut visit = |event: &audit_event::AuditEvent<'_>| {
                batch.extend(sieve.sift(event));
                if batch.len() >= BATCH {
                    judge.take(std::mem::take(&mut batch), tell);
                }
            };
            read(opener, &mut visit, request)
        }));
        if result.is_err() {
            sieve.reset();
        }
        judge.take(batch, tell);
        let mut own = figures(path, result);
        own.left_out = std::mem::take(&mut sieve.left_out);
        judge.add(own);
    }
}

impl Followed {
    fn new(path: &Path, mark: Option<FileMark>, now: Instant) -> Self {
        let mut file = Self {
            path: path.to_path_buf(),
            offset: 0,
            size: 0,
            modified: None,
            head: Head::default(),
            form: Form::Unknown,
            changed: now,
            tried: None,
            is_told: false,
            missed: 0,
        };
        if let Some(mark) = mark
            && let Ok(digest) = u64::from_str_radix(&mark.head, 16)
            && mark.head_length <= HEAD
        {
            file.offset = mark.offset;
            file.head = Head { length: mark.head_length, digest };
            file.form = if mark.lines { Form::Lines } else { Form::Unknown };
        }
        file
    }

    fn restart(&mut self) {
        self.offset = 0;
        self.form = Form::Unknown;
        self.tried = None;
        self.is_told = false;
    }
}

#[cfg(unix)]
fn identity(_: &Path, metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    Identity::Number(metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(path: &Path, _: &Metadata) -> Identity {
    Identity::Path(path.to_path_buf())
}

/// The first bytes, so many of them, and whether the file is gzip.
fn head_of(file: &mut File, length: u64) -> io::Result<(Head, bool)> {
    file.seek(SeekFrom::Start(0))?;
    let mut start = Vec::new();
    io::Read::by_ref(file).take(HEAD).read_to_end(&mut start)?;
    let is_gzip = start.starts_with(GZIP);
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(start.len());
    let bytes = start.get(..length).unwrap_or(&start);
    // FNV-1a: the digest is kept over runs, and of versions of this program.
    let digest = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let digest = if length == 0 { 0 } else { digest };
    Ok((Head { length: length as u64, digest }, is_gzip))
}

/// Whether a text is one whole object or array of JSON: nothing that might go on.
fn is_json(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.starts_with(b"{")
        && text.ends_with(b"}")
        && serde_json::from_slice::<IgnoredAny>(text).is_ok()
        || text.starts_with(b"[")
            && text.ends_with(b"]")
            && serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// Whether a gzip file has come to the end of its last member.
fn is_whole_gzip(path: &Path) -> io::Result<bool> {
    let file = BufReader::with_capacity(1 << 16, File::open(path)?);
    // Bounded, as a bomb would hold everything up; what is larger is read as it is.
    let mut plain = MultiGzDecoder::new(file).take(LONGEST_TRIED);
    Ok(io::copy(&mut plain, &mut io::sink()).is_ok())
}

/// Whether a document has come to its end.
fn is_whole_text(path: &Path, limits: &audit_event::Limits) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let outcome = audit_event::read_from(&mut file, limits, &mut |_| {});
    let is_cut = |it: &audit_event::Remark| matches!(it.kind, audit_event::RemarkKind::Cut);
    Ok(!outcome.remarks.iter().any(is_cut) && outcome.remarks_left_out == 0)
}
