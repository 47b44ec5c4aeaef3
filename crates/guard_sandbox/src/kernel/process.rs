//! fork, ptrace, and a descriptor handed to another process.
#![expect(unsafe_code, reason = "fork, ptrace and a sendmsg with all six registers")]

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use rustix::io::Errno;

use super::checked;

/// On which side of a fork the caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forked {
    /// In the child: only calls that are safe after a fork, until [`exit_now`].
    Child,
    /// In the parent, with the child's number.
    Parent(i32),
}

/// Forks. The child of a process with threads must not allocate or lock.
pub(crate) fn fork() -> Result<Forked, Errno> {
    // SAFETY: every child of this crate makes system calls only and ends with `exit_now`.
    match unsafe { libc::fork() } {
        0 => Ok(Forked::Child),
        pid if pid > 0 => Ok(Forked::Parent(pid)),
        _ => Err(super::last_error()),
    }
}

/// Ends the process without running what is registered for its end.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` takes no memory and never returns.
    unsafe { libc::_exit(code) }
}

/// Has `what` run in the child of a command, between fork and exec.
///
/// It makes system calls only: it neither allocates nor takes a lock.
pub(crate) fn before_exec(
    command: &mut std::process::Command,
    what: impl FnMut() -> std::io::Result<()> + Send + Sync + 'static,
) {
    use std::os::unix::process::CommandExt;
    // SAFETY: the only caller passes `confinement::apply`, which works on what the parent has made
    // and calls nothing but the raw wrappers of this module and of rustix.
    unsafe { command.pre_exec(what) };
}

/// Whether another process may be traced; it is left running, traced until the caller ends.
pub(crate) fn ptrace_seize(pid: i32) -> Result<(), Errno> {
    let none = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: this request reads and writes no memory of ours.
    checked(unsafe { libc::ptrace(libc::PTRACE_SEIZE, pid, none, none) }).map(drop)
}

/// A child of this process that has ended and is not buried yet, any.
pub(crate) fn ended_child() -> Option<i32> {
    // SAFETY: zeros are a valid `siginfo_t`: they say nothing.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: the kernel writes one `siginfo_t` into `info`, which outlives the call; what it says
    // of a child that ended, its number among it, is then in the union.
    let pid = unsafe {
        if libc::waitid(libc::P_ALL, 0, &raw mut info, options) != 0 {
            return None;
        }
        info.si_pid()
    };
    (pid > 0).then_some(pid)
}

/// Owns a descriptor that the kernel has just made.
pub(crate) fn own_fd(fd: RawFd) -> OwnedFd {
    // SAFETY: callers pass what a system call returned as new and keep no other copy.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// A descriptor that the caller knows to be open for as long as it is used.
pub(crate) fn as_borrowed<'a>(fd: RawFd) -> BorrowedFd<'a> {
    // SAFETY: used in a forked child on descriptors that were open in the parent and that nothing
    // in the child closes.
    unsafe { BorrowedFd::borrow_raw(fd) }
}

/// Room for one control message with one descriptor, aligned as its header is.
#[repr(C, align(8))]
struct Control([u8; 24]);

/// Sends `bytes` and, where there is one, a descriptor over a socket. `cookie` goes into the
/// registers that sendmsg does not use, so that a filter can know this very call.
pub(crate) fn send_listener(
    socket: RawFd,
    bytes: &[u8],
    fd: Option<RawFd>,
    cookie: [u64; 3],
) -> Result<(), Errno> {
    let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let mut control = Control([0; 24]);
    // SAFETY: a message header of zeros is valid: no name, no parts, no control.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &raw mut part;
    header.msg_iovlen = 1;
    if let Some(fd) = fd {
        // SAFETY: `control` is as long and as aligned as one header with one descriptor needs
        // (CMSG_SPACE(4) is 24), and outlives the call.
        unsafe {
            header.msg_control = control.0.as_mut_ptr().cast();
            header.msg_controllen = libc::CMSG_SPACE(4) as _;
            let first = libc::CMSG_FIRSTHDR(&raw const header);
            (*first).cmsg_level = libc::SOL_SOCKET;
            (*first).cmsg_type = libc::SCM_RIGHTS;
            (*first).cmsg_len = libc::CMSG_LEN(4) as _;
            libc::CMSG_DATA(first).cast::<RawFd>().write_unaligned(fd);
        }
    }
    // SAFETY: `header` and all it points to outlive the call.
    let value = unsafe {
        libc::syscall(
            libc::SYS_sendmsg,
            socket,
            &raw const header,
            0_u64,
            cookie[0],
            cookie[1],
            cookie[2],
        )
    };
    checked(value).map(drop)
}

/// Receives what [`send_listener`] sent: the number of bytes (0 when the other side is gone), and
/// the descriptor where there was one.
pub(crate) fn receive_listener(
    socket: BorrowedFd<'_>,
    bytes: &mut [u8],
) -> Result<(usize, Option<OwnedFd>), Errno> {
    let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    let mut control = Control([0; 24]);
    // SAFETY: as above.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &raw mut part;
    header.msg_iovlen = 1;
    header.msg_control = control.0.as_mut_ptr().cast();
    header.msg_controllen = control.0.len() as _;
    // SAFETY: `header` and all it points to outlive the call, with their true lengths.
    let value =
        unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_CMSG_CLOEXEC) };
    let read = checked(libc::c_long::try_from(value).unwrap_or(-1))?;
    // SAFETY: the kernel has set the length of the control part; the macro looks within it.
    let fd = unsafe {
        let first = libc::CMSG_FIRSTHDR(&raw const header);
        let is_fd = !first.is_null()
            && (*first).cmsg_level == libc::SOL_SOCKET
            && (*first).cmsg_type == libc::SCM_RIGHTS;
        is_fd.then(|| own_fd(libc::CMSG_DATA(first).cast::<RawFd>().read_unaligned()))
    };
    Ok((usize::try_from(read).unwrap_or(0), fd))
}

#[cfg(test)]
mod tests {
    use super::{Forked, exit_now, fork, receive_listener, send_listener};
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
    use rustix::process::{Pid, WaitOptions, waitpid};
    use std::io::{Read, Write};
    use std::os::fd::{AsFd, AsRawFd};

    #[test]
    fn a_descriptor_travels_over_a_socket() {
        let (here, there) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)
                .unwrap();
        let (mut reader, writer) = std::io::pipe().unwrap();
        send_listener(here.as_raw_fd(), b"ok", Some(writer.as_raw_fd()), [1, 2, 3]).unwrap();
        drop(writer);
        let mut bytes = [0; 8];
        let (length, fd) = receive_listener(there.as_fd(), &mut bytes).unwrap();
        assert_eq!(&bytes[..length], b"ok");
        std::fs::File::from(fd.unwrap()).write_all(b"through").unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "through");
        send_listener(here.as_raw_fd(), b"none", None, [0; 3]).unwrap();
        assert!(receive_listener(there.as_fd(), &mut bytes).unwrap().1.is_none());
    }

    #[test]
    fn a_child_ends_with_its_code_and_is_seen_before_it_is_buried() {
        let Forked::Parent(pid) = fork().unwrap() else { exit_now(7) };
        while super::ended_child().is_none() {
            std::thread::yield_now();
        }
        let (_, status) = waitpid(Pid::from_raw(pid), WaitOptions::empty()).unwrap().unwrap();
        assert_eq!(status.exit_status(), Some(7));
    }
}
