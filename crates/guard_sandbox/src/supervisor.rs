//! The supervisor: a thread that answers what the function's filter asks.
//!
//! A thread of its own, so that a function never waits for what else the guard does, and so that
//! the program can be started while its own start is already supervised. What it saw waits in a
//! queue, with a descriptor for the event loop of the guard. No question waits for a stranger:
//! connections that block are made by threads of their own, with the patience of the socket.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use guard_settings::EventKind;
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::Errno;

use crate::asks::{Asked, asked};
use crate::hooks::Hooks;
use crate::incident::Incident;
use crate::kernel::{Answer, Listener, Notification, ended_child};
use crate::policy::Policy;

mod asker;
mod files;
mod network;
mod programs;
#[cfg(test)]
mod tests;

/// Most incidents that wait to be fetched; later ones are only counted.
const MOST_WAITING: usize = 1000;
/// Most different things that are remembered as told.
const MOST_TOLD: usize = 4096;
/// How long a question may be with the supervisor before [`Supervisor::check`] answers for it.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the thread and its owner share.
#[derive(Debug)]
pub(crate) struct Shared {
    queue: Mutex<VecDeque<Incident>>,
    dropped: AtomicU64,
    questions: AtomicU64,
    invocation: AtomicU64,
    /// The runtime runs: what asks is no longer the guard that starts it.
    pub(crate) has_started: AtomicBool,
    /// The process that was started; 0 before it asked for the first time.
    pub(crate) main: AtomicU32,
    /// Connections that are being made by threads of their own.
    connecting: AtomicUsize,
    /// The question that is being judged, since when.
    current: Mutex<Option<(u64, Instant)>>,
    wake: OwnedFd,
}

impl Shared {
    pub(crate) fn new() -> Result<Self, Errno> {
        Ok(Self {
            queue: Mutex::default(),
            dropped: AtomicU64::new(0),
            questions: AtomicU64::new(0),
            invocation: AtomicU64::new(0),
            has_started: AtomicBool::new(false),
            main: AtomicU32::new(0),
            connecting: AtomicUsize::new(0),
            current: Mutex::default(),
            wake: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
        })
    }

    pub(crate) fn tell(&self, incident: Incident) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.len() < MOST_WAITING {
            queue.push_back(incident);
        } else {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        drop(queue);
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }
}

/// The owner's side: where what happened is fetched.
#[derive(Debug)]
pub struct Supervisor {
    pub(crate) shared: Arc<Shared>,
    pub(crate) listener: Option<Arc<Listener>>,
    pub(crate) policy: Arc<Policy>,
    /// Orphans of the function are children of this process.
    pub(crate) takes_orphans: bool,
    /// On disk for as long as programs are started.
    pub(crate) _hooks: Option<Hooks>,
}

impl AsFd for Supervisor {
    /// Readable when [`Supervisor::incidents`] has something.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.shared.wake.as_fd()
    }
}

impl Supervisor {
    /// What happened since the last time, in order. To be called when the descriptor is readable;
    /// never blocks.
    #[must_use]
    pub fn incidents(&self) -> Vec<Incident> {
        let mut counter = [0; 8];
        let _ = rustix::io::read(&self.shared.wake, &mut counter);
        let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let mut incidents: Vec<Incident> = queue.drain(..).collect();
        drop(queue);
        let dropped = self.shared.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let detail = format!("{dropped} more events of the sandbox were not kept");
            incidents.push(Incident::new(EventKind::Fault, false, detail));
        }
        incidents
    }

    /// Says that another invocation begins: what repeats within one is told once.
    pub fn begin_invocation(&self) {
        self.shared.invocation.fetch_add(1, Ordering::Relaxed);
    }

    /// System calls of the function that asked so far.
    #[must_use]
    pub fn questions(&self) -> u64 {
        self.shared.questions.load(Ordering::Relaxed)
    }

    /// Orphans that have ended are ours to bury; the function itself is its owner's.
    fn bury_orphans(&self) {
        use rustix::process::{Pid, WaitOptions, waitpid};
        let main = i32::try_from(self.shared.main.load(Ordering::Relaxed)).unwrap_or(0);
        for _ in 0..MOST_WAITING {
            match ended_child() {
                Some(pid) if pid != main => drop(waitpid(Pid::from_raw(pid), WaitOptions::NOHANG)),
                _ => return,
            }
        }
    }

    /// Answers a question that the supervisor has been at for half a second, as `on_fault` says, so
    /// that no fault of it makes a function hang. To be called now and then from a timer.
    pub fn check(&self, now: Instant) {
        if self.takes_orphans {
            self.bury_orphans();
        }
        let current = *self.shared.current.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some((id, since)), Some(listener)) = (current, &self.listener) else { return };
        if now.saturating_duration_since(since) < PATIENCE {
            return;
        }
        if listener.answer(id, fault_answer(&self.policy)).is_ok() {
            let detail = "the sandbox took too long to judge a system call".to_owned();
            self.shared.tell(Incident::new(EventKind::Fault, false, detail));
        }
    }
}

