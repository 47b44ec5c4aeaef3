//! Where the body of a message ends: RFC 9112, section 6.3.

use crate::{HttpError, head::ResponseHead, headers::Headers};

/// Where the body of a message ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// After so many bytes, which may be 0.
    Length(u64),
    /// After a chunk of size 0.
    Chunked,
    /// When the server closes; answers only.
    UntilClose,
}

impl Framing {
    /// That of a request.
    pub(crate) fn of_request(headers: &Headers, minor_version: u8) -> Result<Self, HttpError> {
        Ok(declared(headers, minor_version)?.unwrap_or(Self::None))
    }

    /// That of an answer. `to_head` says that the request was a `HEAD`.
    pub(crate) fn of_response(head: &ResponseHead, to_head: bool) -> Result<Self, HttpError> {
        let declared = declared(&head.headers, head.minor_version)?;
        if to_head || head.is_interim() || matches!(head.status, 204 | 304) {
            return Ok(Self::None);
        }
        Ok(declared.unwrap_or(Self::UntilClose))
    }
}

fn declared(headers: &Headers, minor_version: u8) -> Result<Option<Framing>, HttpError> {
    let mut codings = headers.all("transfer-encoding");
    let mut lengths = headers.all("content-length");
    let (coding, length) = (codings.next(), lengths.next());
    if let Some(coding) = coding {
        if length.is_some() {
            return Err(HttpError::LengthAndCoding);
        }
        if codings.next().is_some() || !coding.eq_ignore_ascii_case(b"chunked") || minor_version < 1
        {
            return Err(HttpError::UnknownCoding);
        }
        return Ok(Some(Framing::Chunked));
    }
    let Some(length) = length else { return Ok(None) };
    if lengths.next().is_some() || length.contains(&b',') {
        return Err(HttpError::SeveralLengths);
    }
    decimal(length).map(|length| Some(Framing::Length(length))).ok_or(HttpError::BadLength)
}

/// Digits only: no sign, no space, and few enough for the number to fit.
fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0_u64, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::{Framing, HttpError};
    use crate::Headers;

    fn of(pairs: &[(&str, &str)]) -> Result<Framing, HttpError> {
        Framing::of_request(&pairs.iter().copied().collect::<Headers>(), 1)
    }

    #[test]
    fn what_two_readers_could_read_otherwise_is_an_error() {
        let (length, coding) = ("Content-Length", "Transfer-Encoding");
        for (headers, error) in [
            (&[(length, "5"), (coding, "chunked")][..], HttpError::LengthAndCoding),
            (&[(length, "5"), (length, "5")], HttpError::SeveralLengths),
            (&[(length, "5, 5")], HttpError::SeveralLengths),
            (&[(length, "+5")], HttpError::BadLength),
            (&[(length, "0x5")], HttpError::BadLength),
            (&[(length, "")], HttpError::BadLength),
            (&[(length, "99999999999999999999")], HttpError::BadLength),
            (&[(coding, "gzip, chunked")], HttpError::UnknownCoding),
            (&[(coding, "chunked"), (coding, "chunked")], HttpError::UnknownCoding),
            (&[(coding, "xchunked")], HttpError::UnknownCoding),
        ] {
            assert_eq!(of(headers), Err(error), "{headers:?}");
        }
    }

    #[test]
    fn a_body_ends_where_its_head_says() {
        assert_eq!(of(&[]), Ok(Framing::None));
        assert_eq!(of(&[("content-length", "007")]), Ok(Framing::Length(7)));
        assert_eq!(of(&[("Transfer-Encoding", "Chunked")]), Ok(Framing::Chunked));
        let chunked = [("Transfer-Encoding", "chunked")].into_iter().collect();
        assert_eq!(Framing::of_request(&chunked, 0), Err(HttpError::UnknownCoding));
    }
}
