//! The protocol of Redis (RESP 2), as much of it as a script with a number for an answer needs.

/// The longest reply that is read. What the script answers has 22 bytes, an error a few hundred.
pub const MAX_REPLY_BYTES: usize = 4096;

/// One reply of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply<'a> {
    /// `+OK`
    Status(&'a str),
    /// `-NOSCRIPT No matching script`, without the dash.
    Error(&'a str),
    /// `:42`
    Number(i64),
    /// `$2` and two bytes; `None` for a value that is not there.
    Text(Option<&'a [u8]>),
}

/// Why bytes are no reply. After one of these the connection is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// More than [`MAX_REPLY_BYTES`] without an end.
    #[error("a reply of more than {MAX_REPLY_BYTES} bytes")]
    TooLong,
    /// Not the protocol, or a kind of reply that nothing here asks for.
    #[error("no reply of a Redis server")]
    Malformed,
}

/// Reads one reply from the front of `bytes`, and how many bytes it takes; `None` when it is not
/// complete yet.
///
/// # Errors
/// [`ReplyError`], see there.
pub fn parse_reply(bytes: &[u8]) -> Result<Option<(Reply<'_>, usize)>, ReplyError> {
    let head = bytes.get(..MAX_REPLY_BYTES).unwrap_or(bytes);
    let Some(end) = head.windows(2).position(|pair| pair == b"\r\n") else {
        let too_long = bytes.len() >= MAX_REPLY_BYTES;
        return if too_long { Err(ReplyError::TooLong) } else { Ok(None) };
    };
    let line = bytes.get(..end).ok_or(ReplyError::Malformed)?;
    let (&kind, text) = line.split_first().ok_or(ReplyError::Malformed)?;
    let text = std::str::from_utf8(text).map_err(|_| ReplyError::Malformed)?;
    let number = || text.parse::<i64>().map_err(|_| ReplyError::Malformed);
    let after = end + 2;
    match kind {
        b'+' => Ok(Some((Reply::Status(text), after))),
        b'-' => Ok(Some((Reply::Error(text), after))),
        b':' => Ok(Some((Reply::Number(number()?), after))),
        b'$' => match number()? {
            -1 => Ok(Some((Reply::Text(None), after))),
            length => {
                let length = usize::try_from(length).map_err(|_| ReplyError::Malformed)?;
                if length > MAX_REPLY_BYTES {
                    return Err(ReplyError::TooLong);
                }
                let Some(whole) = bytes.get(after..after + length + 2) else { return Ok(None) };
                let text = whole.strip_suffix(b"\r\n").ok_or(ReplyError::Malformed)?;
                Ok(Some((Reply::Text(Some(text)), after + length + 2)))
            }
        },
        _ => Err(ReplyError::Malformed),
    }
}

/// Appends a command: every part with its length, so that no part can be mistaken for another.
pub(super) fn write_command(parts: &[&[u8]], to: &mut Vec<u8>) {
    to.extend_from_slice(format!("*{}\r\n", parts.len()).as_bytes());
    for part in parts {
        to.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
        to.extend_from_slice(part);
        to.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_REPLY_BYTES, Reply, ReplyError, parse_reply, write_command};

    #[test]
    fn every_kind_of_reply_is_read() {
        let check = |bytes: &[u8], reply| {
            assert_eq!(parse_reply(bytes), Ok(Some((reply, bytes.len()))));
            // Every shorter part is a reply that is not complete.
            for end in 0..bytes.len() {
                assert_eq!(parse_reply(&bytes[..end]), Ok(None), "{end}");
            }
        };
        check(b"+OK\r\n", Reply::Status("OK"));
        check(b"-NOSCRIPT No\r\n", Reply::Error("NOSCRIPT No"));
        check(b":-7\r\n", Reply::Number(-7));
        check(b"$4\r\na\r\nb\r\n", Reply::Text(Some(b"a\r\nb")));
        check(b"$-1\r\n", Reply::Text(None));
    }

    #[test]
    fn what_is_no_reply_is_an_error() {
        for bytes in
            [&b"HTTP/1.1 400 Bad\r\n"[..], b"\r\n", b":x\r\n", b"$-2\r\n", b"$1\r\nabc\r\n"]
        {
            assert_eq!(parse_reply(bytes), Err(ReplyError::Malformed));
        }
        assert_eq!(parse_reply(&[b'+'; MAX_REPLY_BYTES]), Err(ReplyError::TooLong));
        assert_eq!(parse_reply(b"$999999999\r\n"), Err(ReplyError::TooLong));
    }

    #[test]
    fn parts_of_a_command_keep_their_bytes() {
        let mut bytes = Vec::new();
        write_command(&[b"GET", b"a\r\nb"], &mut bytes);
        assert_eq!(bytes, b"*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\n");
    }
}
