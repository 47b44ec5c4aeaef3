//! The runtime as a child of the guard: started, told of signals, waited for.

use std::ffi::{OsStr, OsString};
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd, RawFd};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitCode, ExitStatus};

use guard_net::{Interest, Net, Token};
use guard_sandbox::{Confinement, Supervisor};
use guard_settings::Settings;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::Pid;

use super::logs::{Logs, copy, options, owns_log};

/// Signals that are passed on to the runtime.
const PASSED_ON: [Signal; 6] = [
    Signal::SIGTERM,
    Signal::SIGINT,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// The variable with the descriptor on which managed runtimes write framed messages.
const FRAMES: &str = "_LAMBDA_TELEMETRY_LOG_FD";

/// Signals as something to wait for.
#[derive(Debug)]
pub(crate) struct Signals {
    descriptor: SignalFd,
    pub(crate) token: Token,
}

/// The runtime.
#[derive(Debug)]
pub(crate) struct Runtime {
    child: Child,
    /// Who answers what its filter asks; taken by the watch.
    pub(crate) supervisor: Option<Supervisor>,
}

impl Signals {
    /// Takes signals away from this process and its later threads; they are read instead.
    ///
    /// # Errors
    /// When no descriptor is left.
    pub(crate) fn take(net: &mut Net) -> io::Result<Self> {
        let mut set = SigSet::empty();
        PASSED_ON.into_iter().chain([Signal::SIGCHLD]).for_each(|signal| set.add(signal));
        set.thread_block()?;
        let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
        let descriptor = SignalFd::with_flags(&set, flags)?;
        let token = net.watch(&descriptor, Interest::Read)?;
        Ok(Self { descriptor, token })
    }

    /// The next signal that came.
    pub(crate) fn next(&mut self) -> Option<Signal> {
        let info = self.descriptor.read_signal().ok().flatten()?;
        Signal::try_from(i32::try_from(info.ssi_signo).unwrap_or_default()).ok()
    }

    /// Passes on what came. What the terminal sent has reached the runtime already.
    pub(crate) fn pass_on(&mut self, runtime: &Runtime) {
        while let Ok(Some(info)) = self.descriptor.read_signal() {
            let number = i32::try_from(info.ssi_signo).unwrap_or_default();
            let is_from_kernel = info.ssi_code > 0;
            if let Ok(signal) = Signal::try_from(number)
                && signal != Signal::SIGCHLD
                && !is_from_kernel
            {
                runtime.signal(signal);
            }
        }
    }
}

impl Runtime {
    /// Starts the program, confined, with its log through pipes and the guard as its Runtime API.
    ///
    /// # Errors
    /// Those of starting a program.
    pub(crate) fn start(
        net: &mut Net,
        logs: &mut Logs,
        settings: &Settings,
        program: &OsStr,
        arguments: &[OsString],
        (api, confinement): (Option<SocketAddr>, Option<Confinement>),
    ) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments);
        if let Some(api) = api {
            command.env("AWS_LAMBDA_RUNTIME_API", api.to_string());
        }
        // Those that the child gets; closed here once it has them.
        let mut frames = None;
        if owns_log(settings) {
            let (reader, writer) = io::pipe()?;
            logs.add(net, reader.into(), copy(&io::stdout())?, options(settings, false))?;
            command.stdout(writer);
            let (reader, writer) = io::pipe()?;
            logs.add(net, reader.into(), copy(&io::stderr())?, options(settings, true))?;
            command.stderr(writer);
            frames = framed_pipe(net, logs, settings, &mut command)?;
        }
        ready_child(&mut command);
        let (child, supervisor) = match confinement {
            Some(confinement) => {
                let (child, supervisor) = confinement.spawn(&mut command)?;
                (child, Some(supervisor))
            }
            None => (command.spawn()?, None),
        };
        drop(frames);
        Ok(Self { child, supervisor })
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Ok(pid) = i32::try_from(self.child.id()) {
            // One that has just ended needs no signal.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

/// The exit code that says how a program ended, as shells write it.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// Puts a pipe between the runtime and the descriptor for framed messages, where there is one.
fn framed_pipe(
    net: &mut Net,
    logs: &mut Logs,
    settings: &Settings,
    command: &mut Command,
) -> io::Result<Option<OwnedFd>> {
    let Some(number) = std::env::var(FRAMES).ok().and_then(|text| text.parse::<RawFd>().ok())
    else {
        return Ok(None);
    };
    if number < 3 || !std::path::Path::new(&format!("/proc/self/fd/{number}")).exists() {
        return Ok(None);
    }
    let original = adopt(number);
    rustix::io::fcntl_setfd(&original, rustix::io::FdFlags::CLOEXEC)?;
    let (reader, writer) = io::pipe()?;
    let writer = OwnedFd::from(writer);
    // The child inherits this one, under its own number.
    rustix::io::fcntl_setfd(&writer, rustix::io::FdFlags::empty())?;
    command.env(FRAMES, writer.as_raw_fd().to_string());
    logs.add_framed(net, reader.into(), original, options(settings, false))?;
    Ok(Some(writer))
}

#[expect(unsafe_code, reason = "a descriptor that came by its number")]
fn adopt(number: RawFd) -> OwnedFd {
    // SAFETY: the platform handed this descriptor over by its number in the environment, it is open
    // (looked up just now), above the standard ones, and nothing else of this program uses it: it is
    // read once, at the start.
    unsafe { OwnedFd::from_raw_fd(number) }
}

/// Gives the runtime the signals back that the guard has taken from itself, and asks the kernel to
/// end it when the guard is killed: without its Runtime API it could do nothing, and the platform
/// starts both again. Where the kernel refuses that, so be it.
#[expect(unsafe_code, reason = "system calls between fork and exec")]
fn ready_child(command: &mut Command) {
    let guard = rustix::process::getpid();
    let signals = SigSet::empty();
    // SAFETY: the closure makes three system calls and allocates nothing, so it may run between
    // fork and exec.
    unsafe {
        command.pre_exec(move || {
            signals.thread_set_mask()?;
            let kill = rustix::process::Signal::KILL;
            let _ = rustix::process::set_parent_process_death_signal(Some(kill));
            if rustix::process::getppid() == Some(guard) {
                Ok(())
            } else {
                // The guard died before the kernel knew.
                Err(io::ErrorKind::Interrupted.into())
            }
        });
    }
}
