//! Programs that are started.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use guard_settings::EventKind;
use rustix::io::Errno;

use super::{Answer, Decision, Warden};
use crate::incident::Incident;
use crate::kernel::Notification;

impl Warden {
    pub(super) fn execute(
        &self,
        question: Notification,
        folder: Option<usize>,
        path: usize,
    ) -> Result<Decision, Errno> {
        if self.is_starting(question.thread) {
            return Ok(Decision::Now(Answer::Continue));
        }
        let asked = question.absolute(folder, &question.path(path)?)?;
        let in_memory = memory_file(question.thread, &asked);
        let Some(real) = in_memory.clone().or_else(|| std::fs::canonicalize(&asked).ok()) else {
            // Shells try every folder of `PATH`.
            return Ok(Decision::Now(Answer::Continue));
        };
        let is_listed = in_memory.is_none() && self.policy.programs.allows(&asked, &real);
        let is_refused = self.policy.refuses && !is_listed;
        let is_main = question.thread == self.shared.main.load(Ordering::Relaxed);
        // Where programs are listed, those that are listed are no news.
        let is_told = !is_listed || (self.policy.programs.allow.is_none() && !is_main);
        if is_told {
            let arguments = question.program_arguments(path + 1);
            let verb = if is_refused { "refused to start" } else { "started" };
            let why = match (&in_memory, is_listed) {
                (Some(_), _) => ", a file in memory",
                (None, false) => ", which `processes.allow` does not list",
                (None, true) => "",
            };
            let detail = format!("{verb} `{}`{why}", asked.display());
            let incident = Incident::new(EventKind::ProcessSpawned, is_refused, detail);
            let incident = incident.to(real.to_string_lossy());
            self.shared.tell(incident.of_program(&real, &arguments));
        }
        let refusal = Answer::Error(Errno::ACCESS);
        Ok(Decision::Now(if is_refused { refusal } else { Answer::Continue }))
    }
}

impl Warden {
    /// Whether the one who asks is still the guard, about to become the runtime: its memory cannot
    /// be read. Whoever starts the runtime may learn late that it runs, so that is no measure.
    fn is_starting(&self, thread: u32) -> bool {
        if self.shared.has_started.load(Ordering::Acquire) {
            return false;
        }
        // Nobody else can ask before.
        let _ = self.shared.main.compare_exchange(0, thread, Ordering::Relaxed, Ordering::Relaxed);
        let program = |of: &str| std::fs::read_link(format!("/proc/{of}/exe")).ok();
        let own = program("self");
        // The program of a process that gives no image of its memory cannot be read.
        let is_ours = program(&thread.to_string()).is_none_or(|it| own.is_none_or(|own| own == it));
        if !is_ours {
            self.shared.has_started.store(true, Ordering::Release);
        }
        is_ours
    }
}

/// The file behind a descriptor, when it has no name on disk: made in memory, or deleted.
fn memory_file(thread: u32, path: &Path) -> Option<PathBuf> {
    let below = path.strip_prefix("/dev/fd").or_else(|_| path.strip_prefix("/proc/self/fd"));
    let link = match below {
        Ok(fd) => Path::new(&format!("/proc/{thread}/fd")).join(fd),
        Err(_) if path.starts_with("/proc") => path.to_owned(),
        Err(_) => return None,
    };
    let target = std::fs::read_link(link).ok()?;
    let text = target.as_os_str().as_encoded_bytes();
    (text.starts_with(b"/memfd:") || text.ends_with(b" (deleted)")).then_some(target)
}
