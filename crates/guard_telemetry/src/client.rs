//! Calls over HTTP/1.1 on a blocking stream; the stream has the time limits.

use std::io::{self, Read, Write};

use guard_http::{Decoder, Headers, Limits, Part, RequestHead, ResponseHead};

/// Largest answer that is read.
const MAX_BODY: usize = 1024 * 1024;

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

/// Sends a request with its length and reads the answer. The connection can be used again
/// afterwards, as long as every call is answered.
///
/// # Errors
/// When the connection breaks, the answer is no HTTP or larger than a megabyte.
pub(crate) fn exchange(
    stream: &mut (impl Read + Write),
    head: RequestHead,
    body: &[u8],
) -> io::Result<Answer> {
    let mut out = Vec::with_capacity(512 + body.len());
    head.with("Content-Length", body.len().to_string()).write(&mut out);
    out.extend_from_slice(body);
    stream.write_all(&out)?;
    stream.flush()?;
    read_answer(stream)
}

fn read_answer(stream: &mut impl Read) -> io::Result<Answer> {
    let mut decoder: Decoder<ResponseHead> = Decoder::new(Limits::default());
    let (mut input, mut answer) = (Vec::new(), None::<Answer>);
    let mut room = [0; 16 * 1024];
    loop {
        let step = decoder.step(&input).map_err(malformed)?;
        let data = match step.part {
            Part::Head(head, _) if head.is_interim() => None,
            Part::Head(head, _) => {
                let ResponseHead { status, headers, .. } = head;
                answer = Some(Answer { status, headers, body: Vec::new() });
                None
            }
            Part::Data(range) => input.get(range).map(<[u8]>::to_vec),
            Part::End(_) => match answer.take() {
                Some(answer) => return Ok(answer),
                None => None,
            },
            Part::Pending => {
                input.drain(..step.consumed);
                let count = stream.read(&mut room)?;
                if count == 0 {
                    let ended = decoder.close(&input).map_err(malformed)?;
                    let whole = answer.filter(|_| ended.is_some());
                    return whole.ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
                }
                input.extend_from_slice(room.get(..count).unwrap_or_default());
                continue;
            }
        };
        input.drain(..step.consumed);
        if let (Some(answer), Some(data)) = (&mut answer, data) {
            answer.body.extend_from_slice(&data);
            if answer.body.len() > MAX_BODY {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the answer is too large"));
            }
        }
    }
}

fn malformed(error: guard_http::HttpError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
