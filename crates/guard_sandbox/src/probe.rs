//! Every mechanism, tried in a child that may die of it.
//!
//! The kernel of a platform may refuse a call with an error, end the process that makes it (Lambda
//! ends some with SIGSYS, which cannot be caught), or let it hang. So one child tries them in turn
//! and tells each step over a pipe before and after; when it dies or is late, the step it was at
//! is the one that does not work, and another child goes on behind it.

use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, kill_process_group, waitpid};

use crate::facts::{Fact, Facts, Mechanism, mechanism_of};
use crate::kernel::{Forked, exit_now, fork};

mod steps;

use steps::STEPS;

/// How long one step may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_millis(500);

/// One message of the child: what, begun or done, error, value.
const MESSAGE: usize = 10;
const BEGUN: u8 = 0;
const DONE: u8 = 1;

/// How much is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What confinement needs to know: one child, under a millisecond.
    Mechanisms,
    /// Also which languages are there, for which they are started.
    Languages,
}

/// Tries every mechanism.
///
/// Nothing of it changes the calling process. It has one thread, or its other threads hold no lock
/// that a child would need: the children only make system calls.
#[must_use]
pub fn probe(depth: Depth) -> Facts {
    let mut facts = Facts {
        kernel: rustix::system::uname().release().to_string_lossy().into_owned(),
        facts: Vec::new(),
    };
    facts.set(loopback());
    let mut next = 0;
    while next < STEPS.len() {
        let run = match run_child(next) {
            Ok(run) => run,
            Err(error) => Run::broken(next, &format!("no child could be made: {error}")),
        };
        for fact in run.facts {
            facts.set(fact);
        }
        if let Some((step, reason)) = run.broke_at {
            let mechanisms = STEPS.get(step).map_or(&[][..], |step| step.mechanisms);
            for mechanism in mechanisms {
                if !facts.facts.iter().any(|fact| fact.mechanism == *mechanism) {
                    facts.set(Fact::no(*mechanism, reason.clone()));
                }
            }
            next = step + 1;
        } else {
            next = STEPS.len();
        }
    }
    if depth == Depth::Languages {
        facts.set(language(Mechanism::PythonHook, "python3"));
        facts.set(language(Mechanism::NodeHook, "node"));
    }
    facts
}

/// What one child told.
#[derive(Debug, Default)]
struct Run {
    facts: Vec<Fact>,
    /// The step at which it ended before its time, and how.
    broke_at: Option<(usize, String)>,
}

impl Run {
    fn broken(step: usize, reason: &str) -> Self {
        Self { facts: Vec::new(), broke_at: Some((step, reason.to_owned())) }
    }
}

/// Runs the steps from `first` on in a child and listens.
fn run_child(first: usize) -> Result<Run, Errno> {
    let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let pid = match fork()? {
        Forked::Child => {
            // Its own group, so that the children it makes can be ended with it.
            let _ = rustix::process::setpgid(None, None);
            child(first, writer.as_raw_fd());
        }
        Forked::Parent(pid) => pid,
    };
    drop(writer);
    Ok(listen(first, reader, pid))
}

/// Tells the parent one thing.
fn tell(to: RawFd, what: u8, kind: u8, result: Result<u32, Errno>) {
    let (error, value) = match result {
        Ok(value) => (0, value),
        Err(error) => (error.raw_os_error(), 0),
    };
    let mut message = [0; MESSAGE];
    let [first, second, rest @ ..] = &mut message;
    (*first, *second) = (what, kind);
    for (slot, byte) in
        rest.iter_mut().zip(error.to_le_bytes().into_iter().chain(value.to_le_bytes()))
    {
        *slot = byte;
    }
    let _ = rustix::io::write(crate::kernel::as_borrowed(to), &message);
}

fn child(first: usize, to: RawFd) -> ! {
    for (index, step) in STEPS.iter().enumerate().skip(first) {
        tell(to, u8::try_from(index).unwrap_or(u8::MAX), BEGUN, Ok(0));
        (step.run)(&mut |mechanism, result| tell(to, mechanism as u8, DONE, result));
    }
    exit_now(0)
}

