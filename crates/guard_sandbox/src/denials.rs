//! The fixed filter: what no function needs, and what would lead round every other protection.
//!
//! A refused call fails with an error and is not deadly, so that programs that only try (an event
//! loop that would like `io_uring`) go on with what they do elsewhere.

use crate::bpf::{Rule, Test, Verdict, errno};

/// `EPERM`.
const NOT_PERMITTED: Verdict = Verdict::Fail(1);
/// `ENOSYS`.
const MISSING: Verdict = Verdict::Fail(38);

/// Calls that fail whatever their arguments: another process's memory and registers, other ways
/// into the kernel, other roots and namespaces, the kernel's keys and modules.
const NEVER: &[libc::c_long] = &[
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_fanotify_init,
    libc::SYS_open_by_handle_at,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_quotactl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_kexec_file_load,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_uselib,
];

/// Calls that are told not to exist, so that callers take the older way, which the filter can
/// judge: `clone3` keeps its flags in memory (glibc then calls `clone`), `io_uring` would connect and
/// open past every filter.
const ABSENT: &[libc::c_long] = &[
    libc::SYS_clone3,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
];

/// Flags of `clone` that make a namespace (time has none there).
const NAMESPACES: u32 = (libc::CLONE_NEWNS
    | libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET)
    .cast_unsigned();

/// The lower bits of a socket's type; the rest are flags.
const TYPE: u32 = 0xf;
const STREAM: u32 = 1;
const DATAGRAM: u32 = 2;
const NETLINK_ROUTE: u32 = 0;

/// The rules. `guard` is the number of the process that must not be signalled; `cookie` marks the
/// one message that hands the listener over, which nobody may send after it.
pub(crate) fn denials(guard: u32, cookie: [u64; 3]) -> Vec<Rule> {
    let mut rules = vec![handed_over(cookie)];
    rules.extend(NEVER.iter().map(|call| Rule::new(*call, &[], NOT_PERMITTED)));
    rules.extend(ABSENT.iter().map(|call| Rule::new(*call, &[], MISSING)));
    rules.push(Rule::new(libc::SYS_clone, &[Test::AnyBit(0, NAMESPACES)], NOT_PERMITTED));
    sockets(&mut rules);
    // A program without a path: a file in memory, run.
    let without_path = Test::AnyBit(4, libc::AT_EMPTY_PATH.cast_unsigned());
    let refused = Verdict::Fail(errno(libc::EACCES));
    rules.push(Rule::new(libc::SYS_execveat, &[without_path], refused));
    // Typing into the terminal of whoever started us.
    for request in [0x5412, 0x541C] {
        rules.push(Rule::new(libc::SYS_ioctl, &[Test::Is(1, request)], NOT_PERMITTED));
    }
    // The guard, and "everybody", which is the guard too.
    for call in [
        libc::SYS_kill,
        libc::SYS_tgkill,
        libc::SYS_tkill,
        libc::SYS_rt_sigqueueinfo,
        libc::SYS_rt_tgsigqueueinfo,
        libc::SYS_pidfd_open,
        libc::SYS_prlimit64,
    ] {
        rules.push(Rule::new(call, &[Test::Is(0, guard)], NOT_PERMITTED));
    }
    rules.push(Rule::new(libc::SYS_kill, &[Test::Is(0, u32::MAX)], NOT_PERMITTED));
    rules
}

/// Nobody hands a descriptor over with the cookie a second time.
fn handed_over(cookie: [u64; 3]) -> Rule {
    let [first, second, third] = cookie;
    let tests = [Test::IsWide(3, first), Test::IsWide(4, second), Test::IsWide(5, third)];
    Rule::new(libc::SYS_sendmsg, &tests, NOT_PERMITTED)
}

/// Families and kinds of sockets: local ones, TCP and UDP over both IPs, and the question for
/// routes and addresses that every resolver asks. Everything else is a way past egress rules.
fn sockets(rules: &mut Vec<Rule>) {
    let family = |number: i32| Test::Is(0, number.cast_unsigned());
    for call in [libc::SYS_socket, libc::SYS_socketpair] {
        rules.push(Rule::new(call, &[family(libc::AF_UNIX)], Verdict::Allow));
    }
    for inet in [libc::AF_INET, libc::AF_INET6] {
        // Protocols beside them (SCTP, MPTCP, UDP-Lite, echo requests) carry data past rules that
        // speak of TCP and UDP, as Landlock's do. Programs fall back to these two.
        let unknown = Verdict::Fail(errno(libc::EPROTONOSUPPORT));
        for (kind, protocol) in [(STREAM, libc::IPPROTO_TCP), (DATAGRAM, libc::IPPROTO_UDP)] {
            for protocol in [0, protocol.cast_unsigned()] {
                let tests = [family(inet), Test::Masked(1, TYPE, kind), Test::Is(2, protocol)];
                rules.push(Rule::new(libc::SYS_socket, &tests, Verdict::Allow));
            }
            let tests = [family(inet), Test::Masked(1, TYPE, kind)];
            rules.push(Rule::new(libc::SYS_socket, &tests, unknown));
        }
        rules.push(Rule::new(libc::SYS_socket, &[family(inet)], NOT_PERMITTED));
    }
    let route = [family(libc::AF_NETLINK), Test::Is(2, NETLINK_ROUTE)];
    rules.push(Rule::new(libc::SYS_socket, &route, Verdict::Allow));
    rules.push(Rule::new(libc::SYS_socket, &[], Verdict::Fail(errno(libc::EAFNOSUPPORT))));
    // Data with the first packet: a connection without `connect`.
    let fast = libc::MSG_FASTOPEN.cast_unsigned();
    for (call, flags) in [(libc::SYS_sendto, 3), (libc::SYS_sendmsg, 2), (libc::SYS_sendmmsg, 3)] {
        let verdict = Verdict::Fail(errno(libc::EOPNOTSUPP));
        rules.push(Rule::new(call, &[Test::AnyBit(flags, fast)], verdict));
    }
}