/// Whether this process had better be the parent of the function's orphans: Yama (`ptrace_scope` 1)
/// lets it look into its descendants only, and a process that cuts itself loose would be none.
pub(crate) fn take_orphans() -> bool {
    let scope = std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope");
    scope.is_ok_and(|scope| scope.trim() == "1")
        && rustix::process::set_child_subreaper(Some(rustix::process::getpid())).is_ok()
}

/// What a question gets that could not be judged.
fn fault_answer(policy: &Policy) -> Answer {
    if policy.opens_on_fault { Answer::Continue } else { Answer::Error(Errno::PERM) }
}

/// What is said to a question.
#[derive(Debug)]
pub(crate) enum Decision {
    /// This.
    Now(Answer),
    /// Somebody else answers.
    Later,
}

/// The thread's own state.
pub(crate) struct Warden {
    pub(crate) listener: Arc<Listener>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) shared: Arc<Shared>,
    told: RefCell<HashSet<u64>>,
    invocation: Cell<u64>,
}

impl Warden {
    pub(crate) fn new(listener: Arc<Listener>, policy: Arc<Policy>, shared: Arc<Shared>) -> Self {
        let told = RefCell::default();
        Self { listener, policy, shared, told, invocation: Cell::new(0) }
    }

    /// Answers until nobody is left who could ask.
    pub(crate) fn run(&self) {
        loop {
            let mut fds = [PollFd::new(&*self.listener, PollFlags::IN)];
            match poll(&mut fds, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => return,
            }
            let [fd] = &fds;
            if fd.revents().contains(PollFlags::IN) {
                match self.listener.receive() {
                    Ok(question) => self.serve(question),
                    // The one who asked is gone.
                    Err(Errno::NOENT | Errno::INTR) => {}
                    Err(_) => return,
                }
            } else if fd.revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
                return;
            }
        }
    }

    fn serve(&self, question: Notification) {
        self.shared.questions.fetch_add(1, Ordering::Relaxed);
        let invocation = self.shared.invocation.load(Ordering::Relaxed);
        if self.invocation.replace(invocation) != invocation {
            self.told.borrow_mut().clear();
        }
        self.set_current(Some((question.id, Instant::now())));
        // A fault of ours must not leave the function waiting.
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge(question)));
        let decision = match judged {
            Ok(Ok(decision)) => decision,
            // Nobody waits any more, or what was asked about is not readable for the kernel either.
            Ok(Err(Errno::NOENT | Errno::SRCH | Errno::FAULT)) => Decision::Now(Answer::Continue),
            Ok(Err(error)) => {
                self.fault(&format!("a system call could not be judged: {error}"));
                Decision::Now(fault_answer(&self.policy))
            }
            Err(_) => {
                self.fault("a system call could not be judged: the supervisor failed");
                Decision::Now(fault_answer(&self.policy))
            }
        };
        if let Decision::Now(answer) = decision {
            let _ = self.listener.answer(question.id, answer);
        }
        self.set_current(None);
    }

    fn set_current(&self, current: Option<(u64, Instant)>) {
        *self.shared.current.lock().unwrap_or_else(PoisonError::into_inner) = current;
    }

    fn judge(&self, question: Notification) -> Result<Decision, Errno> {
        let asked = asked(question.number);
        if !matches!(asked, Some(Asked::Execute { .. })) {
            // The guard does nothing on its way to the runtime but start it.
            self.shared.has_started.store(true, Ordering::Release);
        }
        match asked {
            Some(Asked::Open { folder, path, flags }) => self.open(question, folder, path, flags),
            Some(Asked::Name { act, folder, path }) => self.name(question, act, folder, path),
            Some(Asked::Move { act, from, to }) => self.rename(question, act, from, to),
            Some(Asked::Link { target, folder, path }) => self.link(question, target, folder, path),
            Some(Asked::Execute { folder, path }) => self.execute(question, folder, path),
            Some(Asked::Connect) => self.connect(question),
            Some(Asked::SendTo) => self.send_to(question),
            Some(Asked::SendMessage) => self.send_message(question),
            Some(Asked::SendMessages) => self.send_messages(question),
            None => Ok(Decision::Now(Answer::Continue)),
        }
    }

    /// Tells something once an invocation.
    fn tell_once(&self, kind: EventKind, about: &impl Hash, incident: impl FnOnce() -> Incident) {
        let mut hasher = DefaultHasher::new();
        (kind, about).hash(&mut hasher);
        let mut told = self.told.borrow_mut();
        if told.len() < MOST_TOLD && told.insert(hasher.finish()) {
            drop(told);
            self.shared.tell(incident());
        }
    }

    fn fault(&self, detail: &str) {
        self.tell_once(EventKind::Fault, &detail, || {
            Incident::new(EventKind::Fault, false, detail.to_owned())
        });
    }
}
