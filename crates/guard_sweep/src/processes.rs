//! Processes below the runtime, with their sockets and files in memory, as `/proc` tells them.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, pidfd_open, pidfd_send_signal, waitpid,
};

/// Most processes, and most descriptors of one, that are looked at.
const MOST_PROCESSES: usize = 1024;
const MOST_DESCRIPTORS: usize = 4096;
/// Most lines of a table of sockets.
const MOST_SOCKETS: usize = 16_384;

/// One thing that was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Left {
    /// A process, other than the runtime's own.
    Process {
        pid: u32,
        program: PathBuf,
        /// As `/proc` has them, separated by zero bytes.
        arguments: Vec<u8>,
        /// It was sent the signal that nothing survives.
        was_ended: bool,
    },
    /// A socket that waits for connections.
    Listening { port: u16 },
    /// A connection to another machine.
    Connected { to: SocketAddr },
    /// A file without a name on disk.
    InMemory { name: PathBuf },
}

/// A process by its number and the time of its start, in ticks: numbers are used again.
type Identity = (u32, u64);

/// The processes around a function.
#[derive(Debug)]
pub(crate) struct Processes {
    runtime: u32,
    guard: u32,
    before: HashSet<Identity>,
    inodes: HashSet<u64>,
    memory: HashSet<PathBuf>,
}

/// What `/proc/PID/stat` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    parent: u32,
    started: u64,
    is_zombie: bool,
}

impl Processes {
    pub(crate) fn new(runtime: u32) -> Self {
        Self {
            runtime,
            guard: std::process::id(),
            before: HashSet::new(),
            inodes: HashSet::new(),
            memory: HashSet::new(),
        }
    }

    pub(crate) fn remember(&mut self, end: Instant) {
        let family = self.family(end);
        self.before = family.iter().map(|(pid, stat)| (*pid, stat.started)).collect();
        for (pid, _) in family {
            let open = descriptors(pid);
            self.inodes.extend(open.sockets);
            self.memory.extend(open.memory);
        }
    }

    /// What is there now and was not. With `ends`, processes are ended.
    pub(crate) fn left(&mut self, end: Instant, ends: bool) -> Vec<Left> {
        let mut left = Vec::new();
        let family = self.family(end);
        let mut sockets = HashSet::new();
        for (pid, stat) in family {
            if stat.is_zombie {
                self.reap(pid, stat);
                continue;
            }
            let open = descriptors(pid);
            if pid != self.runtime && !self.before.contains(&(pid, stat.started)) {
                left.push(process(pid, stat, ends));
            }
            sockets.extend(open.sockets.into_iter().filter(|inode| !self.inodes.contains(inode)));
            for name in open.memory {
                if self.memory.insert(name.clone()) {
                    left.push(Left::InMemory { name });
                }
            }
            if Instant::now() > end {
                break;
            }
        }
        if !sockets.is_empty() {
            for table in ["tcp", "tcp6"] {
                let path = format!("/proc/{}/net/{table}", self.runtime);
                let text = std::fs::read_to_string(path).unwrap_or_default();
                left.extend(text.lines().skip(1).take(MOST_SOCKETS).filter_map(|line| {
                    let (inode, found) = socket(line)?;
                    sockets.contains(&inode).then_some(found)
                }));
            }
        }
        left
    }

    /// An orphan that ended is ours to bury, where we are the parent of orphans.
    fn reap(&self, pid: u32, stat: Stat) {
        if stat.parent == self.guard
            && pid != self.runtime
            && !self.before.contains(&(pid, stat.started))
        {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let _ = pid.map(|pid| waitpid(Some(pid), WaitOptions::NOHANG));
        }
    }

    /// The runtime, all below it, and the orphans that came from it.
    fn family(&self, end: Instant) -> Vec<(u32, Stat)> {
        let mut all = HashMap::new();
        let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
        let pids =
            entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        for pid in pids.take(MOST_PROCESSES * 8) {
            if Instant::now() > end {
                break;
            }
            if let Some(stat) = stat(pid) {
                all.insert(pid, stat);
            }
        }
        let mut family: Vec<(u32, Stat)> = all
            .iter()
            .filter(|(pid, stat)| self.is_of_runtime(**pid, **stat, &all))
            .map(|(pid, stat)| (*pid, *stat))
            .take(MOST_PROCESSES)
            .collect();
        family.sort_unstable_by_key(|(pid, _)| *pid);
        family
    }

    fn is_of_runtime(&self, pid: u32, stat: Stat, all: &HashMap<u32, Stat>) -> bool {
        let (mut at, mut parent) = (pid, stat.parent);
        for _ in 0..64 {
            if at == self.runtime || parent == self.runtime {
                return true;
            }
            if at == self.guard {
                return false;
            }
            // An orphan: ours, or of the first process where we may not take them.
            if parent == self.guard || (parent == 1 && self.guard != 1) {
                return self.has_our_environment(at);
            }
            match all.get(&parent) {
                Some(stat) => (at, parent) = (parent, stat.parent),
                None => return false,
            }
        }
        false
    }

