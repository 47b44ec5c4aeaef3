//! The steps of the probe. All of this runs in a forked child: system calls only.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::fs::{MemfdFlags, Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{
    Pid, PidfdFlags, PidfdGetfdFlags, Resource, Rlimit, Signal, WaitOptions, kill_process,
    pidfd_getfd, pidfd_open, setrlimit, waitpid,
};

use super::is_readable;
use crate::facts::Mechanism;
use crate::kernel::{
    self, Answer, Forked, Instruction, Listener, RulesetAttributes, exit_now, fork, install_filter,
    receive_listener, send_listener,
};

type Tell<'a> = &'a mut dyn FnMut(Mechanism, Result<u32, Errno>);

/// A step, and what it tells about.
pub(super) struct Step {
    pub(super) mechanisms: &'static [Mechanism],
    pub(super) run: fn(Tell<'_>),
}

/// In this order: what cannot be undone in the child comes last.
pub(super) const STEPS: [Step; 8] = [
    Step { mechanisms: &[Mechanism::Pipes], run: pipes },
    Step { mechanisms: &[Mechanism::ProcOfChildren, Mechanism::Ptrace], run: children },
    Step { mechanisms: &[Mechanism::CoreLimit], run: core_limit },
    Step { mechanisms: &[Mechanism::Memfd], run: memfd },
    Step { mechanisms: &[Mechanism::NoNewPrivs], run: no_new_privs },
    Step { mechanisms: &[Mechanism::SeccompFilter], run: filter },
    Step {
        mechanisms: &[
            Mechanism::UserNotification,
            Mechanism::NotifyContinue,
            Mechanism::NotifyAddFd,
            Mechanism::ReadMemory,
            Mechanism::Pidfd,
            Mechanism::PidfdGetfd,
        ],
        run: notification,
    },
    Step { mechanisms: &[Mechanism::Landlock], run: landlock },
];

fn pipes(tell: Tell<'_>) {
    tell(Mechanism::Pipes, rustix::pipe::pipe().map(|_| 0));
}

/// A child that only waits, for as long as `with` runs.
fn with_child(with: impl FnOnce(i32) -> Result<u32, Errno>) -> Result<u32, Errno> {
    let (reader, writer) = rustix::pipe::pipe()?;
    let pid = match fork()? {
        Forked::Child => {
            drop(writer);
            // Ends when the parent does, whatever comes.
            let _ = rustix::io::read(&reader, &mut [0; 1]);
            exit_now(0);
        }
        Forked::Parent(pid) => pid,
    };
    let result = with(pid);
    drop(writer);
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, Signal::KILL);
        let _ = waitpid(Some(pid), WaitOptions::empty());
    }
    result
}

