//! Secrets in the history of a git repository: every file of every commit, each content once.
//!
//! The objects are read here, no program is run: a repository may be a stranger's, and its settings
//! could name programs of theirs (`diff.external`, `textconv`, `core.fsmonitor`).

use std::{
    collections::HashMap,
    hash::BuildHasher as _,
    path::{Path, PathBuf},
};

use gix::{ObjectId, Repository, ThreadSafeRepository};
use rayon::prelude::*;
use secret_scan::{Found, Scanner};

use crate::{
    commits::NewestFirst,
    coverage::{Coverage, Reason},
    package::{Archives, PackageLimits, Part},
    trees::{Blob, Changes},
};

/// How much of a history is looked at.
#[derive(Clone, Copy, Debug)]
pub struct HistoryLimits {
    /// Commits, the newest first.
    pub commits: usize,
    /// Bytes of one content; what is larger is named and not looked at.
    pub bytes: u64,
    /// Distinct secrets that are told.
    pub secrets: usize,
}

impl Default for HistoryLimits {
    fn default() -> Self {
        Self { commits: 1_000_000, bytes: 16 << 20, secrets: 10_000 }
    }
}

/// A commit that holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id in hexadecimal.
    pub id: String,
    /// When its author made it, `2026-11-26T23:00:00Z`; empty when it does not say.
    pub date: String,
    /// The file of the repository, with `/`.
    pub path: String,
    /// Line of that file in that commit, from 1.
    pub line: u32,
}

/// A secret of a history, told once however many files and commits have it.
#[derive(Clone, Debug)]
pub struct PastSecret {
    /// What it is; its place is that in the newest commit that wrote it.
    pub found: Found,
    /// The oldest commit that wrote it.
    pub first: Commit,
    /// The newest commit that wrote it.
    pub last: Commit,
    /// Times that a commit wrote a file with it.
    pub times: usize,
    /// Whether the commit that is checked out still has it.
    pub is_in_head: bool,
}

/// What a history holds.
#[derive(Debug, Default)]
pub struct History {
    /// The secrets, those that the head has first, then by path and line.
    pub secrets: Vec<PastSecret>,
    /// Commits that were looked at.
    pub commits: usize,
    /// Whether older commits are not here: the repository is a shallow clone.
    pub is_shallow: bool,
    /// Whether there were more commits, or secrets, than limits let through.
    pub is_cut: bool,
    /// What was looked at, contents counted as files.
    pub coverage: Coverage,
}

/// Why a history could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is no repository round the path.
    #[error(
        "`{}` lies in no git repository that can be read ({reason}); leave out `--history` to look at its files",
        path.display()
    )]
    NoRepository {
        /// As named.
        path: PathBuf,
        /// What the reader says.
        reason: String,
    },
    /// The revision to begin after is not there.
    #[error("there is no revision `{revision}`: {reason}")]
    NoRevision {
        /// As named.
        revision: String,
        /// What the reader says.
        reason: String,
    },
    /// The repository is damaged where its commits begin.
    #[error("the commits of `{}` cannot be read: {reason}", path.display())]
    Damaged {
        /// The repository.
        path: PathBuf,
        /// What the reader says.
        reason: String,
    },
}

/// Contents that are looked at together.
const BATCH: usize = 1_024;

/// Bytes of objects that are kept: trees are asked for again and again.
const CACHE: usize = 8 << 20;

