//! seccomp(2): filters, and the descriptor on which a filter asks.
#![expect(unsafe_code, reason = "seccomp and the ioctls of its listener have no safe wrapper")]

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use rustix::io::Errno;

use super::checked;

/// One instruction of classic BPF, as the kernel reads it.
pub(crate) type Instruction = libc::sock_filter;

/// Waits of the asking thread are ended by deadly signals only (Linux 5.19).
const WAIT_KILLABLE: libc::c_ulong = libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;

/// Installs `program` on the calling thread and all that it starts; with a listener, `Some` is its
/// descriptor. Needs `no_new_privs` or the capability.
pub(crate) fn install_filter(
    program: &[Instruction],
    with_listener: bool,
) -> Result<Option<RawFd>, Errno> {
    let length = u16::try_from(program.len()).map_err(|_| Errno::TOOBIG)?;
    let header = libc::sock_fprog { len: length, filter: program.as_ptr().cast_mut() };
    let attempts: &[libc::c_ulong] = if with_listener {
        let listener = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
        &[listener | WAIT_KILLABLE, listener]
    } else {
        &[0]
    };
    let mut last = Errno::INVAL;
    for flags in attempts {
        // SAFETY: `header` and the `length` instructions behind it live until the call returns,
        // and the kernel only reads them.
        let value = unsafe {
            libc::syscall(
                libc::SYS_seccomp,
                libc::c_ulong::from(libc::SECCOMP_SET_MODE_FILTER),
                *flags,
                &raw const header,
            )
        };
        match checked(value) {
            Ok(fd) if with_listener => return Ok(RawFd::try_from(fd).ok()),
            Ok(_) => return Ok(None),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A system call that waits for an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Notification {
    /// Names the question until it is answered.
    pub(crate) id: u64,
    /// The thread that asks, in our namespace of processes; 0 when it lives in another.
    pub(crate) thread: u32,
    /// Number of the system call.
    pub(crate) number: i64,
    /// Its arguments.
    pub(crate) arguments: [u64; 6],
}

/// What the asking thread gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The call is made as it stands.
    Continue,
    /// The call is not made and returns this.
    Value(i64),
    /// The call is not made and fails.
    Error(Errno),
}

/// A notification as the kernel writes it, with room for kernels that write more.
#[repr(C, align(8))]
struct Incoming {
    id: u64,
    pid: u32,
    flags: u32,
    number: i32,
    arch: u32,
    instruction_pointer: u64,
    arguments: [u64; 6],
    room: [u8; 432],
}

const RECEIVE: libc::c_ulong = 0xC050_2100;
const SEND: libc::c_ulong = 0xC018_2101;
const IS_VALID: libc::c_ulong = 0x4008_2102;
const ADD_FD: libc::c_ulong = 0x4018_2103;
const SET_FLAGS: libc::c_ulong = 0x4008_2104;

/// The supervisor's end of a filter that asks.
#[derive(Debug)]
pub(crate) struct Listener(OwnedFd);

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Listener {
    /// Of a filter that was installed with a listener.
    ///
    /// Asks for both sides to take turns on one processor (Linux 6.6), since one waits while the
    /// other works; older kernels do without.
    pub(crate) fn new(fd: OwnedFd) -> Self {
        let listener = Self(fd);
        // The argument is a number here, not a pointer.
        let _ = listener.ioctl(SET_FLAGS, std::ptr::without_provenance_mut(1));
        listener
    }

    /// The next question; blocks until there is one. [`Errno::NOENT`] when the asking thread died
    /// meanwhile.
    pub(crate) fn receive(&self) -> Result<Notification, Errno> {
        let mut incoming = Incoming {
            id: 0,
            pid: 0,
            flags: 0,
            number: 0,
            arch: 0,
            instruction_pointer: 0,
            arguments: [0; 6],
            room: [0; 432],
        };
        self.ioctl(RECEIVE, (&raw mut incoming).cast())?;
        Ok(Notification {
            id: incoming.id,
            thread: incoming.pid,
            number: i64::from(incoming.number),
            arguments: incoming.arguments,
        })
    }

    /// Answers a question. [`Errno::NOENT`] when nobody waits for it any more.
    pub(crate) fn answer(&self, id: u64, answer: Answer) -> Result<(), Errno> {
        let (val, error, flags) = match answer {
            Answer::Continue => (0, 0, 1),
            Answer::Value(value) => (value, 0, 0),
            Answer::Error(errno) => (0, -errno.raw_os_error(), 0),
        };
        let mut response = libc::seccomp_notif_resp { id, val, error, flags };
        self.ioctl(SEND, (&raw mut response).cast())
    }

    /// Whether the thread still waits: what was read of its memory before was its own.
    pub(crate) fn is_waiting(&self, id: u64) -> bool {
        let mut id = id;
        self.ioctl(IS_VALID, (&raw mut id).cast()).is_ok()
    }

    /// Puts a copy of `fd` into the process that asks; the number it has there.
    pub(crate) fn add_fd(&self, id: u64, fd: BorrowedFd<'_>) -> Result<i32, Errno> {
        let source = u32::try_from(fd.as_raw_fd()).map_err(|_| Errno::BADF)?;
        let mut request = libc::seccomp_notif_addfd {
            id,
            flags: 0,
            srcfd: source,
            newfd: 0,
            newfd_flags: libc::O_CLOEXEC.cast_unsigned(),
        };
        // SAFETY: `request` has the layout that the number of the request names and outlives it.
        let value = unsafe {
            libc::ioctl(self.0.as_raw_fd(), ADD_FD, (&raw mut request).cast::<libc::c_void>())
        };
        checked(value.into()).and_then(|fd| i32::try_from(fd).map_err(|_| Errno::BADF))
    }

    fn ioctl(&self, request: libc::c_ulong, argument: *mut libc::c_void) -> Result<(), Errno> {
        // SAFETY: every caller passes a pointer to a live value of the layout that `request`
        // names; [`Incoming`] has more room than any kernel writes.
        let value = unsafe { libc::ioctl(self.0.as_raw_fd(), request, argument) };
        checked(value.into()).map(drop)
    }
}
