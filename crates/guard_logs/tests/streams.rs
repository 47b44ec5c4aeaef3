//! Streams in pieces: the same output whatever the pieces, nothing lost, no half secret.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::LazyLock;
use std::time::Duration;

use guard_logs::{FrameStream, Invocation, LogStream, MAX_LINE, Masker, Options, redacted_line};
use guard_settings::{LogFormat, Mode};
use proptest::prelude::*;

static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&[]));

const MASKED: Options = Options { mask: true, format: LogFormat::AsIs, is_error: false };

fn run(masker: &Masker, options: Options, pieces: &[&[u8]]) -> Vec<u8> {
    let mut stream = LogStream::new(options);
    let mut out = Vec::new();
    for piece in pieces {
        stream.push(masker, &Invocation::default(), piece, &mut out);
    }
    stream.finish(masker, &Invocation::default(), &mut out);
    out
}

fn cut<'a>(bytes: &'a [u8], places: &[usize]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places.iter().map(|it| it % (bytes.len() + 1)).collect();
    places.sort_unstable();
    let mut pieces = Vec::new();
    let mut from = 0;
    for to in places {
        pieces.push(&bytes[from..to]);
        from = to;
    }
    pieces.push(&bytes[from..]);
    pieces
}

/// Lines with and without secrets, and bytes that are no text.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"password=hunter22 ".to_vec()),
        Just(b"{\"token\": \"abc\\\"def12\", \"n\": 4111111111111111}".to_vec()),
        Just(
            b"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0B\n-----END PRIVATE KEY-----"
                .to_vec()
        ),
        Just(b"ann@example.com".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b" 45% ".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
        "[ -~]{0,30}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_pieces_do_not_matter(bytes in text(), places in prop::collection::vec(any::<usize>(), 0..6)) {
        let masker = &*MASKER;
        let whole = run(masker, MASKED, &[&bytes]);
        prop_assert_eq!(run(masker, MASKED, &cut(&bytes, &places)), whole);
    }

    #[test]
    fn what_has_no_secret_comes_out_as_it_went_in(
        lines in prop::collection::vec("[a-z ]{0,40}", 0..8),
        places in prop::collection::vec(any::<usize>(), 0..4),
        idle_after in 0_usize..4,
    ) {
        let bytes = lines.join("\n").into_bytes();
        let masker = &*MASKER;
        let mut stream = LogStream::new(MASKED);
        let mut out = Vec::new();
        for (index, piece) in cut(&bytes, &places).into_iter().enumerate() {
            stream.push(masker, &Invocation::default(), piece, &mut out);
            if index == idle_after {
                stream.idle(masker, &mut out);
            }
        }
        stream.finish(masker, &Invocation::default(), &mut out);
        prop_assert_eq!(out, bytes);
    }

    #[test]
    fn a_pause_anywhere_leaks_no_half_of_a_secret(at in 0_usize..200, which in 0_usize..9) {
        let (line, secret) = [
            ("login user=ann password=hunter2pw ok", "hunter2pw"),
            ("{\"a\": 1, \"password\": \"correct horse battery\"}", "horse"),
            ("paid with 4111 1111 1111 1111 today", "1111 1111"),
            ("mail ann.lee@example.org sent", "ann.lee@"),
            ("Authorization: Bearer abcdef123456789.x", "abcdef"),
            ("call +44 20 7946 0958 now", "7946"),
            ("to DE89 3704 0044 0532 0130 00 sent", "3704 00"),
            ("GET postgres://app:s3cr3tpw@db:5432/x", "s3cr3t"),
            ("SSN 219099999 of ann", "21909"),
        ][which];
        let at = at % line.len();
        let masker = &*MASKER;
        let mut stream = LogStream::new(MASKED);
        let mut out = Vec::new();
        stream.push(masker, &Invocation::default(), &line.as_bytes()[..at], &mut out);
        stream.idle(masker, &mut out);
        stream.push(masker, &Invocation::default(), &line.as_bytes()[at..], &mut out);
        stream.push(masker, &Invocation::default(), b"\n", &mut out);
        let out = String::from_utf8_lossy(&out).into_owned();
        prop_assert!(!out.contains(secret), "{} at {}", out, at);
    }

    #[test]
    fn frames_keep_their_form_whatever_the_pieces(
        messages in prop::collection::vec(text(), 0..5),
        places in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let masker = &*MASKER;
        let mut bytes = Vec::new();
        for message in &messages {
            bytes.extend(frame(message));
        }
        let mut results = Vec::new();
        for pieces in [vec![&bytes[..]], cut(&bytes, &places)] {
            let mut stream = FrameStream::new(MASKED);
            let mut out = Vec::new();
            for piece in pieces {
                stream.push(masker, &Invocation::default(), piece, &mut out);
            }
            stream.finish(masker, &Invocation::default(), &mut out);
            results.push(out);
        }
        prop_assert_eq!(&results[0], &results[1]);
        prop_assert_eq!(read_frames(&results[0]).len(), messages.len());
    }
}

fn frame(message: &[u8]) -> Vec<u8> {
    let mut frame = 0xa55a_0003_u32.to_be_bytes().to_vec();
    frame.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    frame.extend(1_700_000_000_000_000_u64.to_be_bytes());
    frame.extend(message);
    frame
}