/// Looks through the history of the repository round `path`: what its references and its head reach,
/// below `path` only; with `since`, commits that this revision does not reach.
///
/// # Errors
/// [`HistoryError`] when there is no repository or revision. Objects that cannot be read are counted.
pub fn history(
    path: &Path,
    since: Option<&str>,
    scanner: &Scanner,
    limits: &HistoryLimits,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<History, HistoryError> {
    let shared = open(path)?;
    let mut repository = shared.to_thread_local();
    repository.object_cache_size(CACHE);
    let below = below(&repository, path);
    let hidden = since.map(|revision| commit_of(&repository, revision)).transpose()?;
    let is_shallow = repository.is_shallow().unwrap_or(false);
    let mut search = Search::new(&shared, scanner, limits);
    search.history.is_shallow = is_shallow;
    let damaged = |reason: String| HistoryError::Damaged { path: path.to_path_buf(), reason };
    let tips = tips(&repository, &mut search.history.coverage).map_err(damaged)?;
    let newest = gix::traverse::commit::simple::CommitTimeOrder::NewestFirst;
    let walk = repository
        .rev_walk(tips)
        .sorting(gix::revision::walk::Sorting::ByCommitTime(newest))
        .with_hidden(hidden)
        .use_commit_graph(false)
        .all()
        .map_err(|error| damaged(words(&error)))?;
    let mut changes = Changes::new(&repository, below);
    for commit in NewestFirst::new(walk) {
        // A commit that is not there ends its own line of ancestors only.
        let Some(commit) = commit else {
            search.history.coverage.note("", Reason::Damaged);
            continue;
        };
        if search.history.commits == limits.commits || search.history.is_cut {
            search.history.is_cut = true;
            break;
        }
        search.history.commits += 1;
        let parents: Vec<ObjectId> = commit.parent_ids.iter().copied().collect();
        let blobs = changes.of(commit.id, &parents, &mut search.history.coverage);
        search.take(commit.id, blobs);
        progress(search.history.commits);
    }
    search.flush();
    search.mark_head(&repository, &mut changes);
    Ok(search.finish())
}

/// Opens the repository round a path without any settings of the user, the system or includes.
fn open(path: &Path) -> Result<ThreadSafeRepository, HistoryError> {
    // A folder that was deleted lies in the repository of the folder that it was in.
    let folder = path.ancestors().find(|it| it.is_dir()).unwrap_or(Path::new("."));
    let isolated = gix::open::Options::isolated;
    let trust = gix::sec::trust::Mapping { full: isolated(), reduced: isolated() };
    ThreadSafeRepository::discover_opts(folder, gix::discover::upwards::Options::default(), trust)
        .map_err(|error| {
            let (path, reason) = (path.to_path_buf(), words(&error));
            HistoryError::NoRepository { path, reason }
        })
}

/// The path within the repository, in parts; empty for all of it.
fn below(repository: &Repository, path: &Path) -> Vec<String> {
    let root = repository.workdir().and_then(|root| root.canonicalize().ok());
    let full = full(path);
    let (Some(root), Some(full)) = (root, full) else { return Vec::new() };
    let Ok(inner) = full.strip_prefix(&root) else { return Vec::new() };
    inner.iter().map(|part| part.to_string_lossy().into_owned()).collect()
}

/// The full path, also of what is no longer there: its commits are.
fn full(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let known = path.ancestors().find_map(|it| Some((it, it.canonicalize().ok()?)));
    let (there, full) = known?;
    let gone = path.strip_prefix(there).ok()?;
    Some(if gone.as_os_str().is_empty() { full } else { full.join(gone) })
}

fn commit_of(repository: &Repository, revision: &str) -> Result<ObjectId, HistoryError> {
    let none = |reason: String| HistoryError::NoRevision { revision: revision.to_owned(), reason };
    let id = repository.rev_parse_single(revision).map_err(|error| none(words(&error)))?;
    let object = id.object().map_err(|error| none(words(&error)))?;
    let commit = object.peel_to_commit().map_err(|error| none(words(&error)))?;
    Ok(commit.id)
}

/// Where the walk begins: every reference and the head, as far as they lead to commits.
/// Those that do not are told, save tags of trees and files, which have no history.
fn tips(repository: &Repository, coverage: &mut Coverage) -> Result<Vec<ObjectId>, String> {
    let mut tips = Vec::new();
    match repository.head() {
        // The branch of the first commit that is to come.
        Ok(head) if head.is_unborn() => {}
        Ok(mut head) => match head.peel_to_commit() {
            Ok(commit) => tips.push(commit.id),
            Err(error) => coverage.note("HEAD", Reason::Reference(words(&error))),
        },
        Err(error) => coverage.note("HEAD", Reason::Reference(words(&error))),
    }
    let references = repository.references().map_err(|error| words(&error))?;
    for reference in references.all().map_err(|error| words(&error))? {
        let mut reference = match reference {
            Ok(reference) => reference,
            Err(error) => {
                coverage.note("", Reason::Reference(error.to_string()));
                continue;
            }
        };
        let name = reference.name().as_bstr().to_string();
        match reference.peel_to_id() {
            Ok(id) => match id.object() {
                Ok(object) if object.kind == gix::object::Kind::Commit => tips.push(object.id),
                Ok(_) => {}
                Err(error) => coverage.note(&name, Reason::Reference(words(&error))),
            },
            Err(error) => coverage.note(&name, Reason::Reference(words(&error))),
        }
    }
    tips.sort_unstable();
    tips.dedup();
    Ok(tips)
}

/// An error of the reader on one line.
fn words(error: &dyn std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().trim().to_owned()
}

/// A content in a commit.
struct Event {
    commit: ObjectId,
    blob: Blob,
    key: u64,
}

/// A secret of a content.
struct Held {
    /// Place in the list of secrets.
    at: usize,
    line: u32,
    /// `!inner` in an archive, else empty.
    inner: Box<str>,
}

struct Search<'a> {
    shared: &'a ThreadSafeRepository,
    scanner: &'a Scanner,
    limits: &'a HistoryLimits,
    history: History,
    /// Contents that were looked at, with the secrets in those that have some. Keys are hashes with
    /// a secret of this run, so that nobody can make two contents share one.
    seen: HashMap<u64, Box<[Held]>, foldhash::fast::RandomState>,
    hasher: foldhash::fast::RandomState,
    /// By kind and hash: place in the list.
    known: HashMap<(String, String), usize>,
    waiting: Vec<Event>,
    fresh: usize,
}

