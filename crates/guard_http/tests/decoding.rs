//! Decoding by examples and by properties.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use guard_http::{
    Decoder, Framing, Head, Headers, HttpError, Limits, Part, RequestHead, ResponseHead, chunk,
    last_chunk,
};
use proptest::prelude::*;

/// One decoded message, its body put together.
#[derive(Debug, PartialEq, Eq)]
struct Message<H> {
    head: H,
    framing: Framing,
    body: Vec<u8>,
    /// `None`: it did not end.
    trailers: Option<Headers>,
}

/// Decodes `pieces` as a connection would, then closes.
fn decode<H: Head>(
    pieces: &[&[u8]],
    limits: Limits,
) -> (Vec<Message<H>>, Result<Option<Headers>, HttpError>) {
    let mut decoder = Decoder::<H>::new(limits);
    let mut buffer = Vec::new();
    let mut messages: Vec<Message<H>> = Vec::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            let step = match decoder.step(&buffer) {
                Ok(step) => step,
                Err(error) => return (messages, Err(error)),
            };
            match step.part {
                Part::Pending => {
                    buffer.drain(..step.consumed);
                    break;
                }
                Part::Head(head, framing) => {
                    messages.push(Message { head, framing, body: Vec::new(), trailers: None });
                }
                Part::Data(range) => {
                    messages.last_mut().unwrap().body.extend_from_slice(&buffer[range]);
                }
                Part::End(trailers) => messages.last_mut().unwrap().trailers = Some(trailers),
            }
            buffer.drain(..step.consumed);
        }
    }
    let end = decoder.close(&buffer);
    if let Ok(Some(trailers)) = &end {
        messages.last_mut().unwrap().trailers = Some(trailers.clone());
    }
    (messages, end)
}

fn requests(bytes: &[u8]) -> (Vec<Message<RequestHead>>, Result<Option<Headers>, HttpError>) {
    decode(&[bytes], Limits::default())
}

fn responses(bytes: &[u8]) -> (Vec<Message<ResponseHead>>, Result<Option<Headers>, HttpError>) {
    decode(&[bytes], Limits::default())
}

#[test]
fn requests_follow_each_other_on_one_connection() {
    let (messages, end) = requests(
        b"POST /a?b HTTP/1.1\r\nContent-Length: 3\r\nX: \r\n\r\nabcGET / HTTP/1.1\r\n\r\n",
    );
    assert_eq!(end, Ok(None));
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].body, b"abc");
    assert_eq!(messages[0].head.path(), "/a");
    assert_eq!(messages[0].head.headers.get("x"), Some(&b""[..]));
    assert_eq!(messages[1].framing, Framing::None);
    assert_eq!(messages[1].trailers, Some(Headers::new()));
}

#[test]
fn a_chunked_body_has_extensions_and_trailers() {
    let (messages, end) = responses(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
          4;a=\"b\"\r\nWiki\r\n5\r\npedia\r\n0\r\nLambda-Runtime-Function-Error-Type: X\r\n\r\n",
    );
    assert_eq!(end, Ok(None));
    assert_eq!(messages[0].body, b"Wikipedia");
    let trailers = messages[0].trailers.as_ref().unwrap();
    assert_eq!(trailers.text("lambda-runtime-function-error-type"), Some("X"));
}

#[test]
fn a_body_without_a_length_ends_with_the_connection() {
    let (messages, end) = responses(b"HTTP/1.0 200 OK\r\n\r\nall that comes");
    assert_eq!(end, Ok(Some(Headers::new())));
    assert_eq!(messages[0].body, b"all that comes");
    assert!(!messages[0].head.keeps_alive());
}

#[test]
fn answers_without_a_body_have_none_whatever_they_say() {
    let bytes =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n\
        HTTP/1.1 204 No Content\r\n\r\n";
    let (messages, end) = responses(bytes);
    assert_eq!(end, Ok(None));
    assert!(messages.iter().all(|message| message.framing == Framing::None));
    assert!(messages[0].head.is_interim());

    let mut decoder = Decoder::<ResponseHead>::new(Limits::default());
    decoder.answers_head(true);
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
    let step = decoder.step(head).unwrap();
    assert!(matches!(step.part, Part::Head(_, Framing::None)));
}

#[test]
fn what_could_hide_a_request_is_refused() {
    for (bytes, error) in [
        ("GET / HTTP/1.1\nHost: a\n\n", HttpError::BareLineFeed),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n\r\n", HttpError::BareLineFeed),
        ("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", HttpError::Folded),
        ("GET / HTTP/1.1\r\nA : b\r\n\r\n", HttpError::Malformed { what: "name of a header" }),
        ("GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", HttpError::Malformed { what: "value of a header" }),
        ("\r\nGET / HTTP/1.1\r\n\r\n", HttpError::Malformed { what: "empty line" }),
        ("GET / HTTP/2.0\r\n\r\n", HttpError::Malformed { what: "version" }),
        ("GET /a b HTTP/1.1\r\n\r\n", HttpError::Malformed { what: "version" }),
        (
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            HttpError::LengthAndCoding,
        ),
        (
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nCONTENT-LENGTH: 6\r\n\r\n",
            HttpError::SeveralLengths,
        ),
    ] {
        let (messages, end) = requests(bytes.as_bytes());
        assert!(messages.is_empty(), "{bytes:?}");
        assert_eq!(end, Err(error), "{bytes:?}");
    }
}

