//! Contents of an entry, inflated no further than a limit.

use std::{borrow::Cow, io::Read};

use flate2::{Crc, Decompress, FlushDecompress, Status, read::DeflateDecoder};

use crate::{entry::Entry, source::Source};

/// Why contents cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The local header is not there, or the contents leave the archive.
    #[error("its bytes are not in the archive")]
    Missing,
    /// Somebody has the key.
    #[error("it is encrypted")]
    Encrypted,
    /// Neither stored nor deflated.
    #[error("its compression method {method} is not known")]
    UnknownMethod {
        /// As in the header.
        method: u16,
    },
    /// The compressed data is broken.
    #[error("its compressed data is damaged")]
    Damaged,
    /// More bytes than wanted.
    #[error("it unpacks to more than {limit} bytes")]
    TooLarge {
        /// What was wanted.
        limit: u64,
    },
}

/// Stored bytes summed up at a time.
const PIECE: usize = 1 << 20;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// The packed bytes and whether they are deflated.
fn packed<'a>(entry: &Entry<'a>) -> Result<(&'a [u8], bool), ReadError> {
    let data = entry.data.ok_or(ReadError::Missing)?;
    if entry.is_encrypted() {
        return Err(ReadError::Encrypted);
    }
    match entry.method {
        STORED => Ok((data, false)),
        DEFLATED => Ok((data, true)),
        method => Err(ReadError::UnknownMethod { method }),
    }
}

/// The contents, at most `limit` bytes; stored ones are borrowed.
pub(crate) fn read<'a>(entry: &Entry<'a>, limit: u64) -> Result<Cow<'a, [u8]>, ReadError> {
    let (data, is_deflated) = packed(entry)?;
    if !is_deflated {
        let fits = data.len() as u64 <= limit;
        return if fits { Ok(Cow::Borrowed(data)) } else { Err(ReadError::TooLarge { limit }) };
    }
    // Empty blocks make packed bytes of nothing, which cost time all the same.
    if data.len() as u64 > limit.saturating_mul(2).saturating_add(1_024) {
        return Err(ReadError::TooLarge { limit });
    }
    // The declared size is a claim: room grows with what really comes out.
    let mut out = Vec::new();
    let mut reader = DeflateDecoder::new(data).take(limit.saturating_add(1));
    reader.read_to_end(&mut out).map_err(|_| ReadError::Damaged)?;
    if out.len() as u64 > limit {
        return Err(ReadError::TooLarge { limit });
    }
    Ok(Cow::Owned(out))
}

/// The contents of an entry as they are unpacked: no more of them is in memory than is asked for.
///
/// Reading fails where the compressed data is broken. Sizes that headers declare are not looked at:
/// whoever reads sets a limit.
pub struct Contents<'a>(Box<dyn Read + Send + 'a>);

impl std::fmt::Debug for Contents<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contents").finish_non_exhaustive()
    }
}

impl Read for Contents<'_> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(room)
    }
}

/// The contents as a stream.
pub(crate) fn stream<'a>(entry: &Entry<'a>) -> Result<Contents<'a>, ReadError> {
    let (data, is_deflated) = packed(entry)?;
    Ok(Contents(if is_deflated { Box::new(DeflateDecoder::new(data)) } else { Box::new(data) }))
}

/// The first bytes of the contents; zeros where there are none.
pub(crate) fn head(entry: &Entry<'_>) -> [u8; 4] {
    let mut head = [0; 4];
    let Ok((data, is_deflated)) = packed(entry) else { return head };
    if is_deflated {
        // What breaks off is told by the audit.
        let _ = Decompress::new(false).decompress(data, &mut head, FlushDecompress::None);
    } else {
        let count = data.len().min(head.len());
        if let (Some(to), Some(from)) = (head.get_mut(..count), data.get(..count)) {
            to.copy_from_slice(from);
        }
    }
    head
}

/// What checking contents against their header found.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Bytes that came out, as far as it went.
    pub(crate) size: u64,
    pub(crate) crc32: u32,
    /// Packed bytes after the end of the compressed data.
    pub(crate) left: u64,
    /// The compressed data came to its end.
    pub(crate) ended: bool,
    /// It was stopped at the limit.
    pub(crate) stopped: bool,
    /// The first bytes, which tell archives.
    pub(crate) magic: [u8; 4],
}

/// Inflates contents into nothing, at most `limit` bytes, and sums them up.
pub(crate) fn sum(
    source: Source<'_>,
    entry: &Entry<'_>,
    limit: u64,
    room: &mut [u8],
) -> Result<Checked, ReadError> {
    let (data, is_deflated) = packed(entry)?;
    let mut crc = Crc::new();
    let mut magic = [0; 4];
    if !is_deflated {
        for piece in data.chunks(PIECE) {
            source.looks_at(piece.len());
            crc.update(piece);
        }
        if let Some(first) = data.first_chunk() {
            magic = *first;
        }
        let size = data.len() as u64;
        return Ok(Checked { size, crc32: crc.sum(), left: 0, ended: true, stopped: false, magic });
    }
    let mut inflater = Decompress::new(false);
    let (mut ended, mut stopped) = (false, false);
    loop {
        let (input, output) = (inflater.total_in(), inflater.total_out());
        let rest = usize::try_from(input).ok().and_then(|at| data.get(at..)).unwrap_or_default();
        let piece = rest.get(..PIECE).unwrap_or(rest);
        let Ok(status) = inflater.decompress(piece, room, FlushDecompress::None) else { break };
        source.looks_at(usize::try_from(inflater.total_in() - input).unwrap_or(0));
        let written = usize::try_from(inflater.total_out() - output).unwrap_or(0);
        let out = room.get(..written).unwrap_or_default();
        if output == 0
            && let Some(first) = out.first_chunk()
        {
            magic = *first;
        }
        crc.update(out);
        if status == Status::StreamEnd {
            ended = true;
            break;
        }
        if inflater.total_out() > limit {
            stopped = true;
            break;
        }
        if written == 0 && inflater.total_in() == input {
            break;
        }
    }
    let left = data.len() as u64 - inflater.total_in().min(data.len() as u64);
    let size = inflater.total_out();
    Ok(Checked { size, crc32: crc.sum(), left, ended, stopped, magic })
}