impl<'a> Search<'a> {
    fn new(
        shared: &'a ThreadSafeRepository,
        scanner: &'a Scanner,
        limits: &'a HistoryLimits,
    ) -> Self {
        Self {
            shared,
            scanner,
            limits,
            history: History::default(),
            seen: HashMap::default(),
            hasher: foldhash::fast::RandomState::default(),
            known: HashMap::new(),
            waiting: Vec::new(),
            fresh: 0,
        }
    }

    /// Content and name together: what a file is called says what is looked for in it.
    fn key(&self, blob: &Blob) -> u64 {
        let name = blob.path.rsplit('/').next().unwrap_or_default();
        self.hasher.hash_one((blob.id.as_bytes(), name))
    }

    fn take(&mut self, commit: ObjectId, blobs: Vec<Blob>) {
        for blob in blobs {
            let key = self.key(&blob);
            match self.seen.get(&key) {
                Some(held) if held.is_empty() => continue,
                Some(_) => {}
                None => self.fresh += 1,
            }
            self.waiting.push(Event { commit, blob, key });
            if self.fresh >= BATCH || self.waiting.len() >= 8 * BATCH {
                self.flush();
            }
        }
    }

    /// Looks at the contents that wait, in parallel, then puts down what each commit wrote.
    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.fresh = 0;
        let mut fresh: Vec<&Event> = Vec::new();
        let mut taken = std::collections::HashSet::new();
        for event in &waiting {
            if !self.seen.contains_key(&event.key) && taken.insert(event.key) {
                fresh.push(event);
            }
        }
        let (shared, scanner, most) = (self.shared, self.scanner, self.limits.bytes);
        let looks: Vec<Look> = fresh
            .par_iter()
            .map_init(
                || shared.to_thread_local(),
                |repository, event| look(repository, scanner, &event.blob, most),
            )
            .collect();
        for (event, look) in fresh.iter().zip(looks) {
            let held = self.put_down(&event.blob, look);
            self.seen.insert(event.key, held);
        }
        for event in &waiting {
            self.tell(event);
        }
    }

    /// Counts a content and gives its secrets their numbers.
    fn put_down(&mut self, blob: &Blob, look: Look) -> Box<[Held]> {
        let found = match look {
            Look::Text { bytes, found, has_more } => {
                self.history.coverage.files += 1;
                self.history.coverage.bytes += bytes;
                if has_more {
                    self.history.coverage.note(&blob.path, Reason::More { most: found.len() });
                }
                found.into_iter().map(|found| (found, Box::default())).collect()
            }
            Look::Archive(mut part) => {
                for missed in &mut part.coverage.missed {
                    missed.path.insert_str(0, &blob.path);
                }
                self.history.coverage.add(part.coverage);
                let inner = part.secrets.into_iter().map(|it| (it.found, it.path.into_boxed_str()));
                inner.collect::<Vec<(Found, Box<str>)>>()
            }
            Look::Binary => {
                self.history.coverage.binaries += 1;
                return Box::default();
            }
            Look::Refused(reason) => {
                self.history.coverage.note(&blob.path, reason);
                return Box::default();
            }
        };
        let mut held: Vec<Held> = Vec::new();
        for (found, inner) in found {
            let name = (found.kind.to_string(), found.hash.clone());
            let line = found.line;
            let at = match self.known.get(&name) {
                Some(at) => *at,
                None if self.history.secrets.len() >= self.limits.secrets => {
                    self.history.is_cut = true;
                    continue;
                }
                None => {
                    let none = Commit {
                        id: String::new(),
                        date: String::new(),
                        path: String::new(),
                        line,
                    };
                    let (first, last) = (none.clone(), none);
                    let secret = PastSecret { found, first, last, times: 0, is_in_head: false };
                    self.history.secrets.push(secret);
                    self.known.insert(name, self.history.secrets.len() - 1);
                    self.history.secrets.len() - 1
                }
            };
            if !held.iter().any(|known| known.at == at) {
                held.push(Held { at, line, inner });
            }
        }
        held.into_boxed_slice()
    }

    /// Commits come newest first: the first that tells of a secret is the last that wrote it.
    fn tell(&mut self, event: &Event) {
        let Some(held) = self.seen.get(&event.key) else { return };
        for Held { at, line, inner } in held {
            let Some(secret) = self.history.secrets.get_mut(*at) else { continue };
            let commit = Commit {
                id: event.commit.to_string(),
                date: String::new(),
                path: format!("{}{inner}", event.blob.path),
                line: *line,
            };
            if secret.times == 0 {
                secret.last = commit.clone();
            }
            secret.first = commit;
            secret.times += 1;
        }
    }

    /// Marks what the tree of the head holds; contents of it that no commit brought are looked at.
    fn mark_head(&mut self, repository: &Repository, changes: &mut Changes<'_>) {
        if self.history.secrets.is_empty() {
            return;
        }
        let Ok(tree) = repository.head_tree_id() else { return };
        let mut coverage = Coverage::default();
        for blob in changes.all_of(tree.detach(), &mut coverage) {
            let key = self.key(&blob);
            if let Some(held) = self.seen.get(&key) {
                for Held { at, .. } in held {
                    if let Some(secret) = self.history.secrets.get_mut(*at) {
                        secret.is_in_head = true;
                    }
                }
                continue;
            }
            let found = match look(repository, self.scanner, &blob, self.limits.bytes) {
                Look::Text { found, .. } => found,
                Look::Archive(part) => part.secrets.into_iter().map(|it| it.found).collect(),
                Look::Binary | Look::Refused(_) => continue,
            };
            for found in found {
                let at = self.known.get(&(found.kind.to_string(), found.hash));
                if let Some(secret) = at.and_then(|at| self.history.secrets.get_mut(*at)) {
                    secret.is_in_head = true;
                }
            }
        }
    }

    fn finish(mut self) -> History {
        let repository = self.shared.to_thread_local();
        let mut dates: HashMap<String, String> = HashMap::new();
        for secret in &mut self.history.secrets {
            for commit in [&mut secret.first, &mut secret.last] {
                let date =
                    dates.entry(commit.id.clone()).or_insert_with(|| date(&repository, &commit.id));
                commit.date.clone_from(date);
            }
        }
        self.history.secrets.sort_by(|one, other| {
            let key = |it: &PastSecret| (!it.is_in_head, it.last.path.clone(), it.last.line);
            key(one).cmp(&key(other)).then_with(|| one.found.hash.cmp(&other.found.hash))
        });
        self.history
    }
}

