//! The processes of the environment: the runtime, started again after it ended, and extensions.

use std::{
    ffi::OsString,
    fs, io,
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI32, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::shared::{Shared, Source};

/// Longest line that is kept together; a longer one is cut.
const MAX_LINE: u64 = 256 * 1024;

/// A program with its arguments, and where it runs.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// Its working directory; that of the emulator when `None`.
    pub folder: Option<PathBuf>,
    /// Variables besides those of Lambda; they win over them.
    pub variables: Vec<(OsString, OsString)>,
}

impl Program {
    /// A program with its arguments, in the directory of the emulator.
    pub fn new<I: IntoIterator<Item: Into<OsString>>>(command: I) -> Self {
        let command = command.into_iter().map(Into::into).collect();
        Self { command, ..Self::default() }
    }

    /// Starts it as the leader of a group of its own, so that its children end with it.
    pub(crate) fn spawn(&self, environment: &[(String, String)]) -> io::Result<Child> {
        let (program, arguments) = self
            .command
            .split_first()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no program is named"))?;
        let mut command = Command::new(program);
        command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).spawn()
    }
}

/// The process of the runtime, as far as others than its keeper need it.
#[derive(Debug, Default)]
pub(crate) struct Running {
    /// 0 while there is none.
    pid: AtomicI32,
    peak_mib: AtomicU64,
    measured: Mutex<Option<Instant>>,
    starts: AtomicU64,
}

impl Running {
    /// Sends a signal to the runtime and its children.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid.load(Ordering::Acquire)) {
            // It may have ended in between, which is what the signal is for.
            let _ = kill_process_group(pid, signal);
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.pid.load(Ordering::Acquire) != 0
    }

    /// How often the runtime was started.
    pub(crate) fn starts(&self) -> u64 {
        self.starts.load(Ordering::Acquire)
    }

    /// The process id of the runtime now.
    pub(crate) fn pid(&self) -> Option<u32> {
        u32::try_from(self.pid.load(Ordering::Acquire)).ok().filter(|pid| *pid != 0)
    }

    /// Most memory that the runtime and its children have had, in MiB; 0 when nobody knows.
    pub(crate) fn peak_mib(&self) -> u64 {
        // Reading it costs as much as a small invocation: once in a while is enough.
        let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        if measured.is_none_or(|at| at.elapsed() >= Duration::from_millis(200)) {
            *measured = Some(Instant::now());
            let now = self.pid().map_or(0, |pid| peak_kib(pid, 0).div_ceil(1024));
            self.peak_mib.fetch_max(now, Ordering::AcqRel);
        }
        self.peak_mib.load(Ordering::Acquire)
    }
}

/// `VmHWM` of a process and its children, two generations deep.
fn peak_kib(pid: u32, depth: u8) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let own = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let own = own.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    if depth == 2 {
        return own;
    }
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    own + children.map(|child| peak_kib(child, depth + 1)).sum::<u64>()
}

/// Keeps the runtime: starts it, tells when it ends, starts it again when there is work. Ends when
/// the environment is closed.
pub(crate) fn keep_runtime(
    shared: &Arc<Shared>,
    program: &Program,
    environment: &[(String, String)],
) {
    let mut is_first = true;
    loop {
        let go = shared.wait_for(
            Duration::from_secs(1),
            || false,
            |state| (state.closed || is_first || state.has_work()).then_some(!state.closed),
        );
        if go != Some(true) {
            return;
        }
        is_first = false;
        let status = run_once(shared, program, environment);
        let now = Instant::now();
        shared.update(|state| state.runtime_ended(&status, now));
    }
}

/// Runs the runtime to its end, which is told in words.
fn run_once(shared: &Arc<Shared>, program: &Program, environment: &[(String, String)]) -> String {
    shared.update(|state| state.runtime_started(Instant::now()));
    let mut child = match program.spawn(environment) {
        Ok(child) => child,
        Err(error) => {
            let name = program.command.first().cloned().unwrap_or_default();
            let status = format!("error: `{}` cannot be started: {error}", name.display());
            shared.say(&status);
            return status;
        }
    };
    let running = &shared.running;
    running.pid.store(i32::try_from(child.id()).unwrap_or_default(), Ordering::Release);
    running.starts.fetch_add(1, Ordering::AcqRel);
    let logs = [
        child.stdout.take().map(|pipe| log(shared, Source::Stdout, pipe)),
        child.stderr.take().map(|pipe| log(shared, Source::Stderr, pipe)),
    ];
    let status = child.wait();
    // What the runtime started does not outlive it, and neither do the pipes that it holds.
    running.signal(Signal::KILL);
    running.pid.store(0, Ordering::Release);
    for thread in logs.into_iter().flatten() {
        let _ = thread.join();
    }
    match status {
        Ok(status) => format!("error: {status}"),
        Err(error) => format!("error: {error}"),
    }
}

/// Reads the lines of a pipe until its end.
pub(crate) fn log(
    shared: &Arc<Shared>,
    source: Source,
    pipe: impl Read + Send + 'static,
) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        loop {
            line.clear();
            match pipe.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => shared.log(source, line.strip_suffix(b"\n").unwrap_or(&line)),
            }
        }
    })
}

/// An extension that was started here.
#[derive(Debug)]
pub(crate) struct ExtensionProcess {
    child: Child,
    logs: Vec<JoinHandle<()>>,
}

impl ExtensionProcess {
    pub(crate) fn start(
        shared: &Arc<Shared>,
        program: &Program,
        environment: &[(String, String)],
    ) -> io::Result<Self> {
        let mut child = program.spawn(environment)?;
        let mut logs = Vec::new();
        logs.extend(child.stdout.take().map(|pipe| log(shared, Source::Extension, pipe)));
        logs.extend(child.stderr.take().map(|pipe| log(shared, Source::Extension, pipe)));
        Ok(Self { child, logs })
    }

    /// Waits for its end until `until`, then ends it. `true` when it ended by itself.
    pub(crate) fn end(mut self, until: Instant) -> bool {
        let by_itself = loop {
            match self.child.try_wait() {
                Ok(Some(_)) => break true,
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
                Ok(None) | Err(_) => break false,
            }
        };
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let _ = self.child.wait();
        for thread in self.logs {
            let _ = thread.join();
        }
        by_itself
    }
}
