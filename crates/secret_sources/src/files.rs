//! Secrets in files and folders, the files read in parallel, each in pieces.

use std::{
    fs::File,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use code_package::Keeper as _;
use ignore::{DirEntry, WalkBuilder, WalkState};
use package_files::Mapped;
use secret_scan::Scanner;

use crate::{
    coverage::{Coverage, Reason},
    ignored::Ignored,
    installed::Installed,
    package::{Archives, PackageLimits, Part},
    place::Placed,
    text::{Look, search},
};

/// Folders of packages of others and of copies that builds make.
const OTHERS: [&str; 9] = [
    "node_modules",
    "site-packages",
    ".aws-sam",
    "cdk.out",
    ".serverless",
    ".terraform",
    ".venv",
    "venv",
    "__pycache__",
];

/// The standard mark of a folder that can be made again.
///
/// Source: Cache Directory Tagging Specification, <https://bford.info/cachedir/>.
const CACHE_MARK: &str = "CACHEDIR.TAG";

/// Bytes of an archive that comes from no file.
const MOST_HELD: u64 = 512 << 20;

/// How much of files is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file; what is behind is named as not looked at.
    pub bytes: u64,
    /// Secrets that are kept.
    pub secrets: usize,
    /// Archives among the files.
    pub package: PackageLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 30, secrets: 100_000, package: PackageLimits::default() }
    }
}

/// How to look.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// What decides.
    pub scanner: &'a Scanner,
    /// Bounds.
    pub limits: Limits,
    /// Whether folders of packages of others and of builds are looked into, too.
    pub everything: bool,
}

/// What was found, in order of path and place, and what was looked at.
#[derive(Debug, Default)]
pub struct Looked {
    /// The secrets.
    pub secrets: Vec<Placed>,
    /// What was looked at.
    pub coverage: Coverage,
    /// Whether there were more secrets than are kept.
    pub is_cut: bool,
}

/// Why nothing was looked at.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be opened: {source}", path.display())]
pub struct OpenError {
    /// As named.
    pub path: PathBuf,
    /// Why.
    pub source: std::io::Error,
}