    /// Whether a process was started with the address of the Runtime API that only the runtime of
    /// this guard has.
    fn has_our_environment(&self, pid: u32) -> bool {
        let mark = |pid: u32| {
            let all = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
            let mut variables = all.split(|byte| *byte == 0);
            variables.find(|one| one.starts_with(b"AWS_LAMBDA_RUNTIME_API=")).map(<[u8]>::to_vec)
        };
        mark(self.runtime).is_some_and(|own| mark(pid) == Some(own))
    }
}

fn process(pid: u32, stat: Stat, ends: bool) -> Left {
    let program = std::fs::read_link(format!("/proc/{pid}/exe"));
    let arguments = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    Left::Process {
        pid,
        program: program.unwrap_or_else(|_| PathBuf::from("unknown")),
        arguments,
        was_ended: ends && end_process(pid, stat),
    }
}

/// Ends a process, if it is still the one that was seen.
fn end_process(pid: u32, seen: Stat) -> bool {
    let Some(number) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return false };
    // The descriptor stands for one process; whether it is the right one is seen behind it.
    let Ok(pidfd) = pidfd_open(number, PidfdFlags::empty()) else { return false };
    stat(pid).is_some_and(|now| now.started == seen.started)
        && pidfd_send_signal(&pidfd, Signal::KILL).is_ok()
}

fn stat(pid: u32) -> Option<Stat> {
    parse_stat(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The name, in parentheses, may hold anything, parentheses too.
fn parse_stat(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    Some(Stat { parent, started, is_zombie: matches!(state, "Z" | "X") })
}

/// What a process has open.
#[derive(Debug, Default)]
struct Open {
    sockets: Vec<u64>,
    memory: Vec<PathBuf>,
}

fn descriptors(pid: u32) -> Open {
    let mut open = Open::default();
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd"));
    for entry in entries.into_iter().flatten().take(MOST_DESCRIPTORS) {
        let target = entry.and_then(|entry| std::fs::read_link(entry.path()));
        let Ok(target) = target else { continue };
        let text = target.to_string_lossy();
        if let Some(inode) = text.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')) {
            open.sockets.extend(inode.parse::<u64>().ok());
        } else if text.starts_with("/memfd:") {
            open.memory.push(target);
        }
    }
    // A program that was deleted, or never had a name.
    if let Ok(program) = std::fs::read_link(format!("/proc/{pid}/exe"))
        && is_nameless(&program)
        && !open.memory.contains(&program)
    {
        open.memory.push(program);
    }
    open
}

fn is_nameless(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    text.starts_with(b"/memfd:") || text.ends_with(b" (deleted)")
}

/// A line of `/proc/net/tcp`: the inode, and what the socket does, where that is worth a word.
fn socket(line: &str) -> Option<(u64, Left)> {
    let mut fields = line.split_ascii_whitespace();
    let (_, local, remote, state) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let inode = fields.nth(5)?.parse().ok()?;
    let left = match state {
        "0A" => Left::Listening { port: address(local)?.port() },
        "01" => {
            let to = address(remote)?;
            if to.ip().is_loopback() {
                return None;
            }
            Left::Connected { to }
        }
        _ => return None,
    };
    Some((inode, left))
}

/// `0100007F:1F90`: the address in the order of this machine, by words of 32 bits; the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (host, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut bytes = Vec::with_capacity(16);
    for at in (0..host.len()).step_by(8) {
        bytes.extend(u32::from_str_radix(host.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    }
    let host = match bytes.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        16 => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)).to_canonical(),
        _ => return None,
    };
    Some(SocketAddr::new(host, port))
}

#[cfg(test)]
mod tests {
    use super::{Left, Stat, parse_stat, socket};

    #[test]
    fn a_process_may_be_called_anything() {
        let text = "12 (a) R 1 (x)) S 7 12 12 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 99 8 9";
        let expected = Stat { parent: 7, started: 99, is_zombie: false };
        assert_eq!(parse_stat(text), Some(expected));
        assert_eq!(parse_stat("12 (a"), None);
    }

    #[test]
    fn tables_of_sockets_are_read() {
        let tail = "00000000:00000000 00:00000000 00000000  1000        0 4242 1";
        let listening = format!("0: 00000000:1F90 00000000:0000 0A {tail}");
        assert_eq!(socket(&listening), Some((4242, Left::Listening { port: 8080 })));
        let connected = format!("1: 0100007F:1F90 010200C0:01BB 01 {tail}");
        let to = "192.0.2.1:443".parse().unwrap();
        assert_eq!(socket(&connected), Some((4242, Left::Connected { to })));
        let local = format!("2: 0100007F:1F90 0100007F:01BB 01 {tail}");
        assert_eq!(socket(&local), None);
    }
}