fn children(tell: Tell<'_>) {
    tell(
        Mechanism::ProcOfChildren,
        with_child(|pid| {
            let mut name = [0; 32];
            let name = proc_status(pid, &mut name)?;
            rustix::fs::open(name, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map(|_| 0)
        }),
    );
    tell(Mechanism::Ptrace, with_child(|pid| kernel::ptrace_seize(pid).map(|()| 0)));
}

/// `/proc/PID/fd`, written without an allocation.
fn proc_status(pid: i32, into: &mut [u8; 32]) -> Result<&std::ffi::CStr, Errno> {
    use std::io::Write;
    let mut rest = &mut into[..];
    write!(rest, "/proc/{pid}/fd\0").map_err(|_| Errno::NAMETOOLONG)?;
    std::ffi::CStr::from_bytes_until_nul(into).map_err(|_| Errno::INVAL)
}

fn core_limit(tell: Tell<'_>) {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    tell(Mechanism::CoreLimit, setrlimit(Resource::Core, none).map(|()| 0));
}

fn memfd(tell: Tell<'_>) {
    tell(Mechanism::Memfd, rustix::fs::memfd_create(c"probe", MemfdFlags::CLOEXEC).map(|_| 0));
}

fn no_new_privs(tell: Tell<'_>) {
    let before = rustix::thread::no_new_privs();
    let result = match before {
        Ok(true) => Ok(1),
        // Reading may be refused where writing is not.
        _ => rustix::thread::set_no_new_privs(true).map(|()| 0),
    };
    tell(Mechanism::NoNewPrivs, result);
}

const RETURN: u16 = 0x06;

fn filter(tell: Tell<'_>) {
    let all = [Instruction { code: RETURN, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW }];
    tell(Mechanism::SeccompFilter, install_filter(&all, false).map(|_| 0));
}

/// What the asking child knows by heart, to see that its memory can be read.
static PATTERN: [u8; 8] = *b"faasgrd\n";

/// Asks about `getppid`, which nothing else of the child calls.
fn asking(socket: &OwnedFd) -> ! {
    let number = u32::try_from(libc::SYS_getppid).unwrap_or(0);
    let program = [
        Instruction { code: 0x20, jt: 0, jf: 0, k: 0 },
        Instruction { code: 0x15, jt: 0, jf: 1, k: number },
        Instruction { code: RETURN, jt: 0, jf: 0, k: libc::SECCOMP_RET_USER_NOTIF },
        Instruction { code: RETURN, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW },
    ];
    match install_filter(&program, true) {
        Ok(listener) => {
            let _ = send_listener(socket.as_raw_fd(), &[0; 4], listener, [0; 3]);
            let parent = rustix::process::getppid();
            exit_now(i32::from(parent.is_none()));
        }
        Err(error) => {
            let _ = send_listener(
                socket.as_raw_fd(),
                &error.raw_os_error().to_le_bytes(),
                None,
                [0; 3],
            );
            exit_now(1);
        }
    }
}

fn notification(tell: Tell<'_>) {
    let result = ask_child(tell);
    if let Err(error) = result {
        tell(Mechanism::UserNotification, Err(error));
        for mechanism in [
            Mechanism::NotifyContinue,
            Mechanism::NotifyAddFd,
            Mechanism::ReadMemory,
            Mechanism::Pidfd,
            Mechanism::PidfdGetfd,
        ] {
            tell(mechanism, Err(error));
        }
    }
}

fn ask_child(tell: Tell<'_>) -> Result<(), Errno> {
    let (here, there) =
        socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    let pid = match fork()? {
        Forked::Child => asking(&there),
        Forked::Parent(pid) => pid,
    };
    drop(there);
    let mut bytes = [0; 4];
    if !is_readable(&here, super::PATIENCE / 4) {
        return Err(Errno::TIMEDOUT);
    }
    let (_, listener) = receive_listener(here.as_fd(), &mut bytes)?;
    let Some(listener) = listener.map(Listener::new) else {
        let error = i32::from_le_bytes(bytes);
        return Err(if error == 0 { Errno::PERM } else { Errno::from_raw_os_error(error) });
    };
    if !is_readable(&listener, super::PATIENCE / 4) {
        return Err(Errno::TIMEDOUT);
    }
    let question = listener.receive()?;
    tell(Mechanism::UserNotification, Ok(0));
    let mut read = [0; PATTERN.len()];
    let address = PATTERN.as_ptr().expose_provenance() as u64;
    let memory = kernel::read_memory(question.thread, address, &mut read);
    let is_read = memory.and_then(|_| if read == PATTERN { Ok(0) } else { Err(Errno::FAULT) });
    tell(Mechanism::ReadMemory, is_read);
    let pidfd = Pid::from_raw(pid).ok_or(Errno::SRCH);
    let pidfd = pidfd.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()));
    let taken = pidfd.as_ref().map_err(|error| *error).and_then(|pidfd| {
        pidfd_getfd(pidfd, here.as_raw_fd(), PidfdGetfdFlags::empty()).map(|_| 0)
    });
    tell(Mechanism::Pidfd, pidfd.map(|_| 0));
    tell(Mechanism::PidfdGetfd, taken);
    tell(Mechanism::NotifyAddFd, listener.add_fd(question.id, here.as_fd()).map(|_| 0));
    let went_on = listener.answer(question.id, Answer::Continue).and_then(|()| {
        let ended =
            Pid::from_raw(pid).and_then(|pid| waitpid(Some(pid), WaitOptions::empty()).ok());
        match ended.flatten().and_then(|(_, status)| status.exit_status()) {
            Some(0) => Ok(0),
            _ => Err(Errno::NOSYS),
        }
    });
    tell(Mechanism::NotifyContinue, went_on);
    Ok(())
}

fn landlock(tell: Tell<'_>) {
    let result = kernel::landlock_version().and_then(|abi| {
        // The right to make character devices: nobody here needs it.
        let attributes = RulesetAttributes { files: 1 << 6, ..RulesetAttributes::default() };
        let ruleset = kernel::landlock_create(attributes, abi)?;
        kernel::landlock_restrict(ruleset.as_fd())?;
        Ok(abi)
    });
    tell(Mechanism::Landlock, result);
}
