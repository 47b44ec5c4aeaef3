//! A body that is passed on while it comes, because it is too large to be looked at.

use guard_http::{Framing, HttpError, Part, chunk, last_chunk};
use guard_net::Connection;

use crate::client::{Client, INPUT, OUTPUT};

/// What became of the part that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moved {
    /// More is to come.
    Open,
    /// More may be here, but the application must take what is queued first.
    Full,
    /// That was all.
    Done,
    /// The client broke off or sent no HTTP.
    Broken,
}

/// Moves what is here of the body of a client to the application, in the coding of `framing`.
pub(crate) fn advance(client: &mut Client, upstream: &mut Connection, framing: Framing) -> Moved {
    loop {
        if upstream.queued() > OUTPUT {
            return Moved::Full;
        }
        if client.connection.fill(INPUT).is_err() {
            return Moved::Broken;
        }
        let input = client.connection.input();
        let Ok(step) = step(&mut client.decoder, input) else { return Moved::Broken };
        let (consumed, part) = step;
        match part {
            Part::Data(range) => {
                let data = input.get(range).unwrap_or_default();
                match framing {
                    Framing::Chunked => upstream.queue_with(|out| chunk(data, out)),
                    _ => upstream.queue(data),
                }
                client.connection.consume(consumed);
            }
            Part::End(_) => {
                client.connection.consume(consumed);
                if framing == Framing::Chunked {
                    upstream.queue_with(|out| last_chunk(&guard_http::Headers::new(), out));
                }
                return Moved::Done;
            }
            Part::Pending => {
                client.connection.consume(consumed);
                return if client.connection.is_closed() { Moved::Broken } else { Moved::Open };
            }
            Part::Head(..) => return Moved::Broken,
        }
    }
}

type Step = (usize, Part<guard_http::RequestHead>);

fn step(
    decoder: &mut guard_http::Decoder<guard_http::RequestHead>,
    input: &[u8],
) -> Result<Step, HttpError> {
    decoder.step(input).map(|step| (step.consumed, step.part))
}