fn read_frames(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        assert_eq!(bytes[..4], [0xa5, 0x5a, 0, 3]);
        let length = u32::from_be_bytes(bytes[4..8].try_into().unwrap()) as usize;
        messages.push(bytes[16..16 + length].to_vec());
        bytes = &bytes[16 + length..];
    }
    messages
}

#[test]
fn a_line_that_is_too_long_is_written_in_parts_that_lose_nothing() {
    let masker = &*MASKER;
    let mut line = Vec::new();
    while line.len() < 3 * MAX_LINE {
        line.extend_from_slice(b"word after word ");
    }
    line.push(b'\n');
    assert!(run(masker, MASKED, &[&line]) == line);
    let solid = [vec![b'x'; 3 * MAX_LINE], b"\n".to_vec()].concat();
    assert!(run(masker, MASKED, &[&solid]) == solid);
}

#[test]
fn a_secret_across_the_cut_of_a_long_line_is_masked() {
    let masker = &*MASKER;
    for shift in [0, 1, 7, 40, 4000, 5000] {
        let mut line = vec![b'x'; MAX_LINE - shift];
        line.extend_from_slice(b" password=hunter2pw and ann@example.com ");
        line.extend(std::iter::repeat_n(b'y', MAX_LINE));
        line.push(b'\n');
        let out = String::from_utf8(run(masker, MASKED, &[&line])).unwrap();
        assert!(!out.contains("hunter2"), "{shift}");
        assert!(!out.contains("ann@"), "{shift}");
        assert!(out.contains("password=[secret:password]"), "{shift}");
    }
    let mut line = b"{\"password\": \"".to_vec();
    line.extend(std::iter::repeat_n(b'p', 2 * MAX_LINE));
    line.extend_from_slice(b"\", \"a\": 1}\n");
    let out = String::from_utf8(run(masker, MASKED, &[&line])).unwrap();
    assert_eq!(out, "{\"password\": \"[secret:password]\", \"a\": 1}\n");
}

#[test]
fn a_progress_bar_is_seen_before_its_line_ends() {
    let masker = &*MASKER;
    let mut stream = LogStream::new(MASKED);
    let mut out = Vec::new();
    stream.push(masker, &Invocation::default(), b"loading 45%", &mut out);
    assert!(out.is_empty() && stream.is_waiting());
    stream.idle(masker, &mut out);
    assert_eq!(out, b"loading 45%");
    stream.push(masker, &Invocation::default(), b" 46%\n", &mut out);
    assert_eq!(out, b"loading 45% 46%\n");
}

#[test]
fn lines_become_json_that_names_their_invocation() {
    let masker = &*MASKER;
    let mut stream = LogStream::new(Options { format: LogFormat::Json, is_error: true, ..MASKED });
    let invocation = Invocation {
        request_id: Some("r-1"),
        trace_id: Some("Root=1-2"),
        cold_start: true,
        elapsed: Some(Duration::from_millis(12)),
    };
    let mut out = Vec::new();
    let lines = b"[INFO]\tpassword=hunter2 \"x\"\n{\"a\": 1}\n{\"_aws\": {}}\n\nbad\n";
    stream.push(masker, &invocation, lines, &mut out);
    let fields = r#""request_id":"r-1","trace_id":"Root=1-2","cold_start":true,"duration_ms":12"#;
    let expect = format!(
        "{{\"level\":\"INFO\",\"message\":\"[INFO]\\tpassword=[secret:password] \\\"x\\\"\",{fields}}}\n\
         {{\"a\": 1,{fields}}}\n{{\"_aws\": {{}}}}\n{{\"level\":\"ERROR\",\"message\":\"bad\",{fields}}}\n"
    );
    assert_eq!(String::from_utf8(out).unwrap(), expect);
    let line = redacted_line(&stream.take_counts(), "Orders", Mode::Block, Some("r-1")).unwrap();
    assert!(line.contains("\"kind\":\"log-redacted\"") && line.contains("1 secret"), "{line}");
    assert!(redacted_line(&stream.take_counts(), "Orders", Mode::Block, None).is_none());
}

#[test]
fn a_frame_that_is_masked_has_its_new_length() {
    let masker = &*MASKER;
    let mut stream = FrameStream::new(MASKED);
    let mut out = Vec::new();
    let bytes =
        [frame(b"password=hunter2\n"), b"print\n".to_vec(), frame(b"second\nline")].concat();
    stream.push(masker, &Invocation::default(), &bytes, &mut out);
    let expect =
        [frame(b"password=[secret:password]\n"), b"print\n".to_vec(), frame(b"second\nline")]
            .concat();
    assert_eq!(out, expect);
    assert_eq!(stream.take_counts().total(), 1);
}

#[test]
fn a_message_longer_than_a_line_becomes_several_frames() {
    let masker = &*MASKER;
    let mut stream = FrameStream::new(MASKED);
    let mut out = Vec::new();
    let message = b"some words and ".repeat(MAX_LINE / 5);
    stream.push(masker, &Invocation::default(), &frame(&message), &mut out);
    let frames = read_frames(&out);
    assert!(frames.len() > 2);
    assert!(frames.concat() == message);
}
