//! What is taken from a function before it starts.
//!
//! Everything is prepared in the parent: filters compiled, files of Landlock opened, threads
//! started. The child, between fork and exec, makes system calls only; what each of them said goes
//! back to the parent before the function runs.

use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use guard_settings::{EventKind, Mode, OnFault, Settings};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use crate::asks::{Scope, questions};
use crate::bpf::compile;
use crate::denials::denials;
use crate::egress::{AllowList, EgressError};
use crate::facts::{Facts, Mechanism};
use crate::hooks::Hooks;
use crate::incident::Incident;
use crate::kernel::{
    Instruction, Listener, as_borrowed, before_exec, install_filter, landlock_restrict,
    receive_listener, send_listener,
};
use crate::measures::{Measure, Tiers, measures};
use crate::names::Names;
use crate::place::Place;
use crate::policy::{Policy, ProgramRules};
use crate::resolver::Resolver;
use crate::rights::{self, Connecting};
use crate::supervisor::{Shared, Supervisor, Warden, take_orphans};

/// How long the child may take to tell what was applied.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a function cannot be confined as its settings ask.
#[derive(Debug, thiserror::Error)]
pub enum ConfinementError {
    /// An entry of `egress.allow`.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The operating system refused what is needed even without any mechanism.
    #[error("the sandbox could not be prepared: {0}")]
    System(#[from] std::io::Error),
}

/// Everything that is applied to a function when it starts.
#[derive(Debug)]
pub struct Confinement {
    measures: Vec<Measure>,
    steps: Steps,
    policy: Arc<Policy>,
    shared: Arc<Shared>,
    opens_on_fault: bool,
    hooks: Option<Hooks>,
}

/// What the child does, made ready.
#[derive(Debug, Default)]
struct Steps {
    limits_cores: bool,
    no_new_privs: bool,
    landlock: Option<OwnedFd>,
    asking: Option<Vec<Instruction>>,
    fixed: Option<Vec<Instruction>>,
    cookie: [u64; 3],
}

/// The steps in the order of their results.
const STEPS: [&str; 5] = ["core limit", "no-new-privs", "landlock", "user notification", "filter"];

/// What a child tells: whether a listener comes first, then one error for each step.
const RESULTS: usize = 4 * STEPS.len();

impl Confinement {
    /// Prepares what `settings` ask for and what `facts` say is possible, for a function in `place`.
    ///
    /// # Errors
    /// [`ConfinementError`] when the settings cannot be understood or the system gives not even
    /// random bytes and descriptors. A mechanism that is missing is no error but a [`Measure`] less.
    pub fn prepare(
        settings: &Settings,
        facts: &Facts,
        place: &Place,
    ) -> Result<Self, ConfinementError> {
        let shared = Arc::new(Shared::new().map_err(std::io::Error::from)?);
        let is_on = settings.mode != Mode::Off;
        let egress = settings.egress.as_ref().filter(|_| is_on);
        let egress = egress
            .map(|egress| AllowList::parse(&[&egress.allow[..], &place.needed].concat()))
            .transpose()?;
        let can_filter =
            is_on && facts.has(Mechanism::NoNewPrivs) && facts.has(Mechanism::SeccompFilter);
        let can_ask = can_filter
            && facts.has(Mechanism::UserNotification)
            && facts.has(Mechanism::NotifyContinue)
            && facts.has(Mechanism::ReadMemory);
        let takes_sockets =
            can_ask && facts.has(Mechanism::Pidfd) && facts.has(Mechanism::PidfdGetfd);
        let refuses = settings.mode == Mode::Block;
        let names = Arc::new(Names::default());
        let resolver = match &egress {
            Some(list) if takes_sockets => {
                place.learn_hosts(list, &names);
                start_resolver(place, list, &names, refuses, &shared)
            }
            _ => None,
        };
        let connecting = match (can_ask, takes_sockets) {
            (_, true) => Connecting::BySupervisor,
            (true, false) => Connecting::Asked,
            (false, false) => Connecting::Alone,
        };
        let mut steps = Steps {
            limits_cores: is_on,
            no_new_privs: is_on && facts.has(Mechanism::NoNewPrivs),
            landlock: rights::ruleset(settings, facts, place, connecting),
            cookie: random_cookie()?,
            ..Steps::default()
        };
        if can_ask {
            let scope = Scope {
                files: true,
                programs: true,
                connections: true,
                datagrams: egress.is_some(),
            };
            let rules = questions(scope, steps.cookie);
            steps.asking = Some(compile(&rules, false));
        }
        if can_filter {
            let rules = denials(std::process::id(), steps.cookie);
            steps.fixed = Some(compile(&rules, true));
        }
        let policy = Arc::new(Policy {
            refuses,
            opens_on_fault: settings.on_fault == OnFault::Open,
            paths: rights::path_rules(settings, place),
            programs: ProgramRules {
                allow: settings
                    .processes
                    .as_ref()
                    .map(|list| list.allow.iter().map(Into::into).collect()),
                runtime: place.programs(),
            },
            egress,
            refuses_metadata: place.refuses_metadata,
            takes_sockets,
            names,
            resolver,
        });
        let hooks = if can_ask { None } else { write_hooks(settings, place, &shared) };
        let tiers = Tiers { can_filter, can_ask, has_hooks: hooks.is_some() };
        let measures = measures(settings, facts, &policy, tiers);
        let opens_on_fault = settings.on_fault == OnFault::Open;
        Ok(Self { measures, steps, policy, shared, opens_on_fault, hooks })
    }

