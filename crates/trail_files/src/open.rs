//! One file's bytes, decompressed: whole when it is of moderate size, else piece by piece.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::Path,
};

use audit_event::{Limits, Outcome, Visit};
use event_files::Unpacked;
use libdeflater::Decompressor;

/// Bytes of a file that is read whole, and of what it decompresses to. CloudTrail's own are below
/// 50 MB decompressed.
const WHOLE: u64 = 64 << 20;

/// The same where memory is short: files as CloudTrail delivers them are mostly smaller.
const WHOLE_WHEN_SHORT: u64 = 8 << 20;

/// The first bytes of a member of a gzip file.
pub(crate) const GZIP: &[u8] = &[0x1F, 0x8B, 0x08];

/// Opens files, one after the other, with the same buffers.
pub struct Opener {
    decompressor: Decompressor,
    packed: Vec<u8>,
    plain: Vec<u8>,
    /// Bytes up to which a file is read whole.
    whole: u64,
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").finish_non_exhaustive()
    }
}

impl Default for Opener {
    fn default() -> Self {
        Self {
            decompressor: Decompressor::new(),
            packed: Vec::new(),
            plain: Vec::new(),
            whole: WHOLE,
        }
    }
}

impl Opener {
    /// One that takes less memory: files of more than 8 MiB are read piece by piece.
    #[must_use]
    pub fn short_of_memory() -> Self {
        Self { whole: WHOLE_WHEN_SHORT, ..Self::default() }
    }

    /// Reads a file, gzip or not, and visits its events in order; `-` is standard input. With the
    /// outcome the bytes of the file itself.
    ///
    /// # Errors
    /// When it cannot be opened, or is a pipe, a device or a folder. What goes wrong later is a remark
    /// of the outcome.
    pub fn read(
        &mut self,
        path: &Path,
        limits: &Limits,
        visit: &mut Visit<'_>,
    ) -> io::Result<(Outcome, u64)> {
        if path.as_os_str() == "-" {
            return Ok((stream(&mut BufReader::new(io::stdin().lock()), limits, visit), 0));
        }
        // Asked before it is opened: opening a pipe waits for somebody to write.
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::other("this is not a file"));
        }
        let mut file = File::open(path)?;
        if metadata.len() > self.whole {
            let mut reader = BufReader::with_capacity(1 << 16, file);
            return Ok((stream(&mut reader, limits, visit), metadata.len()));
        }
        self.packed.clear();
        (&mut file).take(self.whole + 1).read_to_end(&mut self.packed)?;
        if self.packed.len() as u64 > self.whole {
            // It grows while it is read.
            let mut reader = BufReader::new(Cursor::new(&self.packed).chain(file));
            return Ok((stream(&mut reader, limits, visit), metadata.len()));
        }
        Ok((self.whole(limits, visit), self.packed.len() as u64))
    }

    /// The file in the buffer.
    fn whole(&mut self, limits: &Limits, visit: &mut Visit<'_>) -> Outcome {
        if !self.packed.starts_with(GZIP) {
            return audit_event::read(&self.packed, limits, visit);
        }
        if let Some(length) = one_member(&self.packed, self.whole) {
            if self.plain.len() < length {
                self.plain.resize(length, 0);
            }
            let plain = self.plain.get_mut(..length).unwrap_or_default();
            if self.decompressor.gzip_decompress(&self.packed, plain) == Ok(length) {
                return audit_event::read(plain, limits, visit);
            }
        }
        // Several members, or torn: what can be read of it is read.
        stream(&mut Cursor::new(&self.packed), limits, visit)
    }
}

/// What a gzip file of one member says that it decompresses to, when that is moderate.
fn one_member(packed: &[u8], most: u64) -> Option<usize> {
    // A second member would begin with the same bytes; they may also come by chance.
    if memchr::memmem::find(packed.get(GZIP.len()..)?, GZIP).is_some() {
        return None;
    }
    let length = u32::from_le_bytes(*packed.last_chunk::<4>()?);
    (u64::from(length) <= most).then_some(length as usize)
}

/// Reads a stream, gzip or not, piece by piece.
fn stream(input: &mut dyn io::BufRead, limits: &Limits, visit: &mut Visit<'_>) -> Outcome {
    audit_event::read_from(&mut Unpacked::new(input), limits, visit)
}
