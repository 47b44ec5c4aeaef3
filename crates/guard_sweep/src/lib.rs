//! What an invocation left behind for the next one: files, processes, sockets, programs in memory.
//!
//! An execution environment serves one invocation after the other. What one of them leaves, by
//! mistake or on purpose, the next one finds: data of another caller, a process that waits. The
//! sweep compares with what was there when the function had started, and only looks: nothing of it
//! needs a privilege.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use guard_settings::{EventKind, TmpFiles};

use guard_sandbox::{Incident, masked};

mod processes;
mod scratch;

use processes::{Left, Processes};
use scratch::Scratch;

/// How long each half of a sweep may take, a thousand times what it takes; what it did not come to
/// is told.
const PATIENCE: Duration = Duration::from_millis(500);
/// Most paths that are told by name.
const MOST_NAMED: usize = 8;
/// Most different things that are remembered as told.
const MOST_TOLD: usize = 4096;

/// Sweeps up between invocations.
#[derive(Debug)]
pub struct Sweep {
    setting: TmpFiles,
    scratch: Scratch,
    processes: Processes,
    /// Sockets and files in memory are told once: a pool of connections is no news.
    told: HashSet<String>,
}

impl Sweep {
    /// For the function whose process is `runtime`, with its scratch folder (`/tmp`).
    ///
    /// Makes the calling process the parent of orphans where the system lets it, so that processes
    /// that cut themselves loose are still found.
    #[must_use]
    pub fn new(setting: TmpFiles, runtime: u32, scratch: &Path) -> Self {
        if setting != TmpFiles::Keep {
            // Refused on some platforms: orphans are then known by their environment.
            let own = rustix::process::getpid();
            let _ = rustix::process::set_child_subreaper(Some(own));
        }
        Self {
            setting,
            scratch: Scratch::new(scratch),
            processes: Processes::new(runtime),
            told: HashSet::new(),
        }
    }

    /// Remembers what is there: to be called when the function has started and before it gets its
    /// first event. What is there now is never told or removed.
    pub fn remember(&mut self) {
        if self.setting != TmpFiles::Keep {
            self.scratch.remember(Instant::now() + PATIENCE);
            self.processes.remember(Instant::now() + PATIENCE);
        }
    }

    /// Looks for what an invocation left, and removes it where the settings say so. To be called
    /// between an answer and the next event. Free when the setting is `keep`.
    pub fn sweep(&mut self) -> Vec<Incident> {
        if self.setting == TmpFiles::Keep {
            return Vec::new();
        }
        let cleans = self.setting == TmpFiles::Clean;
        let mut incidents = Vec::new();
        // Processes first: a living one would write again what is removed.
        for left in self.processes.left(Instant::now() + PATIENCE, cleans) {
            self.tell_process(&left, cleans, &mut incidents);
        }
        let found = self.scratch.sweep(Instant::now() + PATIENCE, cleans);
        if !found.paths.is_empty() {
            incidents.push(tell_files(&found.paths, found.count, cleans));
        }
        if !found.is_whole {
            let detail =
                "the sweep of `/tmp` ended at its limit; what lies behind was not looked at";
            if self.told.insert(detail.to_owned()) {
                incidents.push(Incident::new(EventKind::Fault, false, detail.to_owned()));
            }
        }
        incidents
    }

    fn tell_process(&mut self, left: &Left, cleans: bool, incidents: &mut Vec<Incident>) {
        let (detail, process) = match left {
            Left::Process { pid, program, was_ended, .. } => {
                let what = if *was_ended { "left running, ended" } else { "left running" };
                (format!("a process was {what}: `{}` ({pid})", program.display()), Some(program))
            }
            Left::Listening { port, .. } => {
                (format!("a socket was left listening on port {port}"), None)
            }
            Left::Connected { to } => (format!("a connection to `{to}` was left open"), None),
            Left::InMemory { name, .. } => {
                (format!("a file in memory was left open: `{}`", name.display()), None)
            }
        };
        let is_new = self.told.len() < MOST_TOLD && self.told.insert(detail.clone());
        let is_ended = cleans && matches!(left, Left::Process { .. });
        if !is_new && !is_ended {
            return;
        }
        let mut incident = Incident::new(EventKind::TmpLeft, false, detail);
        incident.process = process.map(|path| path.to_string_lossy().into_owned());
        if let Left::Process { arguments, .. } = left {
            incident.arguments =
                masked(arguments.split(|byte| *byte == 0).filter(|part| !part.is_empty()));
        }
        incidents.push(incident);
    }
}

fn tell_files(paths: &[PathBuf], count: usize, cleans: bool) -> Incident {
    let named: Vec<String> =
        paths.iter().take(MOST_NAMED).map(|path| format!("`{}`", path.display())).collect();
    let more = count.saturating_sub(named.len());
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let verb = if cleans { "left and removed" } else { "left" };
    let word = if count == 1 { "file was" } else { "files were" };
    let detail = format!("{count} {word} {verb}: {}{more}", named.join(", "));
    Incident::new(EventKind::TmpLeft, false, detail)
}