/// When the author of a commit made it, in UTC.
fn date(repository: &Repository, id: &str) -> String {
    let id = ObjectId::from_hex(id.as_bytes()).ok();
    let commit = id.and_then(|id| repository.find_commit(id).ok());
    let seconds = commit.and_then(|commit| {
        let author = commit.author().ok()?;
        Some(author.time().ok()?.seconds)
    });
    let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time.map_or_else(String::new, |time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// What looking at one content gave.
enum Look {
    Text {
        bytes: u64,
        found: Vec<Found>,
        has_more: bool,
    },
    /// A ZIP; paths in it begin with `!`.
    Archive(Part),
    Binary,
    Refused(Reason),
}

fn look(repository: &Repository, scanner: &Scanner, blob: &Blob, most: u64) -> Look {
    match repository.find_header(blob.id) {
        Ok(header) if header.size() > most => {
            return Look::Refused(Reason::TooLarge { limit: most });
        }
        Ok(_) => {}
        Err(_) => return Look::Refused(Reason::Damaged),
    }
    let Ok(object) = repository.find_object(blob.id) else { return Look::Refused(Reason::Damaged) };
    let is_store = secret_scan::is_key_store(&blob.path);
    if !is_store
        && (object.data.starts_with(b"PK\x03\x04") || object.data.starts_with(b"PK\x05\x06"))
    {
        let limits = PackageLimits::default();
        return Look::Archive(Archives::new(scanner, &limits, &|_| {}).look_into(&object.data, ""));
    }
    if secret_scan::is_binary(&object.data) && !is_store {
        return Look::Binary;
    }
    let (found, has_more) = scanner.scan_counted(&blob.path, &object.data);
    Look::Text { bytes: object.data.len() as u64, found, has_more }
}
