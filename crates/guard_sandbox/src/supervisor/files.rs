//! Files that are opened, and names that are made.

use std::path::{Path, PathBuf};

use guard_settings::EventKind;
use rustix::io::Errno;

use super::{Answer, Decision, Warden};
use crate::asks::{Act, Flags};
use crate::incident::Incident;
use crate::kernel::Notification;
use crate::paths::Opening;

/// Roots that hold code and libraries, which runtimes read all day: no word is lost on them.
const PLAIN: [&str; 7] =
    ["/usr/", "/lib", "/var/lang/", "/var/runtime/", "/var/task/", "/opt/", "/sys/"];

const GOES_ON: Result<Decision, Errno> = Ok(Decision::Now(Answer::Continue));

impl Warden {
    pub(super) fn open(
        &self,
        question: Notification,
        folder: Option<usize>,
        path: usize,
        flags: Flags,
    ) -> Result<Decision, Errno> {
        let flags = match flags {
            Flags::Argument(index) => question.int(index),
            Flags::Writes => libc::O_WRONLY,
            Flags::Behind(index) => {
                let word = question.bytes(question.argument(index), 8)?;
                let word = u64::from_ne_bytes(word.try_into().unwrap_or_default());
                i32::try_from(word).unwrap_or(libc::O_RDWR)
            }
        };
        let is_write = flags & (libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC) != 0
            && flags & libc::O_PATH == 0;
        let path = question.path(path)?;
        if !is_write && self.is_plain(&path) {
            return GOES_ON;
        }
        let path = question.absolute(folder, &path)?;
        let act = if is_write { Act::Write } else { Act::Read };
        Ok(self.judge_path(question, &path, act))
    }

    pub(super) fn name(
        &self,
        question: Notification,
        act: Act,
        folder: Option<usize>,
        path: usize,
    ) -> Result<Decision, Errno> {
        let path = question.absolute(folder, &question.path(path)?)?;
        Ok(self.judge_path(question, &path, act))
    }

    /// Both names are judged: a file that may not be read is not to be had under another name.
    pub(super) fn rename(
        &self,
        question: Notification,
        act: Act,
        (from_folder, from): (Option<usize>, usize),
        (to_folder, to): (Option<usize>, usize),
    ) -> Result<Decision, Errno> {
        match self.name(question, act, from_folder, from)? {
            Decision::Now(Answer::Continue) => self.name(question, Act::Replace, to_folder, to),
            other => Ok(other),
        }
    }

    /// A link is judged by where it leads, since opening it later shows only its own name.
    pub(super) fn link(
        &self,
        question: Notification,
        target: usize,
        folder: Option<usize>,
        path: usize,
    ) -> Result<Decision, Errno> {
        let path = question.absolute(folder, &question.path(path)?)?;
        let base = path.parent().unwrap_or(Path::new("/"));
        let target = crate::paths::absolute(base, &question.path(target)?);
        if matches!(self.policy.paths.judge(&target, false), Opening::Sensitive(_)) {
            return Ok(self.judge_path(question, &target, Act::Read));
        }
        Ok(self.judge_path(question, &path, Act::Make))
    }

    /// A path that is certainly usual, without a look at the file system.
    fn is_plain(&self, path: &Path) -> bool {
        let text = path.as_os_str().as_encoded_bytes();
        self.policy.paths.lists.is_none()
            && PLAIN.iter().any(|root| text.starts_with(root.as_bytes()))
            && !text.windows(2).any(|pair| pair == b"..")
            && self.policy.paths.settings.as_deref() != Some(path)
    }

    /// Whether nothing comes of it: libraries look for credentials in many places where none are,
    /// and interpreters try to keep what they compile beside the code, first of all as they start.
    fn is_futile(&self, kind: EventKind, act: Act, path: &Path) -> bool {
        let is_there = || std::fs::symlink_metadata(path).is_ok();
        if kind == EventKind::SensitiveRead {
            return !is_there();
        }
        let is_kept = path.ends_with("__pycache__")
            || path.parent().is_some_and(|folder| folder.ends_with("__pycache__"));
        let fails = match act {
            Act::Read | Act::Write => !is_writable(path),
            Act::Make => is_there() || !has_writable_folder(path),
            Act::Replace => !has_writable_folder(path),
            Act::Remove => !is_there() || !has_writable_folder(path),
        };
        fails || (is_kept && self.invocation.get() == 0)
    }

    fn judge_path(&self, question: Notification, path: &Path, act: Act) -> Decision {
        let path = real(question.thread, path, act);
        let (kind, words) = match self.policy.paths.judge(&path, act != Act::Read) {
            Opening::Usual => return Decision::Now(Answer::Continue),
            Opening::Sensitive(what) => (EventKind::SensitiveRead, format!("which holds {what}")),
            Opening::NotListed => {
                (EventKind::SensitiveRead, "which `files.read` does not list".to_owned())
            }
            Opening::WrittenOutside => (EventKind::CodeWritten, "outside `/tmp`".to_owned()),
        };
        let is_refused = self.policy.refuses && self.policy.paths.lists.is_some();
        if self.is_futile(kind, act, &path) {
            return Decision::Now(Answer::Continue);
        }
        let shown = shown(&path);
        self.tell_once(kind, &shown, || {
            let (done, refused) = match (act, kind) {
                (Act::Make, _) => ("made", "refused to make"),
                (Act::Remove, _) => ("removed", "refused to remove"),
                (_, EventKind::CodeWritten) => ("wrote", "refused to write"),
                _ => ("opened", "refused to open"),
            };
            let verb = if is_refused { refused } else { done };
            let detail = format!("{verb} `{}`, {words}", shown.display());
            let incident = Incident::new(kind, is_refused, detail);
            incident.to(shown.to_string_lossy()).by(question.thread)
        });
        let refusal = Answer::Error(Errno::ACCESS);
        Decision::Now(if is_refused { refusal } else { Answer::Continue })
    }
}

/// Whether a file could be written by this user: not on a disk that is read-only, as code on Lambda.
fn is_writable(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    match access(path, Access::WRITE_OK) {
        Ok(()) => true,
        Err(Errno::NOENT) => has_writable_folder(path),
        Err(_) => false,
    }
}

/// Whether this user may make and remove names where a path stands.
fn has_writable_folder(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    path.parent().is_some_and(|folder| access(folder, Access::WRITE_OK).is_ok())
}

/// Where a path leads, for the folders in which a function can have made links, and for `/proc`,
/// whose links lead everywhere. What is not there yet stands in the folder that is, and so does a
/// name itself, which the call does not follow.
fn real(thread: u32, path: &Path, act: Act) -> PathBuf {
    let (path, is_process) = match path.strip_prefix("/proc") {
        Ok(below) => {
            let own = format!("/proc/{thread}");
            let below = match (below.strip_prefix("self"), below.strip_prefix("thread-self")) {
                (Ok(rest), _) | (_, Ok(rest)) => Path::new(&own).join(rest),
                _ => path.to_owned(),
            };
            (below, true)
        }
        Err(_) => (path.to_owned(), false),
    };
    if !is_process && !path.starts_with("/tmp") && !path.starts_with("/dev/fd") {
        return path;
    }
    if act.follows()
        && let Ok(real) = std::fs::canonicalize(&path)
    {
        return real;
    }
    let folder = path.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

/// A path as it is told: the many files that an interpreter keeps beside its code are one.
fn shown(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder.ends_with("__pycache__") => folder.join("*"),
        _ => path.to_owned(),
    }
}
