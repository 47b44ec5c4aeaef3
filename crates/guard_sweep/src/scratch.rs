//! The scratch folder, walked by descriptors: no link is ever followed, so that nothing outside it
//! is looked at or removed, whatever the function does meanwhile.

use std::collections::HashMap;
use std::ffi::CStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, statat, unlinkat};

/// Most entries that are looked at.
const MOST_ENTRIES: usize = 20_000;
/// Deepest folder.
const DEEPEST: usize = 32;
/// Most paths that are kept to be told.
const MOST_PATHS: usize = 16;

/// A file as it was: inode, size, time of its last change in nanoseconds.
type Look = (u64, i64, i128);

/// The scratch folder and what was in it.
#[derive(Debug)]
pub(crate) struct Scratch {
    root: PathBuf,
    before: HashMap<PathBuf, Look>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Some of them, in the order of the walk.
    pub(crate) paths: Vec<PathBuf>,
    /// How many there are.
    pub(crate) count: usize,
    /// Whether everything was looked at.
    pub(crate) is_whole: bool,
}

/// One walk.
struct Walk<'a> {
    before: &'a HashMap<PathBuf, Look>,
    seen: HashMap<PathBuf, Look>,
    found: Found,
    end: Instant,
    entries: usize,
    removes: bool,
}

impl Scratch {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), before: HashMap::new() }
    }

    pub(crate) fn remember(&mut self, end: Instant) {
        self.before.clear();
        let seen = self.walk(end, false).seen;
        self.before = seen;
    }

    /// Finds what is new or changed, once: afterwards it is what was there before. With `removes`
    /// new files and folders are removed; changed ones stay.
    pub(crate) fn sweep(&mut self, end: Instant, removes: bool) -> Found {
        let walk = self.walk(end, removes);
        let (seen, found) = (walk.seen, walk.found);
        self.before = seen;
        found
    }

    fn walk(&self, end: Instant, removes: bool) -> Walk<'_> {
        let found = Found { is_whole: true, ..Found::default() };
        let mut walk =
            Walk { before: &self.before, seen: HashMap::new(), found, end, entries: 0, removes };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        if let Ok(folder) = rustix::fs::open(&self.root, flags, Mode::empty()) {
            walk.folder(&folder, &self.root, 0);
        }
        walk
    }
}

impl Walk<'_> {
    fn folder(&mut self, folder: &OwnedFd, path: &Path, depth: usize) {
        let Ok(mut entries) = Dir::read_from(folder) else { return };
        while let Some(Ok(entry)) = entries.read() {
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            self.entries += 1;
            if self.entries > MOST_ENTRIES || depth > DEEPEST || Instant::now() > self.end {
                self.found.is_whole = false;
                return;
            }
            self.entry(folder.as_fd(), name, path, depth);
        }
    }

    fn entry(&mut self, folder: BorrowedFd<'_>, name: &CStr, path: &Path, depth: usize) {
        let path = path.join(std::ffi::OsStr::from_bytes(name.to_bytes()));
        let Ok(stat) = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else { return };
        let is_folder = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        let time = i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec);
        let look: Look = (stat.st_ino, stat.st_size, time);
        let known = self.before.get(&path).copied();
        let is_new = known.is_none_or(|(inode, ..)| inode != look.0);
        if is_folder {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            if let Ok(inner) = openat(folder, name, flags, Mode::empty()) {
                self.folder(&inner, &path, depth + 1);
            }
        }
        // A folder changes with what is in it, which is told by itself.
        if is_new || (!is_folder && known != Some(look)) {
            self.found.count += 1;
            if self.found.paths.len() < MOST_PATHS {
                self.found.paths.push(path.clone());
            }
        }
        if is_new && self.removes {
            let flags = if is_folder { AtFlags::REMOVEDIR } else { AtFlags::empty() };
            if unlinkat(folder, name, flags).is_ok() {
                return;
            }
        }
        self.seen.insert(path, look);
    }
}

#[cfg(test)]
mod tests {
    use super::Scratch;
    use std::fs;
    use std::time::{Duration, Instant};

    #[test]
    fn what_is_new_is_found_once_and_removed_without_following_links() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("kept"), "x").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("before"), "x").unwrap();
        fs::create_dir(root.join("cache")).unwrap();
        let end = || Instant::now() + Duration::from_secs(5);
        let mut scratch = Scratch::new(root);
        scratch.remember(end());
        assert_eq!(scratch.sweep(end(), true).count, 0);
        fs::write(root.join("cache/new"), "x").unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/deep"), "x").unwrap();
        std::os::unix::fs::symlink(outside.path(), root.join("link")).unwrap();
        fs::write(root.join("before"), "longer").unwrap();
        let told = scratch.sweep(end(), false);
        assert_eq!((told.count, told.is_whole), (6, true), "{told:?}");
        assert_eq!(scratch.sweep(end(), false).count, 0);
        // A new baseline forgets that they were told.
        fs::write(root.join("a/b/later"), "x").unwrap();
        let mut scratch = Scratch::new(root);
        scratch.before.insert(root.join("before"), (0, 0, 0));
        let cleaned = scratch.sweep(end(), true);
        assert!(cleaned.count >= 7, "{cleaned:?}");
        assert!(fs::read_dir(root).unwrap().next().is_none());
        assert!(outside.path().join("kept").exists());
    }

    #[test]
    fn a_sweep_ends_at_its_limits_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..100 {
            fs::write(folder.path().join(number.to_string()), "").unwrap();
        }
        let mut scratch = Scratch::new(folder.path());
        let late =
            scratch.sweep(Instant::now().checked_sub(Duration::from_secs(1)).unwrap(), false);
        assert!(!late.is_whole);
        let mut deep = folder.path().to_owned();
        for _ in 0..40 {
            deep.push("d");
        }
        fs::create_dir_all(deep).unwrap();
        assert!(!scratch.sweep(Instant::now() + Duration::from_secs(5), false).is_whole);
    }
}
