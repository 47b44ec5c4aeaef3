//! What a question is about: read out of the process that asks.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use crate::kernel::{Notification, read_memory};
use crate::paths::absolute;

/// Longest path that the kernel takes, its end included.
const LONGEST_PATH: usize = 4096;
/// What most paths fit into.
const USUAL_PATH: usize = 256;

/// Where a socket is to be connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// An address of IP.
    Inet(SocketAddr),
    /// The path of a local socket, perhaps with zero bytes behind it.
    Local(Vec<u8>),
    /// Nothing, or another family.
    Other,
}

impl Notification {
    /// An argument.
    pub(super) fn argument(&self, index: usize) -> u64 {
        self.arguments.get(index).copied().unwrap_or(0)
    }

    /// An argument of type `int`.
    #[expect(clippy::cast_possible_truncation, reason = "the kernel reads the lower half only")]
    pub(super) fn int(&self, index: usize) -> i32 {
        (self.argument(index) as u32).cast_signed()
    }

    /// A text that ends with a zero byte, at most `most` bytes of it.
    fn text(&self, address: u64, most: usize) -> Result<Vec<u8>, Errno> {
        let mut text = vec![0; USUAL_PATH.min(most)];
        let mut known = 0;
        loop {
            let from = address.checked_add(known as u64).ok_or(Errno::FAULT)?;
            let room = text.get_mut(known..).unwrap_or_default();
            let read = read_memory(self.thread, from, room)?;
            let new = room.get(..read).unwrap_or_default();
            if let Some(end) = new.iter().position(|byte| *byte == 0) {
                text.truncate(known + end);
                return Ok(text);
            }
            known += read;
            if read == 0 || known >= most {
                text.truncate(known);
                return Ok(text);
            }
            text.resize(most.min(text.len().max(known) * 4), 0);
        }
    }

    /// The path in an argument, as it stands there.
    pub(super) fn path(&self, index: usize) -> Result<PathBuf, Errno> {
        let text = self.text(self.argument(index), LONGEST_PATH)?;
        Ok(PathBuf::from(OsStr::from_bytes(&text)))
    }

    /// The absolute path that an argument means, from the folder in another argument or the
    /// working folder.
    pub(super) fn absolute(&self, folder: Option<usize>, path: &Path) -> Result<PathBuf, Errno> {
        if path.is_absolute() {
            return Ok(absolute(Path::new("/"), path));
        }
        let base = match folder.map(|index| self.int(index)) {
            None | Some(libc::AT_FDCWD) => format!("/proc/{}/cwd", self.thread),
            Some(fd) => format!("/proc/{}/fd/{fd}", self.thread),
        };
        let base = std::fs::read_link(base).map_err(|_| Errno::NOENT)?;
        Ok(absolute(&base, path))
    }

    /// The arguments of a program that is to be started, each cut after 256 bytes, 33 at most.
    pub(super) fn program_arguments(&self, index: usize) -> Vec<Vec<u8>> {
        let mut pointers = [0; 33 * 8];
        let read = read_memory(self.thread, self.argument(index), &mut pointers).unwrap_or(0);
        let pointers = pointers.get(..read).unwrap_or_default().chunks_exact(8);
        pointers
            .map(|bytes| u64::from_ne_bytes(bytes.try_into().unwrap_or_default()))
            .take_while(|pointer| *pointer != 0)
            .map_while(|pointer| self.text(pointer, USUAL_PATH).ok())
            .collect()
    }

    /// Bytes of the process; fewer than asked for are an error.
    pub(super) fn bytes(&self, address: u64, length: usize) -> Result<Vec<u8>, Errno> {
        let mut bytes = vec![0; length];
        if length > 0 && read_memory(self.thread, address, &mut bytes)? < length {
            return Err(Errno::FAULT);
        }
        Ok(bytes)
    }

    /// The address at a pointer.
    pub(super) fn target(&self, address: u64, length: u64) -> Result<Target, Errno> {
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(110);
        Ok(parse_target(&self.bytes(address, length)?))
    }

    /// A copy of a socket of the process that asks.
    pub(super) fn take(&self, fd: i32) -> Result<OwnedFd, Errno> {
        let thread = i32::try_from(self.thread).ok().and_then(Pid::from_raw).ok_or(Errno::SRCH)?;
        // Linux 6.9 has descriptors of threads (PIDFD_THREAD); before, only processes have one.
        let of_thread = PidfdFlags::from_bits_retain(libc::O_EXCL.cast_unsigned());
        let pidfd = match pidfd_open(thread, of_thread) {
            Ok(pidfd) => pidfd,
            Err(_) => match pidfd_open(thread, PidfdFlags::empty()) {
                Ok(pidfd) => pidfd,
                Err(_) => pidfd_open(self.process()?, PidfdFlags::empty())?,
            },
        };
        pidfd_getfd(&pidfd, fd, PidfdGetfdFlags::empty())
    }

    /// The process that the asking thread belongs to.
    fn process(&self) -> Result<Pid, Errno> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.thread));
        let status = status.map_err(|_| Errno::SRCH)?;
        let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
        let process = line.and_then(|number| number.trim().parse().ok());
        process.and_then(Pid::from_raw).ok_or(Errno::SRCH)
    }
}

/// Reads a `sockaddr`; what is cut off or of another family is [`Target::Other`].
fn parse_target(bytes: &[u8]) -> Target {
    let word = |at: usize| Some([*bytes.get(at)?, *bytes.get(at + 1)?]);
    let (Some(family), Some(port)) = (word(0).map(u16::from_ne_bytes), word(2)) else {
        return Target::Other;
    };
    let port = u16::from_be_bytes(port);
    let rest = bytes.get(4..).unwrap_or_default();
    match (i32::from(family), rest) {
        (libc::AF_INET, [a, b, c, d, ..]) => {
            Target::Inet(SocketAddrV4::new(Ipv4Addr::new(*a, *b, *c, *d), port).into())
        }
        (libc::AF_INET6, [_, _, _, _, rest @ ..]) => {
            let Some((address, scope)) = rest.split_first_chunk::<16>() else {
                return Target::Other;
            };
            let scope = scope.first_chunk::<4>().map_or(0, |scope| u32::from_ne_bytes(*scope));
            Target::Inet(SocketAddrV6::new(Ipv6Addr::from(*address), port, 0, scope).into())
        }
        (libc::AF_UNIX, _) => Target::Local(bytes.get(2..).unwrap_or_default().to_vec()),
        _ => Target::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, parse_target};

    #[test]
    fn addresses_are_read_as_the_kernel_reads_them() {
        let inet = [2, 0, 0x01, 0xbb, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(parse_target(&inet), Target::Inet("192.0.2.1:443".parse().unwrap()));
        let mut inet6 = [0; 28];
        inet6[0] = 10;
        inet6[3] = 80;
        inet6[8] = 0xfe;
        inet6[9] = 0x80;
        inet6[23] = 1;
        assert_eq!(parse_target(&inet6), Target::Inet("[fe80::1]:80".parse().unwrap()));
        for cut in 0..24 {
            assert_eq!(parse_target(&inet6[..cut]), Target::Other, "{cut}");
        }
        let local = Target::Local(b"/x\0\0\0\0".to_vec());
        assert_eq!(parse_target(&[1, 0, b'/', b'x', 0, 0, 0, 0]), local);
    }
}
