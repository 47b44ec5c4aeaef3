//! Against `serde_json`: the same texts are accepted, the same values read.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use json_tape::{Kind, Limits, Tape, Value, keep_elements, write_string};
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value as Oracle;

fn limits() -> Limits {
    Limits { depth: 100, ..Limits::default() }
}

/// Texts that are JSON or nearly so.
fn nearly_json() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just(",".to_owned()),
        Just(":".to_owned()),
        Just(" ".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("\\u00e9".to_owned()),
        Just("\\ud83d\\ude00".to_owned()),
        Just("\"a\"".to_owned()),
        Just("\"b\":1".to_owned()),
        Just("null".to_owned()),
        Just("tru".to_owned()),
        "-?[0-9]{0,2}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?",
        "[ -~é\t\n\u{1}]{0,12}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn json() -> impl Strategy<Value = Oracle> {
    let leaf = prop_oneof![
        Just(Oracle::Null),
        any::<bool>().prop_map(Oracle::from),
        any::<i64>().prop_map(Oracle::from),
        any::<String>().prop_map(Oracle::from),
        "[a-z\"\\\\\n\u{0}]{0,40}".prop_map(Oracle::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Oracle::from),
            prop::collection::vec(("[a-c$\"é]{0,3}", inner), 0..6)
                .prop_map(|members| Oracle::Object(members.into_iter().collect())),
        ]
    })
}

/// The value as `serde_json` holds it; of members with one name the last counts there, too.
fn rebuild(value: Value<'_>) -> Oracle {
    match value.kind() {
        Kind::Null => Oracle::Null,
        Kind::True | Kind::False => value.boolean().into(),
        Kind::Number => serde_json::from_str(value.raw()).unwrap(),
        Kind::String => value.text().unwrap().to_cow().into_owned().into(),
        Kind::Array => value.elements().map(rebuild).collect(),
        Kind::Object => value
            .members()
            .map(|member| (member.name.to_cow().into_owned(), rebuild(member.value)))
            .collect(),
    }
}

proptest! {
    #[test]
    fn the_same_texts_are_accepted(text in nearly_json()) {
        let accepted = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        let mut tape = Tape::new();
        let read = tape.read(text.as_bytes(), &limits());
        prop_assert_eq!(read.is_ok(), accepted, "{}: {:?}", text, read.err());
    }

    #[test]
    fn the_same_values_are_read(value in json(), pretty in any::<bool>()) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        let mut tape = Tape::new();
        let document = tape.read(text.as_bytes(), &limits()).unwrap();
        prop_assert_eq!(document.root().raw(), &text);
        prop_assert_eq!(rebuild(document.root()), value);
    }

    #[test]
    fn any_bytes_are_read_or_refused_at_a_place(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let mut tape = Tape::new();
        if let Err(error) = tape.read(&bytes, &limits()) {
            prop_assert!(error.offset <= bytes.len());
        }
    }

    #[test]
    fn a_string_that_is_written_is_read_back(text in any::<String>()) {
        let mut out = Vec::new();
        write_string(&mut out, &text);
        let mut tape = Tape::new();
        let document = tape.read(&out, &limits()).unwrap();
        prop_assert!(document.root().text().unwrap() == *text);
        prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
    }

    #[test]
    fn what_is_kept_of_an_array_is_an_array_of_those(
        elements in prop::collection::vec(json(), 0..8),
        mask in any::<u8>(),
    ) {
        let text = serde_json::to_string_pretty(&elements).unwrap();
        let mut tape = Tape::new();
        let document = tape.read(text.as_bytes(), &limits()).unwrap();
        let mut out = Vec::new();
        keep_elements(document.root(), &mut out, |index| mask & (1 << index) != 0);
        let expected: Vec<Oracle> = elements
            .into_iter()
            .enumerate()
            .filter(|(index, _)| mask & (1 << index) != 0)
            .map(|(_, element)| element)
            .collect();
        prop_assert_eq!(serde_json::from_slice::<Vec<Oracle>>(&out).unwrap(), expected);
    }
}
