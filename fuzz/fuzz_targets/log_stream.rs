//! Any bytes as the output of a function, whole and in pieces, as lines and as frames: the same
//! result, bounded memory, and nothing in the name of the guard. The first byte says how long the pieces are.
#![no_main]

use std::sync::LazyLock;

use guard_logs::{FrameStream, Invocation, LogStream, Masker, Options};
use libfuzzer_sys::fuzz_target;

static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&[]));

fuzz_target!(|data: &[u8]| {
    let Some((length, bytes)) = data.split_first() else { return };
    let length = usize::from(*length).max(1);
    let none = Invocation::default();
    let options = Options { mask: true, ..Options::default() };

    let mut results = Vec::new();
    for pieces in [bytes.len().max(1), length] {
        let mut stream = LogStream::new(options);
        let mut frames = FrameStream::new(options);
        let (mut lines, mut framed) = (Vec::new(), Vec::new());
        for piece in bytes.chunks(pieces) {
            stream.push(&MASKER, &none, piece, &mut lines);
            frames.push(&MASKER, &none, piece, &mut framed);
        }
        stream.finish(&MASKER, &none, &mut lines);
        frames.finish(&MASKER, &none, &mut framed);
        results.push((lines, framed));
    }
    assert_eq!(results[0], results[1]);

    let mut stream = LogStream::new(options);
    let mut out = Vec::new();
    for piece in bytes.chunks(length) {
        stream.push(&MASKER, &none, piece, &mut out);
        stream.idle(&MASKER, &mut out);
    }
    stream.finish(&MASKER, &none, &mut out);
    for found in [&out, &results[0].0, &results[0].1] {
        for name in [b"{\"faasguard\"", b",\"faasguard\"", b" \"faasguard\""] {
            assert!(!found.windows(12).any(|text| text == name));
        }
    }
});
