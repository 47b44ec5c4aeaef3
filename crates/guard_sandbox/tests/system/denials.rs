//! The fixed filter (T4).

use guard_sandbox::Mechanism;

use crate::run::{has, python};

/// Tries calls by their numbers and prints the name of the error of each.
const TRY: &str = r"
import ctypes, errno, os, platform, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
arm = platform.machine() == 'aarch64'
def call(name, x86, generic, *arguments):
    ctypes.set_errno(0)
    value = libc.syscall(generic if arm else x86, *arguments)
    print(name, 'ok' if value >= 0 else errno.errorcode[ctypes.get_errno()])
call('ptrace', 101, 117, 0, 0, 0, 0)
call('process_vm_readv', 310, 270, os.getpid(), 0, 0, 0, 0, 0)
call('io_uring', 425, 425, 8, 0)
call('bpf', 321, 280, 0, 0, 0)
call('userfaultfd', 323, 282, 1)
call('mount', 165, 40, b'x', b'/tmp', b'tmpfs', 0, 0)
call('unshare', 272, 97, 0x10000000)
call('clone-newuser', 56, 220, 0x10000000 | 17, 0, 0, 0, 0)
call('add_key', 248, 217, b'user', b'x', b'y', 1, -2)
call('perf', 298, 241, 0, 0, -1, -1, 0)
call('kill-all', 62, 129, -1, 0)
call('kill-guard', 62, 129, os.getppid(), 0)
memory = os.memfd_create('x', 0)
os.write(memory, open('/bin/true', 'rb').read())
pointers = (ctypes.c_char_p * 2)(b'x', None)
call('execveat', 322, 281, memory, b'', pointers, pointers, 0x1000)
for name, family, kind, protocol in [
    ('packet', 17, 3, 0), ('alg', 38, 5, 0), ('vsock', 40, 1, 0), ('netlink-audit', 16, 3, 9),
    ('raw', 2, 3, 1), ('sctp', 2, 1, 132), ('mptcp', 2, 1, 262), ('udp-lite', 10, 2, 136),
    ('echo', 2, 2, 1), ('tcp', 2, 1, 0), ('tcp6', 10, 1, 6), ('udp', 2, 2, 17), ('udp6', 10, 2, 0),
    ('unix', 1, 1, 0), ('netlink-route', 16, 3, 0),
]:
    try:
        socket.socket(family, kind, protocol).close()
        print(name, 'ok')
    except OSError as error:
        print(name, errno.errorcode[error.errno])
import threading
thread = threading.Thread(target=lambda: print('threads ok'))
thread.start(); thread.join()
";

#[test]
fn what_leads_round_other_protections_fails_and_what_programs_need_does_not() {
    if !has(Mechanism::SeccompFilter) {
        return;
    }
    // With and without the supervisor.
    for without in ["", "T5", "T5,T6"] {
        let outcome = python("{}", without, TRY);
        let expected = "ptrace EPERM\nprocess_vm_readv EPERM\nio_uring ENOSYS\nbpf EPERM\n\
            userfaultfd EPERM\nmount EPERM\nunshare EPERM\nclone-newuser EPERM\nadd_key EPERM\n\
            perf EPERM\nkill-all EPERM\nkill-guard EPERM\nexecveat EACCES\npacket EAFNOSUPPORT\n\
            alg EAFNOSUPPORT\nvsock EAFNOSUPPORT\nnetlink-audit EAFNOSUPPORT\nraw EPERM\n\
            sctp EPROTONOSUPPORT\nmptcp EPROTONOSUPPORT\nudp-lite EPROTONOSUPPORT\n\
            echo EPROTONOSUPPORT\ntcp ok\ntcp6 ok\nudp ok\nudp6 ok\nunix ok\nnetlink-route ok\nthreads ok\n";
        assert_eq!(outcome.output, expected, "without {without}: {outcome:#?}");
    }
}

#[test]
fn no_image_of_the_memory_is_written_when_the_function_crashes() {
    let script = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE), \
                  open('/proc/self/coredump_filter').read().strip())";
    for without in ["", "T4,T5,T6"] {
        let outcome = python("{}", without, script);
        assert_eq!(outcome.output, "(0, 0) 00000000\n", "{outcome:#?}");
    }
}

#[test]
fn the_mode_off_takes_nothing_away() {
    let script =
        "import os; print(open('/proc/self/status').read().split('Seccomp:')[1][:3].strip())";
    let outcome = python(r#"{"mode": "off"}"#, "", script);
    assert_eq!(outcome.output, "0\n");
    assert!(outcome.incidents.is_empty(), "{outcome:#?}");
}
