//! Landlock: rights that a process gives up, by hierarchy of files and by port.
#![expect(unsafe_code, reason = "three system calls without a safe wrapper")]

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};

use rustix::io::Errno;

use super::{checked, own_fd};

/// What a set of rules decides about; what is not named stays free.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RulesetAttributes {
    /// Rights on files.
    pub(crate) files: u64,
    /// Rights on the network (ABI 4).
    pub(crate) network: u64,
    /// What is kept inside: abstract sockets, signals (ABI 6).
    pub(crate) scoped: u64,
}

/// Rights below one folder, or on one file.
#[repr(C, packed)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathRule {
    /// The rights that stay.
    pub(crate) allowed: u64,
    /// A descriptor of the folder or file, opened with `O_PATH`.
    pub(crate) parent: RawFd,
}

#[repr(C)]
struct PortRule {
    allowed: u64,
    port: u64,
}

/// The version of the interface, from 1.
pub(crate) fn landlock_version() -> Result<u32, Errno> {
    // SAFETY: with this flag the kernel reads no attributes.
    let value = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<RulesetAttributes>(),
            0_usize,
            1_u32,
        )
    };
    checked(value).and_then(|version| u32::try_from(version).map_err(|_| Errno::RANGE))
}

/// A set of rules for what `attributes` names; `abi` says how much of them the kernel knows.
pub(crate) fn landlock_create(attributes: RulesetAttributes, abi: u32) -> Result<OwnedFd, Errno> {
    let size: usize = match abi {
        0..=3 => 8,
        4..=5 => 16,
        _ => 24,
    };
    // SAFETY: `attributes` outlives the call, and `size` is at most its 24 bytes.
    let value = unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, &raw const attributes, size, 0_u32)
    };
    let fd = checked(value)?;
    Ok(own_fd(RawFd::try_from(fd).map_err(|_| Errno::BADF)?))
}

/// Adds rights below a folder.
pub(crate) fn landlock_add_path(ruleset: BorrowedFd<'_>, rule: PathRule) -> Result<(), Errno> {
    // SAFETY: `rule` is a `landlock_path_beneath_attr` (packed, 12 bytes) and outlives the call.
    let value = unsafe {
        libc::syscall(
            libc::SYS_landlock_add_rule,
            ruleset.as_raw_fd(),
            1_u32,
            &raw const rule,
            0_u32,
        )
    };
    checked(value).map(drop)
}

/// Lets connections to a port of any host through.
pub(crate) fn landlock_add_port(
    ruleset: BorrowedFd<'_>,
    allowed: u64,
    port: u16,
) -> Result<(), Errno> {
    let rule = PortRule { allowed, port: port.into() };
    // SAFETY: `rule` is a `landlock_net_port_attr` (two 64-bit fields) and outlives the call.
    let value = unsafe {
        libc::syscall(
            libc::SYS_landlock_add_rule,
            ruleset.as_raw_fd(),
            2_u32,
            &raw const rule,
            0_u32,
        )
    };
    checked(value).map(drop)
}

/// Gives up, for the calling thread and all that it starts, what the rules do not leave. Needs
/// `no_new_privs` or the capability.
pub(crate) fn landlock_restrict(ruleset: BorrowedFd<'_>) -> Result<(), Errno> {
    // SAFETY: no memory is passed.
    let value =
        unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset.as_raw_fd(), 0_u32) };
    checked(value).map(drop)
}
