//! One file's bytes, decompressed piece by piece.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use crate::find::STANDARD_INPUT;

/// Bytes that one file may decompress to.
const MOST: u64 = 64 << 30;

/// The first bytes of a member of a gzip file.
const GZIP: &[u8] = &[0x1F, 0x8B, 0x08];

/// Bytes that are read at a time.
const PIECE: usize = 1 << 18;

/// Opens a file, gzip or not; `-` is standard input.
///
/// # Errors
/// When it cannot be opened, or is a pipe, a device or a folder.
pub fn open(path: &Path) -> io::Result<Unpacked<Box<dyn BufRead>>> {
    if path.as_os_str() == STANDARD_INPUT {
        return Ok(Unpacked::new(Box::new(io::stdin().lock())));
    }
    // Asked before it is opened: opening a pipe waits for somebody to write.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("this is not a file"));
    }
    Ok(Unpacked::new(Box::new(BufReader::with_capacity(PIECE, File::open(path)?))))
}

/// The bytes of an input, decompressed when it is gzip (of one member or several). It fails behind 64 GiB.
#[derive(Debug)]
pub struct Unpacked<R> {
    inner: Inner<R>,
    left: u64,
}

#[derive(Debug)]
enum Inner<R> {
    Plain(R),
    Gzip(Box<MultiGzDecoder<R>>),
}

impl<R: BufRead> Unpacked<R> {
    /// Looks at the first bytes, which say whether it is gzip.
    pub fn new(mut input: R) -> Self {
        let is_gzip = input.fill_buf().is_ok_and(|bytes| bytes.starts_with(GZIP));
        let inner = if is_gzip {
            Inner::Gzip(Box::new(MultiGzDecoder::new(input)))
        } else {
            Inner::Plain(input)
        };
        Self { inner, left: MOST }
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(format!("it is larger than {} GiB", MOST >> 30)));
        }
        let room = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let buffer = buffer.get_mut(..room).unwrap_or_default();
        let count = match &mut self.inner {
            Inner::Plain(input) => input.read(buffer)?,
            Inner::Gzip(input) => input.read(buffer)?,
        };
        self.left -= count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use flate2::{Compression, write::GzEncoder};

    use super::Unpacked;

    #[test]
    fn gzip_of_several_members_is_read_whole_and_other_bytes_as_they_are() {
        let mut packed = Vec::new();
        for part in ["one ", "two"] {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(part.as_bytes()).unwrap();
            packed.extend(encoder.finish().unwrap());
        }
        let mut text = String::new();
        Unpacked::new(packed.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "one two");
        text.clear();
        Unpacked::new(&b"plain"[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "plain");
        let torn = packed.get(..packed.len() - 9).unwrap();
        assert!(Unpacked::new(torn).read_to_string(&mut text).is_err());
    }
}