#[test]
fn a_chunk_is_exactly_as_long_as_it_says() {
    let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (body, what) in [
        ("3\r\nabcd\r\n", "data longer than its size"),
        ("g\r\n", "size"),
        ("\r\n", "size"),
        ("-1\r\n", "size"),
        ("0x3\r\nabc\r\n", "extension"),
        ("3 \r\nabc\r\n", "extension"),
        ("1111111111111\r\n", "size"),
        ("3;\rx\r\nabc", "extension"),
    ] {
        let (_, end) = requests(format!("{head}{body}").as_bytes());
        assert_eq!(end, Err(HttpError::BadChunk { what }), "{body:?}");
    }
    let (_, end) = requests(format!("{head}3\nabc\r\n0\r\n\r\n").as_bytes());
    assert_eq!(end, Err(HttpError::BareLineFeed));
    let (_, end) = requests(format!("{head}0\r\nContent-Length: 4\r\n\r\n").as_bytes());
    assert_eq!(end, Err(HttpError::FramingTrailer));
}

#[test]
fn limits_hold_before_the_end_is_seen() {
    let limits = Limits { head_bytes: 64, headers: 2, extension_bytes: 8 };
    let long = format!("GET / HTTP/1.1\r\nA: {}", "x".repeat(64));
    let (_, end) = decode::<RequestHead>(&[long.as_bytes()], limits);
    assert_eq!(end, Err(HttpError::HeadTooLarge { limit: 64 }));
    let many = "GET / HTTP/1.1\r\na:b\r\nc:d\r\ne:f\r\n\r\n";
    let (_, end) = decode::<RequestHead>(&[many.as_bytes()], limits);
    assert_eq!(end, Err(HttpError::TooManyHeaders { limit: 2 }));
    let chunks = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    let ext = format!("{chunks}1;aaaa\r\nx\r\n1;bbbb\r\nx\r\n0\r\n\r\n");
    let (_, end) = decode::<RequestHead>(&[ext.as_bytes()], limits);
    assert_eq!(end, Err(HttpError::BadChunk { what: "extensions too long" }));
    let endless = format!("{chunks}{}", "1".repeat(64));
    let (_, end) = decode::<RequestHead>(&[endless.as_bytes()], limits);
    assert_eq!(end, Err(HttpError::BadChunk { what: "size without an end" }));
}

#[test]
fn a_connection_that_ends_too_early_is_told() {
    for bytes in [
        &b"GET / HT"[..],
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ] {
        assert_eq!(requests(bytes).1, Err(HttpError::Closed));
    }
}

/// Bytes that are often, but not always, a message.
fn wire() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"GET / HTTP/1.1\r\n".to_vec()),
        Just(b"POST /a HTTP/1.1\r\n".to_vec()),
        Just(b"Content-Length: 5\r\n".to_vec()),
        Just(b"Transfer-Encoding: chunked\r\n".to_vec()),
        Just(b"X-Name: value\r\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"3\r\nabc\r\n".to_vec()),
        Just(b"5;x=y\r\nhello\r\n".to_vec()),
        Just(b"0\r\n\r\n".to_vec()),
        Just(b"0\r\nT: v\r\n\r\n".to_vec()),
        Just(b"hello".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
    ];
    let whole = prop_oneof![
        Just(b"GET /b HTTP/1.1\r\nHost: h\r\n\r\n".to_vec()),
        Just(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello".to_vec()),
        Just(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".to_vec()
        ),
    ];
    (proptest::collection::vec(whole, 0..3), proptest::collection::vec(piece, 0..8))
        .prop_map(|(whole, pieces)| [whole.concat(), pieces.concat()].concat())
}

fn split<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn any_split_gives_the_same_messages(bytes in wire(), cuts in proptest::collection::vec(any::<usize>(), 0..12)) {
        let whole = decode::<RequestHead>(&[&bytes], Limits::default());
        let pieces = decode::<RequestHead>(&split(&bytes, &cuts), Limits::default());
        prop_assert_eq!(whole, pieces);
    }

    #[test]
    fn what_is_written_is_decoded(
        target in "/[a-z/?=&%]{0,20}",
        name in "[A-Za-z-]{1,12}",
        value in "[ -~]{0,20}",
        body in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..20), 0..5),
    ) {
        let name = format!("X-{name}");
        let mut head = RequestHead::new("POST", &target).with("Transfer-Encoding", "chunked");
        head.headers.push(&name, value.trim());
        let mut bytes = Vec::new();
        head.write(&mut bytes);
        for data in &body {
            chunk(data, &mut bytes);
        }
        let trailers: Headers = [("X-End", "yes")].into_iter().collect();
        last_chunk(&trailers, &mut bytes);
        let (messages, end) = requests(&bytes);
        prop_assert_eq!(end, Ok(None));
        prop_assert_eq!(&messages[0].head, &head);
        prop_assert_eq!(&messages[0].body, &body.concat());
        prop_assert_eq!(messages[0].trailers.as_ref(), Some(&trailers));
    }
}
