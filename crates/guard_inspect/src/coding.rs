//! Content codings of bodies: gzip and deflate are undone, the others are known to be unread.

use std::io::Read;

/// What `Content-Encoding` says of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Coding {
    /// Nothing, or what leaves the body as it is.
    #[default]
    Plain,
    Gzip,
    /// In the format of zlib, or bare as some clients send it.
    Deflate,
    /// Another one (`br`, `zstd`), or several over each other.
    Unread,
    /// A name that no registry has: the body is as it is, unless it is no text.
    Unknown,
}

/// Codings that a server may undo and that are not followed: the registry of HTTP, and what else is
/// in use.
const UNREAD: &[&str] = &[
    "br",
    "zstd",
    "compress",
    "x-compress",
    "dcb",
    "dcz",
    "exi",
    "pack200-gzip",
    "aes128gcm",
    "aws-chunked",
    "bzip2",
    "x-bzip2",
    "lz4",
    "lz4-framed",
    "snappy",
    "x-snappy-framed",
    "lzma",
    "xz",
];

impl Coding {
    /// This coding and the ones in the value of another header.
    pub(crate) fn and(self, value: &str) -> Self {
        value.split(',').map(str::trim).fold(self, |coding, name| {
            let is = |names: &[&str]| names.iter().any(|other| name.eq_ignore_ascii_case(other));
            match coding {
                // Names of character sets stand here by mistake, `amz-1.0` in calls of services.
                _ if is(&["", "identity", "none", "utf-8", "utf8", "amz-1.0"]) => coding,
                Self::Plain if is(&["gzip", "x-gzip"]) => Self::Gzip,
                Self::Plain if is(&["deflate"]) => Self::Deflate,
                Self::Plain if !is(UNREAD) => Self::Unknown,
                _ => Self::Unread,
            }
        })
    }

    /// What two lists of the same headers say together.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Plain, coding) | (coding, Self::Plain) => coding,
            _ if self == other => self,
            _ => Self::Unread,
        }
    }
}

/// Whether bytes begin as gzip does.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b, 8])
}

/// How far a body was unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unpacked {
    Whole,
    /// There is more than the limit.
    TooLarge,
    /// Up to a fault, which some readers forgive.
    Part,
}

/// Unpacks gzip or deflate onto `out`, at most `limit` bytes and one.
pub(crate) fn unpack(bytes: &[u8], out: &mut Vec<u8>, limit: usize) -> Unpacked {
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = if is_gzip(bytes) {
        flate2::read::MultiGzDecoder::new(bytes).take(most).read_to_end(out)
    } else if is_zlib(bytes) {
        flate2::read::ZlibDecoder::new(bytes).take(most).read_to_end(out)
    } else {
        flate2::read::DeflateDecoder::new(bytes).take(most).read_to_end(out)
    };
    match read {
        _ if out.len() > limit => Unpacked::TooLarge,
        Ok(_) => Unpacked::Whole,
        Err(_) => Unpacked::Part,
    }
}

fn is_zlib(bytes: &[u8]) -> bool {
    let [first, second, ..] = *bytes else { return false };
    first & 15 == 8 && u16::from_be_bytes([first, second]).is_multiple_of(31)
}

#[cfg(test)]
mod tests {
    use super::{Coding, Unpacked, unpack};
    use flate2::{Compression, write};
    use std::io::Write;

    #[test]
    fn codings_are_known_by_their_names() {
        let coding = |value| Coding::Plain.and(value);
        assert_eq!(coding("GZip"), Coding::Gzip);
        assert_eq!(coding(" deflate , identity"), Coding::Deflate);
        assert_eq!(coding("UTF-8"), Coding::Plain);
        assert_eq!(coding("application/json"), Coding::Unknown);
        assert_eq!(coding("base64, gzip"), Coding::Unread);
        for unread in ["br", "zstd", "gzip, gzip", "deflate,br", "aws-chunked"] {
            assert_eq!(coding(unread), Coding::Unread, "{unread}");
        }
        assert_eq!(Coding::Gzip.or(Coding::Gzip), Coding::Gzip);
        assert_eq!(Coding::Gzip.or(Coding::Deflate), Coding::Unread);
    }

    #[test]
    fn every_format_is_unpacked_up_to_the_limit_or_the_fault() {
        let text = vec![b'a'; 100_000];
        let mut gzip = write::GzEncoder::new(Vec::new(), Compression::best());
        let mut zlib = write::ZlibEncoder::new(Vec::new(), Compression::best());
        let mut bare = write::DeflateEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&text).unwrap();
        zlib.write_all(&text).unwrap();
        bare.write_all(&text).unwrap();
        let (gzip, zlib) = (gzip.finish().unwrap(), zlib.finish().unwrap());
        for packed in [&gzip, &zlib, &bare.finish().unwrap()] {
            let mut out = Vec::new();
            assert_eq!(unpack(packed, &mut out, 100_000), Unpacked::Whole);
            assert_eq!(out, text);
            out.clear();
            assert_eq!(unpack(packed, &mut out, 1_000), Unpacked::TooLarge);
            assert!(out.len() <= 1_001);
        }
        let mut out = Vec::new();
        let followed = [gzip.as_slice(), b"more"].concat();
        assert_eq!(unpack(&followed, &mut out, 200_000), Unpacked::Part);
        assert_eq!(out, text, "what came before the fault is there");
    }
}
