//! The memory of another process, read.
#![expect(unsafe_code, reason = "process_vm_readv has no safe wrapper here")]

use rustix::io::Errno;

use super::checked;

/// Reads from `address` of the process into `into`; the number of bytes read, fewer when what
/// follows is not mapped.
pub(crate) fn read_memory(process: u32, address: u64, into: &mut [u8]) -> Result<usize, Errno> {
    let pid = libc::pid_t::try_from(process).map_err(|_| Errno::SRCH)?;
    let address = usize::try_from(address).map_err(|_| Errno::FAULT)?;
    let local = libc::iovec { iov_base: into.as_mut_ptr().cast(), iov_len: into.len() };
    let remote =
        libc::iovec { iov_base: std::ptr::without_provenance_mut(address), iov_len: into.len() };
    // SAFETY: the kernel writes at most `into.len()` bytes into `into`, which is borrowed for the
    // call; the remote range is checked by the kernel against the other process.
    let read = unsafe { libc::process_vm_readv(pid, &raw const local, 1, &raw const remote, 1, 0) };
    let read = checked(libc::c_long::try_from(read).unwrap_or(-1))?;
    usize::try_from(read).map_err(|_| Errno::FAULT)
}

#[cfg(test)]
mod tests {
    use super::read_memory;
    use rustix::io::Errno;

    #[test]
    fn bytes_of_a_process_are_read_and_what_is_not_mapped_is_an_error() {
        let text = *b"of this process";
        let mut read = [0; 15];
        let address = text.as_ptr().expose_provenance() as u64;
        assert_eq!(read_memory(std::process::id(), address, &mut read), Ok(15));
        assert_eq!(read, text);
        assert_eq!(read_memory(std::process::id(), 8, &mut read), Err(Errno::FAULT));
    }
}
