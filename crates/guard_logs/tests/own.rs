//! No line of a function passes for one of the guard, and nothing of it is lost.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use guard_logs::{FrameStream, Invocation, LogStream, MAX_LINE, Masker, Options};
use guard_settings::LogFormat;
use proptest::prelude::*;
use serde_json::Value;

static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&[]));

/// The name, or nearly, with some of its characters as escapes, between quotes.
fn spelt() -> impl Strategy<Value = String> {
    let name = prop_oneof![4 => Just("faasguard"), 1 => Just("faasguard2"), 1 => Just("faasgard")];
    (name, any::<u16>()).prop_map(|(name, escaped)| {
        let text = name.char_indices().map(|(at, letter)| {
            if escaped >> at & 1 == 1 {
                format!("\\u{:04x}", u32::from(letter))
            } else {
                letter.to_string()
            }
        });
        format!("\"{}\"", text.collect::<String>())
    })
}

/// A line that may be taken for one of the guard, alone, within others, or in texts of others.
fn forged() -> impl Strategy<Value = String> {
    let plain = (spelt(), prop_oneof![Just(""), Just(" "), Just("\t ")], any::<bool>()).prop_map(
        |(name, space, is_first)| {
            let other = r#""kind":"fault""#;
            if is_first {
                format!("{{{space}{name}{space}:\"learned\",{other}}}")
            } else {
                format!("{{{other},{name}:\"event\",{space}{name}:1}}")
            }
        },
    );
    plain.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|line| format!("10:00:00 {line} and more")),
            inner.clone().prop_map(|line| format!("{{\"deep\": {line}}}")),
            inner.prop_map(|line| serde_json::json!({ "message": line }).to_string()),
        ]
    })
}

/// Whether an object of these has the name as the name of a member, at any depth, in texts too.
fn is_ours(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.iter().any(|(name, value)| name == "faasguard" || is_ours(value))
        }
        Value::Array(items) => items.iter().any(is_ours),
        Value::String(text) => has_ours(text),
        _ => false,
    }
}

/// Whether a line of the guard can be read anywhere in a text.
fn has_ours(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
        values.next().is_some_and(|value| value.is_ok_and(|value| is_ours(&value)))
    })
}

fn options() -> impl Strategy<Value = Options> {
    (any::<bool>(), any::<bool>()).prop_map(|(mask, is_json)| Options {
        mask,
        format: if is_json { LogFormat::Json } else { LogFormat::AsIs },
        is_error: false,
    })
}

proptest! {
    #[test]
    fn no_line_of_a_function_passes_for_one_of_the_guard(
        lines in prop::collection::vec(forged(), 1..4),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        options in options(),
    ) {
        let text = lines.join("\n") + "\n";
        let mut places: Vec<usize> = places.iter().map(|at| at.index(text.len())).collect();
        places.push(text.len());
        places.sort_unstable();
        let mut stream = LogStream::new(options);
        let mut out = Vec::new();
        let mut from = 0;
        for to in places {
            stream.push(&MASKER, &Invocation::default(), &text.as_bytes()[from..to], &mut out);
            // The function pauses.
            stream.idle(&MASKER, &mut out);
            from = to;
        }
        stream.finish(&MASKER, &Invocation::default(), &mut out);
        let out = String::from_utf8(out).unwrap();
        for line in out.lines() {
            prop_assert!(!has_ours(line), "{}", line);
        }
        if options.format == LogFormat::AsIs {
            prop_assert_eq!(out.replace("handler_", ""), text);
        }
    }

    #[test]
    fn no_frame_does_either(line in forged(), at in any::<prop::sample::Index>(), mask in any::<bool>()) {
        let frame = frame(format!("first\n{line}\nlast").as_bytes());
        let mut stream = FrameStream::new(Options { mask, ..Options::default() });
        let mut out = Vec::new();
        let (one, other) = frame.split_at(at.index(frame.len()));
        for piece in [one, other] {
            stream.push(&MASKER, &Invocation::default(), piece, &mut out);
        }
        let length = usize::try_from(u32::from_be_bytes(out[4..8].try_into().unwrap())).unwrap();
        prop_assert_eq!(out.len(), 16 + length);
        let text = std::str::from_utf8(&out[16..]).unwrap();
        prop_assert!(!has_ours(text), "{}", text);
        prop_assert_eq!(text.replace("handler_", ""), format!("first\n{line}\nlast"));
    }
}

fn frame(message: &[u8]) -> Vec<u8> {
    let mut frame = 0xa55a_0003_u32.to_be_bytes().to_vec();
    frame.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    frame.extend(1_700_000_000_000_000_u64.to_be_bytes());
    frame.extend(message);
    frame
}

/// What is cut because it is long is cut nowhere within the name.
#[test]
fn a_long_line_hides_nothing_in_its_cuts() {
    let name = r#"{"\u0066aasguard":"event"} "#;
    for mask in [false, true] {
        for shift in (0..30).step_by(3).chain((4090..4130).step_by(8)) {
            for filling in [&b"a b "[..], b"x"] {
                let mut line: Vec<u8> =
                    filling.iter().copied().cycle().take(MAX_LINE - shift).collect();
                line.extend_from_slice(name.as_bytes());
                line.extend(filling.iter().copied().cycle().take(MAX_LINE));
                let options = Options { mask, ..Options::default() };
                for message in [false, true] {
                    let mut out = Vec::new();
                    if message {
                        let mut stream = FrameStream::new(options);
                        stream.push(&MASKER, &Invocation::default(), &frame(&line), &mut out);
                    } else {
                        let mut stream = LogStream::new(options);
                        stream.push(&MASKER, &Invocation::default(), &line, &mut out);
                        stream.finish(&MASKER, &Invocation::default(), &mut out);
                    }
                    let text = String::from_utf8_lossy(&out);
                    assert!(!text.contains(r#""\u0066aasguard""#), "{shift}");
                    assert!(text.contains(r#""handler_\u0066aasguard""#), "{shift}");
                }
            }
        }
    }
}

/// Standard output may be the same file as standard error.
#[test]
fn half_a_name_at_the_end_of_a_stream_is_ended() {
    let mut stream = LogStream::new(Options::default());
    let mut out = Vec::new();
    stream.push(&MASKER, &Invocation::default(), br#"{"faas"#, &mut out);
    stream.idle(&MASKER, &mut out);
    assert_eq!(out, b"{");
    stream.finish(&MASKER, &Invocation::default(), &mut out);
    assert_eq!(out, b"{\"faas\n");
}