impl Search<'_> {
    /// Looks at a file or at every file below a folder, whatever `.gitignore` says: what lies in a
    /// folder is in the package that is made of it.
    ///
    /// # Errors
    /// [`OpenError`] when it is not there. What cannot be read below it is counted.
    pub fn path(
        &self,
        path: &Path,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Looked, OpenError> {
        let failed = |source| OpenError { path: path.to_path_buf(), source };
        let metadata = std::fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Ok(self.folder(path, progress));
        }
        let mut part = Part::default();
        let name =
            path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        if metadata.is_file() {
            File::open(path).map_err(failed)?;
            self.guarded(path, &name, &mut Vec::new(), &mut part);
        } else {
            part.coverage.note(&name, Reason::NotAFile);
        }
        progress(1);
        let base = path.parent().unwrap_or(path);
        Ok(self.finish(part, base))
    }

    /// Looks at what a reader gives, such as standard input; it may be an archive, which is held in
    /// memory.
    #[must_use]
    pub fn reader(&self, name: &str, reader: &mut dyn Read) -> Looked {
        let mut part = Part::default();
        let mut room = Vec::new();
        match search(reader, name, self.scanner, self.limits.bytes, &mut room) {
            Ok(Look::Archive) => match whole(reader, room) {
                Ok(Some(bytes)) => {
                    let archives = Archives::new(self.scanner, &self.limits.package, &|_| {});
                    part = archives.look_into(&bytes, name);
                }
                Ok(None) => part.coverage.note(name, Reason::TooLarge { limit: MOST_HELD }),
                Err(error) => part.coverage.note(name, Reason::Unreadable(error.to_string())),
            },
            Ok(look) => put_down(look, name, &mut part),
            Err(error) => part.coverage.note(name, Reason::Unreadable(error.to_string())),
        }
        self.cut(part)
    }

    fn folder(&self, root: &Path, progress: &(dyn Fn(usize) + Sync)) -> Looked {
        let whole = Mutex::new(Part::default());
        let left_out = std::sync::Arc::new(AtomicUsize::new(0));
        let done = AtomicUsize::new(0);
        let installed = Installed::default();
        let (counter, everything) = (std::sync::Arc::clone(&left_out), self.everything);
        // Two threads at least: one waits for the disk while the other works.
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .follow_links(false)
            .threads(threads)
            .filter_entry(move |entry| is_wanted(entry, everything, &installed, &counter))
            .build_parallel();
        walk.run(|| {
            let mut mine = Mine { part: Part::default(), room: Vec::new(), whole: &whole };
            let done = &done;
            Box::new(move |entry| {
                self.meet(entry, root, &mut mine);
                progress(done.fetch_add(1, Ordering::Relaxed) + 1);
                WalkState::Continue
            })
        });
        let mut part = whole.into_inner().unwrap_or_else(PoisonError::into_inner);
        part.coverage.dependencies = left_out.load(Ordering::Relaxed);
        self.finish(part, root)
    }

    fn meet(&self, entry: Result<DirEntry, ignore::Error>, root: &Path, mine: &mut Mine<'_>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let reason =
                    error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                let path = path_of(&error).map_or_else(String::new, |path| shown(path, root));
                mine.part.coverage.note(&path, Reason::Unreadable(reason));
                return;
            }
        };
        let Some(kind) = entry.file_type() else { return };
        let path = shown(entry.path(), root);
        if kind.is_file() {
            self.guarded(entry.path(), &path, &mut mine.room, &mut mine.part);
        } else if kind.is_symlink() {
            // What it leads to inside of the folder is met there.
            let target = entry.path().canonicalize();
            let is_inside = root
                .canonicalize()
                .is_ok_and(|root| target.as_ref().is_ok_and(|it| it.starts_with(root)));
            if target.is_ok() && !is_inside {
                mine.part.coverage.note(&path, Reason::Outside);
            }
        } else if !kind.is_dir() {
            mine.part.coverage.note(&path, Reason::NotAFile);
        }
    }

    /// Looks at one file; a fault of ours is one of this file alone.
    fn guarded(&self, path: &Path, name: &str, room: &mut Vec<u8>, part: &mut Part) {
        let work = AssertUnwindSafe(|| self.file(path, name, room));
        match catch_unwind(work) {
            Ok(Ok(found)) => found.join_to(part, self.limits.secrets),
            Ok(Err(error)) => part.coverage.note(name, Reason::Unreadable(error.to_string())),
            Err(_) => part.coverage.note(name, Reason::Fault),
        }
    }

    fn file(&self, path: &Path, name: &str, room: &mut Vec<u8>) -> std::io::Result<Part> {
        let mut part = Part::default();
        let mut file = File::open(path)?;
        match search(&mut file, name, self.scanner, self.limits.bytes, room)? {
            Look::Archive => {
                let mapped = Mapped::of(&file)?;
                let passed = |bytes| mapped.looks_at(usize::try_from(bytes).unwrap_or(usize::MAX));
                let archives = Archives::new(self.scanner, &self.limits.package, &passed);
                part = archives.look_into(&mapped, name);
            }
            look => put_down(look, name, &mut part),
        }
        Ok(part)
    }

    fn finish(&self, part: Part, base: &Path) -> Looked {
        let mut looked = self.cut(part);
        let mut ignored = Ignored::new(base);
        for secret in &mut looked.secrets {
            let outer = secret.path.split('!').next().unwrap_or_default();
            secret.is_ignored = ignored.is_ignored(&base.join(outer));
        }
        looked
    }

    fn cut(&self, mut part: Part) -> Looked {
        part.secrets.sort_by(|one, other| one.order().cmp(&other.order()));
        part.coverage.missed.sort_by(|one, other| one.path.cmp(&other.path));
        let is_cut = part.secrets.len() > self.limits.secrets;
        part.secrets.truncate(self.limits.secrets);
        Looked { secrets: part.secrets, coverage: part.coverage, is_cut }
    }
}

/// What is left of an archive whose beginning is read already; `None` when it is too large to hold.
fn whole(reader: &mut dyn Read, mut head: Vec<u8>) -> std::io::Result<Option<Vec<u8>>> {
    reader.take(MOST_HELD).read_to_end(&mut head)?;
    Ok((head.len() as u64 <= MOST_HELD).then_some(head))
}

fn put_down(look: Look, name: &str, part: &mut Part) {
    match look {
        Look::Text { bytes, found, reason } => {
            part.coverage.files += 1;
            part.coverage.bytes += bytes;
            if let Some(reason) = reason {
                part.coverage.note(name, reason);
            }
            part.secrets.extend(found.into_iter().map(|it| Placed::new(name.to_owned(), it)));
        }
        Look::Binary | Look::Archive => part.coverage.binaries += 1,
    }
}

/// What one thread found; put together when the thread ends.
struct Mine<'w> {
    part: Part,
    room: Vec<u8>,
    whole: &'w Mutex<Part>,
}

impl Drop for Mine<'_> {
    fn drop(&mut self) {
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut self.part).join_to(&mut whole, usize::MAX);
    }
}

/// Whether a walk goes into a folder; everything that is no folder is wanted.
fn is_wanted(
    entry: &DirEntry,
    everything: bool,
    installed: &Installed,
    left_out: &AtomicUsize,
) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let name = entry.file_name().to_str().unwrap_or_default();
    // Its objects are packed: `--history` reads them. A worktree has a file of the name.
    if name == ".git" {
        return false;
    }
    if everything || !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return true;
    }
    let is_others = OTHERS.contains(&name)
        || entry.path().join(CACHE_MARK).is_file()
        || entry.path().parent().is_some_and(|folder| installed.holds(folder, name));
    if is_others {
        left_out.fetch_add(1, Ordering::Relaxed);
    }
    !is_others
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The path that a walk stumbled over.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}