fn listen(first: usize, reader: OwnedFd, pid: i32) -> Run {
    let mut run = Run::default();
    let mut at = first;
    let mut reader = std::fs::File::from(reader);
    let mut is_late = false;
    loop {
        if !is_readable(&reader, PATIENCE) {
            is_late = true;
            break;
        }
        let mut message = [0; MESSAGE];
        if reader.read_exact(&mut message).is_err() {
            break;
        }
        let [what, kind, e0, e1, e2, e3, v0, v1, v2, v3] = message;
        if kind == BEGUN {
            at = usize::from(what);
        } else if let Some(mechanism) = mechanism_of(what) {
            let error = i32::from_le_bytes([e0, e1, e2, e3]);
            let value = u32::from_le_bytes([v0, v1, v2, v3]);
            run.facts.push(if error == 0 {
                Fact::yes(mechanism, (value != 0).then_some(value))
            } else {
                Fact::no(mechanism, name_of(Errno::from_raw_os_error(error)))
            });
        }
    }
    let Some(pid) = Pid::from_raw(pid) else { return run };
    if is_late {
        let _ = kill_process_group(pid, Signal::KILL);
        let _ = rustix::process::kill_process(pid, Signal::KILL);
    }
    let status = waitpid(Some(pid), WaitOptions::empty()).ok().flatten().map(|(_, status)| status);
    run.broke_at = if is_late {
        Some((at, "no answer in time".to_owned()))
    } else {
        let signal = status.and_then(rustix::process::WaitStatus::terminating_signal);
        signal.map(|signal| (at, format!("the child that tried it was ended by signal {signal}")))
    };
    run
}

/// Whether something can be read, or the other side is gone, before the time is over.
pub(crate) fn is_readable(fd: &impl AsFd, patience: Duration) -> bool {
    let end = Instant::now() + patience;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).unwrap_or_default();
        let mut fds = [PollFd::new(fd, PollFlags::IN)];
        match poll(&mut fds, Some(&left)) {
            Err(Errno::INTR) => {}
            Ok(0) | Err(_) => return false,
            Ok(_) => return true,
        }
    }
}

/// An error in the word that manuals use, for the usual ones.
fn name_of(error: Errno) -> String {
    let name = match error {
        Errno::PERM => "EPERM",
        Errno::ACCESS => "EACCES",
        Errno::NOSYS => "ENOSYS",
        Errno::INVAL => "EINVAL",
        Errno::OPNOTSUPP => "EOPNOTSUPP",
        Errno::BUSY => "EBUSY",
        Errno::AGAIN => "EAGAIN",
        Errno::NOENT => "ENOENT",
        Errno::SRCH => "ESRCH",
        Errno::TIMEDOUT => "no answer in time",
        _ => return format!("error {}", error.raw_os_error()),
    };
    format!("refused: {name}")
}

fn loopback() -> Fact {
    match std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)) {
        Ok(_) => Fact::yes(Mechanism::Loopback, None),
        Err(error) => Fact::no(Mechanism::Loopback, error.to_string()),
    }
}

/// Looks a language up on `PATH` and asks for its version.
fn language(mechanism: Mechanism, program: &str) -> Fact {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let Some(found) = std::env::split_paths(&path)
        .chain([Path::new("/var/lang/bin").to_owned()])
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
    else {
        return Fact::no(mechanism, format!("`{program}` is not on PATH"));
    };
    match std::process::Command::new(&found).arg("--version").output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            let skip = usize::from(mechanism == Mechanism::PythonHook);
            let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
            match numbers.skip(skip).find_map(|part| part.parse().ok()) {
                Some(version) => Fact::yes(mechanism, Some(version)),
                None => Fact::no(mechanism, format!("`{}` tells no version", found.display())),
            }
        }
        Err(error) => Fact::no(mechanism, format!("`{}` does not start: {error}", found.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::{Depth, probe};
    use crate::facts::Mechanism;

    #[test]
    fn every_mechanism_has_an_answer() {
        let facts = probe(Depth::Languages);
        for mechanism in Mechanism::ALL {
            let fact = facts.facts.iter().find(|fact| fact.mechanism == mechanism);
            let fact = fact.unwrap_or_else(|| panic!("{mechanism:?} was not tried"));
            assert!(fact.available != fact.reason.is_empty() || fact.available, "{fact}");
        }
        assert!(facts.has(Mechanism::Loopback), "{facts:?}");
    }
}
