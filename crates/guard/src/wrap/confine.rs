//! Confinement of the runtime: what is prepared before it starts, what is told while it runs.

use std::ffi::OsStr;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;
use std::time::Duration;
use std::{env, io};

use guard_net::{Interest, Net, Token};
use guard_sandbox::{
    Confinement, ConfinementError, Depth, Incident, Place, Supervisor, harden_guard, measures_line,
};
use guard_settings::{Mode, Settings};
use guard_sweep::Sweep;

use crate::commands::probe;

/// How often the supervisor is looked after, when nothing else happens.
pub(crate) const CHECK: Duration = Duration::from_millis(500);

/// What is ready before the runtime starts.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) confinement: Confinement,
    /// What is enforced, for the log.
    pub(crate) line: String,
}

/// Tries what is possible here and prepares what the settings ask for; nothing in mode `off`.
///
/// `own_port`: where the guard serves the runtime. To be called before this process has threads: the
/// probe forks.
///
/// # Errors
/// When the settings cannot be understood or nothing can be prepared.
pub(crate) fn prepare(
    settings: &Settings,
    program: &OsStr,
    own_port: Option<u16>,
) -> Result<Option<Prepared>, ConfinementError> {
    if settings.mode == Mode::Off {
        return Ok(None);
    }
    let facts = probe::facts(Depth::Mechanisms);
    let mut place = Place::of_this_process(program);
    place.guard_ports.extend(own_port);
    place.guard_ports.extend(settings.secrets.as_ref().map(|secrets| secrets.port));
    // Where even `prctl` is refused, the guard is as open as any process.
    let _ = harden_guard();
    let confinement = Confinement::prepare(settings, &facts, &place)?;
    let line = measures_line(&facts, confinement.measures());
    Ok(Some(Prepared { confinement, line }))
}

/// What is looked at while the runtime runs.
#[derive(Debug)]
pub(crate) struct Watched {
    supervisor: Option<Supervisor>,
    sweep: Sweep,
    /// The invocation that began last; with the first one begins what is swept.
    last: Option<String>,
}

impl Watched {
    pub(crate) fn new(settings: &Settings, runtime: u32, supervisor: Option<Supervisor>) -> Self {
        let setting = match settings.mode {
            Mode::Off => guard_settings::TmpFiles::Keep,
            // What is only watched is not removed.
            Mode::Monitor if settings.tmp == guard_settings::TmpFiles::Clean => {
                guard_settings::TmpFiles::Report
            }
            Mode::Block | Mode::Monitor => settings.tmp,
        };
        // The tests of several functions at once have a folder each.
        let scratch = env::var_os("FAASGUARD_SCRATCH").unwrap_or_else(|| "/tmp".into());
        let sweep = Sweep::new(setting, runtime, Path::new(&scratch));
        Self { supervisor, sweep, last: None }
    }

    /// For a program that answers many requests at once: nothing is between two of them, so nothing
    /// is swept.
    pub(crate) fn without_sweep(supervisor: Option<Supervisor>) -> Self {
        let sweep = Sweep::new(guard_settings::TmpFiles::Keep, 0, Path::new("/tmp"));
        Self { supervisor, sweep, last: None }
    }

    /// Has the loop wait for what happens: a descriptor to be kept open, and its token.
    ///
    /// # Errors
    /// When no descriptor is left.
    pub(crate) fn watch(&self, net: &mut Net) -> io::Result<Option<(OwnedFd, Token)>> {
        let Some(supervisor) = &self.supervisor else { return Ok(None) };
        let descriptor = supervisor.as_fd().try_clone_to_owned()?;
        let token = net.watch(&descriptor, Interest::Read)?;
        Ok(Some((descriptor, token)))
    }

    /// An event goes to the runtime.
    pub(crate) fn begin(&mut self, request_id: &str) {
        if self.last.replace(request_id.to_owned()).is_none() {
            self.sweep.remember();
        }
        if let Some(supervisor) = &self.supervisor {
            supervisor.begin_invocation();
        }
    }

    /// What happened since the last time.
    pub(crate) fn incidents(&self) -> Vec<Incident> {
        self.supervisor.as_ref().map(Supervisor::incidents).unwrap_or_default()
    }

    /// Nothing is in flight: what was left is found.
    pub(crate) fn sweep(&mut self) -> Vec<Incident> {
        if self.last.is_some() { self.sweep.sweep() } else { Vec::new() }
    }

    /// The invocation that began last.
    pub(crate) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// The supervisor is looked after.
    pub(crate) fn check(&self, now: std::time::Instant) {
        if let Some(supervisor) = &self.supervisor {
            supervisor.check(now);
        }
    }
}
