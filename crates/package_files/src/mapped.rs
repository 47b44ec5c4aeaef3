//! A file without a copy of it in memory.

use std::{fs::File, io, path::Path};

use memmap2::Mmap;

/// Maps a file.
///
/// # Errors
/// When it is no plain file, or cannot be opened or mapped.
pub fn map(path: &Path) -> io::Result<Mmap> {
    // Opening a pipe waits for its other end.
    if !path.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let file = File::open(path)?;
    #[expect(
        unsafe_code,
        reason = "a package may be larger than the memory that an audit may take"
    )]
    // SAFETY: the map is read-only and private to us. Who changes the file meanwhile changes bytes
    // that are judged as bytes of a stranger anyway: no value that we hold depends on reading the
    // same byte twice. Who shortens it ends this process by a signal, and has the rights to do so
    // otherwise.
    let map = unsafe { Mmap::map(&file) };
    map
}
