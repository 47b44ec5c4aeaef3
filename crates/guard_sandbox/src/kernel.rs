//! The system calls that no safe wrapper has: seccomp with its listener, Landlock, fork, ptrace.
//!
//! Everything unsafe of this crate stands here, each call behind a safe function whose arguments
//! own what the kernel reads. What runs in a child between fork and exec neither allocates nor
//! takes a lock: [`install_filter`], [`send_listener`], [`landlock_restrict`], [`fork`].

mod landlock;
mod memory;
mod process;
mod seccomp;

pub(crate) use landlock::{
    PathRule, RulesetAttributes, landlock_add_path, landlock_add_port, landlock_create,
    landlock_restrict, landlock_version,
};
pub(crate) use memory::read_memory;
pub(crate) use process::{
    Forked, as_borrowed, before_exec, ended_child, exit_now, fork, own_fd, ptrace_seize,
    receive_listener, send_listener,
};
pub(crate) use seccomp::{Answer, Instruction, Listener, Notification, install_filter};

use rustix::io::Errno;

/// The error that the last call of `libc` left.
fn last_error() -> Errno {
    Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::INVAL)
}

/// The value of a raw system call, or its error.
fn checked(value: libc::c_long) -> Result<libc::c_long, Errno> {
    if value < 0 { Err(last_error()) } else { Ok(value) }
}