    /// What is enforced and what is only told.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// Starts the function, confined, and the thread that supervises it.
    ///
    /// # Errors
    /// Those of starting the program; and, with `on_fault: closed`, those of a step of confinement
    /// that the probe saw work and that then did not.
    pub fn spawn(self, command: &mut Command) -> std::io::Result<(Child, Supervisor)> {
        let (ours, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        let Self { steps, policy, shared, opens_on_fault, mut hooks, .. } = self;
        if let Some(hooks) = &mut hooks {
            let to = Arc::clone(&shared);
            if let Err(error) = hooks.listen(move |incident| to.tell(incident)) {
                let detail = format!("the sandbox could not listen to its hooks: {error}");
                shared.tell(Incident::new(EventKind::Fault, false, detail));
            }
            command.envs(hooks.environment(|name| std::env::var_os(name)));
        }
        if steps.limits_cores {
            empty_cores();
        }
        let socket = theirs.as_raw_fd();
        before_exec(command, move || apply(&steps, socket, opens_on_fault));
        let (told, results) = std::sync::mpsc::channel();
        let (thread_policy, thread_shared) = (Arc::clone(&policy), Arc::clone(&shared));
        std::thread::Builder::new()
            .name("sandbox".to_owned())
            .stack_size(crate::incident::TELLING_STACK)
            .spawn(move || {
                let (listener, outcome) = read_results(ours);
                let listener = listener.map(|fd| Arc::new(Listener::new(fd)));
                let _ = told.send((listener.clone(), outcome));
                if let Some(listener) = listener {
                    Warden::new(listener, thread_policy, thread_shared).run();
                }
            })?;
        let child = command.spawn();
        drop(theirs);
        let child = child?;
        shared.main.store(child.id(), Ordering::Relaxed);
        shared.has_started.store(true, Ordering::Release);
        let (listener, outcome) = results.recv_timeout(PATIENCE).unwrap_or((None, None));
        tell_failures(&shared, outcome);
        let takes_orphans = listener.is_some() && take_orphans();
        Ok((child, Supervisor { shared, listener, policy, takes_orphans, _hooks: hooks }))
    }
}

/// Tells which steps did not work though the probe had seen them work.
fn tell_failures(shared: &Shared, outcome: Option<[i32; STEPS.len()]>) {
    let Some(outcome) = outcome else { return };
    for (step, error) in STEPS.iter().zip(outcome) {
        if error != 0 {
            let error = Errno::from_raw_os_error(error);
            let detail = format!("the sandbox could not apply its {step}: {error}");
            shared.tell(Incident::new(EventKind::Fault, false, detail));
        }
    }
}

/// Hooks inside the language, where the kernel does not let the guard ask.
fn write_hooks(settings: &Settings, place: &Place, shared: &Shared) -> Option<Hooks> {
    let function = settings.function.as_deref().unwrap_or(&place.function);
    match Hooks::write(settings, place, function, Path::new("/tmp")) {
        Ok(hooks) => hooks,
        Err(error) => {
            let detail = format!("the sandbox could not write its hooks: {error}");
            shared.tell(Incident::new(EventKind::Fault, false, detail));
            None
        }
    }
}

fn start_resolver(
    place: &Place,
    list: &AllowList,
    names: &Arc<Names>,
    refuses: bool,
    shared: &Arc<Shared>,
) -> Option<Arc<Resolver>> {
    if place.upstream.servers.is_empty() {
        return None;
    }
    let (list, names) = (list.clone(), Arc::clone(names));
    let bound = Resolver::bind(place.upstream.clone(), list, names, refuses, Arc::clone(shared));
    let resolver = bound.map(Arc::new);
    match resolver.and_then(|resolver| resolver.start().map(|()| resolver)) {
        Ok(resolver) => Some(resolver),
        Err(error) => {
            let detail = format!("the sandbox could not start its resolver: {error}");
            shared.tell(Incident::new(EventKind::Fault, false, detail));
            None
        }
    }
}

fn random_cookie() -> std::io::Result<[u64; 3]> {
    let mut bytes = [0; 24];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let mut words =
        bytes.chunks_exact(8).map(|word| u64::from_ne_bytes(word.try_into().unwrap_or_default()));
    // Never what the unused registers of an honest call hold.
    Ok(std::array::from_fn(|_| words.next().unwrap_or(0) | 1 << 63))
}

/// Runs in the child, between fork and exec: system calls only.
fn apply(steps: &Steps, socket: RawFd, opens_on_fault: bool) -> std::io::Result<()> {
    let mut results = [0_i32; STEPS.len()];
    let [cores, privileges, landlock, asking, fixed] = &mut results;
    let set = |slot: &mut i32, result: Result<(), Errno>| {
        *slot = result.err().map_or(0, Errno::raw_os_error);
    };
    if steps.limits_cores {
        set(cores, limit_cores());
    }
    if steps.no_new_privs {
        set(privileges, rustix::thread::set_no_new_privs(true));
    }
    if let Some(ruleset) = &steps.landlock {
        set(landlock, landlock_restrict(ruleset.as_fd()));
    }
    let mut is_handed_over = false;
    if let Some(program) = &steps.asking {
        match install_filter(program, true) {
            Ok(Some(listener)) => {
                is_handed_over = true;
                set(asking, send_listener(socket, b"L", Some(listener), steps.cookie));
            }
            Ok(None) => set(asking, Err(Errno::NOSYS)),
            Err(error) => set(asking, Err(error)),
        }
    }
    if let Some(program) = &steps.fixed {
        set(fixed, install_filter(program, false).map(drop));
    }
    let mut message = [0; 1 + RESULTS];
    let [first, rest @ ..] = &mut message;
    *first = b'N';
    for (slot, byte) in rest.iter_mut().zip(results.iter().flat_map(|error| error.to_ne_bytes())) {
        *slot = byte;
    }
    let from = usize::from(is_handed_over);
    let _ = rustix::io::write(as_borrowed(socket), message.get(from..).unwrap_or_default());
    match results.into_iter().find(|error| *error != 0) {
        Some(error) if !opens_on_fault => Err(std::io::Error::from_raw_os_error(error)),
        _ => Ok(()),
    }
}

/// No image of the memory, with the credentials in it, is written when the process crashes.
fn limit_cores() -> Result<(), Errno> {
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    rustix::process::setrlimit(rustix::process::Resource::Core, none)
}

/// Where the system hands images to a program in spite of the limit, nothing is in them. Children
/// inherit it; one that has changed its user could not do it itself.
fn empty_cores() {
    let _ = std::fs::write("/proc/self/coredump_filter", "0");
}

/// What the child told: its listener, and the error of each step; nothing when it never came to it.
fn read_results(socket: OwnedFd) -> (Option<OwnedFd>, Option<[i32; STEPS.len()]>) {
    let mut first = [0];
    let Ok((1, listener)) = receive_listener(socket.as_fd(), &mut first) else {
        return (None, None);
    };
    let mut bytes = [0; RESULTS];
    if std::fs::File::from(socket).read_exact(&mut bytes).is_err() {
        return (listener, None);
    }
    let mut words =
        bytes.chunks_exact(4).map(|word| i32::from_ne_bytes(word.try_into().unwrap_or_default()));
    (listener, Some(std::array::from_fn(|_| words.next().unwrap_or(0))))
}

/// Makes the calling process, the guard, hard to look into: no image of its memory is written, and
/// other processes of the same user can neither read its memory nor its environment.
///
/// # Errors
/// The first that was refused; the other is tried all the same. Lambda refuses some `prctl`.
pub fn harden_guard() -> std::io::Result<()> {
    empty_cores();
    let cores = limit_cores();
    let hidden =
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    cores.and(hidden).map_err(std::io::Error::from)
}
