//! Any bytes, read as HTTP whole and in pieces: the same messages, and what was read is written
//! so that it is read again.
#![no_main]

use guard_http::{Decoder, Head, Headers, HttpError, Limits, Part, RequestHead, ResponseHead};
use libfuzzer_sys::fuzz_target;

/// Heads, body and trailers of every message, and the error that ended them.
type Read<H> = (Vec<(H, Vec<u8>, Option<Headers>)>, Option<HttpError>);

const LIMITS: Limits = Limits { head_bytes: 1_024, headers: 16, extension_bytes: 64 };

/// Gives `piece` bytes more at a time.
fn read<H: Head>(bytes: &[u8], piece: usize) -> Read<H> {
    let mut decoder = Decoder::<H>::new(LIMITS);
    let mut messages: Vec<(H, Vec<u8>, Option<Headers>)> = Vec::new();
    let (mut start, mut end) = (0, 0);
    loop {
        let step = match decoder.step(&bytes[start..end]) {
            Ok(step) => step,
            Err(error) => return (messages, Some(error)),
        };
        let input = &bytes[start..end];
        start += step.consumed;
        match step.part {
            Part::Pending if end == bytes.len() => {
                return (messages, decoder.close(&bytes[start..]).err());
            }
            Part::Pending => end = bytes.len().min(end + piece),
            Part::Head(head, _) => messages.push((head, Vec::new(), None)),
            Part::Data(range) => messages.last_mut().unwrap().1.extend_from_slice(&input[range]),
            Part::End(trailers) => messages.last_mut().unwrap().2 = Some(trailers),
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let whole = read::<RequestHead>(data, data.len().max(1));
    // Errors may come at another place of the same head, so only messages are compared then.
    let pieces = read::<RequestHead>(data, 3);
    assert_eq!(whole.0, pieces.0);
    assert_eq!(whole.1.is_some(), pieces.1.is_some());
    assert_eq!(read::<ResponseHead>(data, data.len().max(1)).0, read::<ResponseHead>(data, 1).0);
    for (head, _, trailers) in &whole.0 {
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        let limits = Limits::default();
        assert_eq!(&RequestHead::parse(&bytes, &limits).unwrap(), head);
        assert!(trailers.as_ref().is_none_or(|trailers| trailers.get("host").is_none()));
    }
});
