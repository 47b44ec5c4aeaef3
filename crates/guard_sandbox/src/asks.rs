//! Which system calls the supervisor is asked about, and where their arguments stand.

use crate::bpf::{Rule, Test, Verdict};

/// What a call does, as far as the supervisor judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Opens a file; the flags say for what.
    Open {
        /// Argument with the folder that a relative path starts from.
        folder: Option<usize>,
        /// Argument with the path.
        path: usize,
        /// Where the flags are.
        flags: Flags,
    },
    /// Does something to a name.
    Name {
        /// What.
        act: Act,
        /// As above.
        folder: Option<usize>,
        /// As above.
        path: usize,
    },
    /// Gives a file another name, in the place of the first (then `act` is [`Act::Remove`]) or
    /// besides it ([`Act::Read`]).
    Move {
        /// What is done to the first name.
        act: Act,
        /// Its folder and path.
        from: (Option<usize>, usize),
        /// Folder and path of the other.
        to: (Option<usize>, usize),
    },
    /// Makes a symbolic link: to `target`, at `path`.
    Link {
        /// Argument with what the link says.
        target: usize,
        /// As above.
        folder: Option<usize>,
        /// As above.
        path: usize,
    },
    /// Starts a program.
    Execute {
        /// As above.
        folder: Option<usize>,
        /// As above.
        path: usize,
    },
    /// Connects a socket.
    Connect,
    /// Sends to an address.
    SendTo,
    /// Sends a message, perhaps to an address.
    SendMessage,
    /// Sends several.
    SendMessages,
}

/// What is done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// The file is read.
    Read,
    /// The file is written.
    Write,
    /// A name is made that was not there.
    Make,
    /// A name is made, perhaps in the place of another.
    Replace,
    /// A name is removed.
    Remove,
}

impl Act {
    /// Whether a link at the end of the path is followed.
    pub(crate) fn follows(self) -> bool {
        matches!(self, Self::Read | Self::Write)
    }
}

/// Where the flags of an open stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flags {
    /// In an argument.
    Argument(usize),
    /// At the start of a structure that an argument points to.
    Behind(usize),
    /// The call always writes.
    Writes,
}

/// What is asked about.
#[expect(clippy::struct_excessive_bools, reason = "four independent switches")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scope {
    /// Files that are opened, names that are made.
    pub(crate) files: bool,
    /// Programs that are started.
    pub(crate) programs: bool,
    /// Connections.
    pub(crate) connections: bool,
    /// Datagrams with an address.
    pub(crate) datagrams: bool,
}

const fn name(act: Act, folder: Option<usize>, path: usize) -> Asked {
    Asked::Name { act, folder, path }
}

const fn from_to(act: Act, from: (Option<usize>, usize), to: (Option<usize>, usize)) -> Asked {
    Asked::Move { act, from, to }
}

const FILES: &[(libc::c_long, Asked)] = &[
    (libc::SYS_openat, Asked::Open { folder: Some(0), path: 1, flags: Flags::Argument(2) }),
    (libc::SYS_openat2, Asked::Open { folder: Some(0), path: 1, flags: Flags::Behind(2) }),
    (libc::SYS_truncate, name(Act::Write, None, 0)),
    (libc::SYS_mkdirat, name(Act::Make, Some(0), 1)),
    (libc::SYS_mknodat, name(Act::Make, Some(0), 1)),
    (libc::SYS_unlinkat, name(Act::Remove, Some(0), 1)),
    (libc::SYS_renameat, from_to(Act::Remove, (Some(0), 1), (Some(2), 3))),
    (libc::SYS_renameat2, from_to(Act::Remove, (Some(0), 1), (Some(2), 3))),
    (libc::SYS_linkat, from_to(Act::Read, (Some(0), 1), (Some(2), 3))),
    (libc::SYS_symlinkat, Asked::Link { target: 0, folder: Some(1), path: 2 }),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_open, Asked::Open { folder: None, path: 0, flags: Flags::Argument(1) }),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_creat, Asked::Open { folder: None, path: 0, flags: Flags::Writes }),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_mkdir, name(Act::Make, None, 0)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_mknod, name(Act::Make, None, 0)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_unlink, name(Act::Remove, None, 0)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_rmdir, name(Act::Remove, None, 0)),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_rename, from_to(Act::Remove, (None, 0), (None, 1))),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_link, from_to(Act::Read, (None, 0), (None, 1))),
    #[cfg(target_arch = "x86_64")]
    (libc::SYS_symlink, Asked::Link { target: 0, folder: None, path: 1 }),
];

/// What a call does.
pub(crate) fn asked(call: i64) -> Option<Asked> {
    match call {
        libc::SYS_execve => return Some(Asked::Execute { folder: None, path: 0 }),
        libc::SYS_execveat => return Some(Asked::Execute { folder: Some(0), path: 1 }),
        libc::SYS_connect => return Some(Asked::Connect),
        libc::SYS_sendto => return Some(Asked::SendTo),
        libc::SYS_sendmsg => return Some(Asked::SendMessage),
        libc::SYS_sendmmsg => return Some(Asked::SendMessages),
        _ => {}
    }
    FILES.iter().find(|(number, _)| *number == call).map(|(_, asked)| *asked)
}

/// The rules of the filter that asks. The message with the `cookie` goes through: it hands the
/// listener to the supervisor, who cannot answer before it has it.
pub(crate) fn questions(scope: Scope, cookie: [u64; 3]) -> Vec<Rule> {
    let mut rules = Vec::new();
    if scope.files {
        rules.extend(FILES.iter().map(|(call, _)| Rule::new(*call, &[], Verdict::Ask)));
    }
    if scope.programs {
        for call in [libc::SYS_execve, libc::SYS_execveat] {
            rules.push(Rule::new(call, &[], Verdict::Ask));
        }
    }
    if scope.connections {
        rules.push(Rule::new(libc::SYS_connect, &[], Verdict::Ask));
    }
    if scope.datagrams {
        // `send` is `sendto` without an address: what connected sockets do all day costs nothing.
        rules.push(Rule::new(libc::SYS_sendto, &[Test::IsSet(4)], Verdict::Ask));
        let [first, second, third] = cookie;
        let marked = [Test::IsWide(3, first), Test::IsWide(4, second), Test::IsWide(5, third)];
        rules.push(Rule::new(libc::SYS_sendmsg, &marked, Verdict::Allow));
        rules.push(Rule::new(libc::SYS_sendmsg, &[], Verdict::Ask));
        rules.push(Rule::new(libc::SYS_sendmmsg, &[], Verdict::Ask));
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::{Scope, asked, questions};

    #[test]
    fn every_call_that_is_asked_about_is_understood() {
        let all = Scope { files: true, programs: true, connections: true, datagrams: true };
        for rule in questions(all, [1, 2, 3]) {
            assert!(asked(rule.call).is_some(), "{rule:?}");
        }
        assert!(questions(Scope::default(), [1, 2, 3]).is_empty());
        assert_eq!(asked(libc::SYS_getpid), None);
    }
}
