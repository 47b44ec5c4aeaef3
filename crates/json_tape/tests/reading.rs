//! What is JSON, what is not and where, and what limits hold.

use json_tape::{Fault, Limits, Tape};

fn check(text: impl AsRef<[u8]>, limits: Limits) -> Result<usize, (usize, Fault)> {
    let mut tape = Tape::new();
    let read = tape.read(text.as_ref(), &limits);
    read.map(json_tape::Document::nodes).map_err(|error| (error.offset, error.fault))
}

#[test]
fn the_place_of_the_fault_is_told() {
    for (text, offset, fault) in [
        ("", 0, Fault::Unfinished),
        ("[1,", 3, Fault::Unfinished),
        ("[1,]", 3, Fault::NotAValue),
        ("[1 2]", 3, Fault::NotPunctuation),
        ("{\"a\":1,}", 7, Fault::NotAName),
        ("{a:1}", 1, Fault::NotAName),
        ("{\"a\" 1}", 5, Fault::NotPunctuation),
        ("[1}", 2, Fault::NotPunctuation),
        ("01", 1, Fault::BadNumber),
        ("-", 1, Fault::Unfinished),
        ("+1", 0, Fault::NotAValue),
        ("1.", 2, Fault::Unfinished),
        ("1.e1", 2, Fault::BadNumber),
        ("nul", 0, Fault::NotAValue),
        ("1 1", 2, Fault::Trailing),
        ("\"a\nb\"", 2, Fault::ControlCharacter),
        ("\"\\x\"", 1, Fault::BadEscape),
        ("\"\\u12g4\"", 1, Fault::BadEscape),
        ("\"abcdefghij", 11, Fault::Unfinished),
        ("NaN", 0, Fault::NotAValue),
        ("'a'", 0, Fault::NotAValue),
        ("// a\n1", 0, Fault::NotAValue),
    ] {
        assert_eq!(check(text, Limits::default()), Err((offset, fault)), "{text}");
    }
    assert_eq!(check(b"\"a\xff\"", Limits::default()), Err((2, Fault::NotUtf8)));
}

#[test]
fn limits_hold() {
    let limits = Limits { depth: 2, nodes: 5, bytes: 16 };
    assert_eq!(check("[[1,2],3]", limits), Ok(5));
    assert_eq!(check("[[[]]]", limits), Err((2, Fault::TooDeep)));
    assert_eq!(check("[1,2,3,4,5]", limits), Err((9, Fault::TooMany)));
    assert_eq!(check("[1                ]", limits), Err((16, Fault::TooLarge)));
    let deep = "[".repeat(1_000_000);
    assert_eq!(check(&deep, Limits::default()), Err((128, Fault::TooDeep)));
}

#[test]
fn a_byte_order_mark_is_passed_over_and_counted() {
    let mut tape = Tape::new();
    let document = tape.read(b"\xef\xbb\xbf[1]", &Limits::default()).unwrap();
    assert_eq!(document.root().range(), 3..6);
}

#[test]
fn all_members_with_one_name_are_there_and_the_last_is_taken() {
    let mut tape = Tape::new();
    let source = br#"{"a": 1, "\u0061": {"b": true}, "c": [null, -0.5e+3]}"#;
    let root = tape.read(source, &Limits::default()).unwrap().root();
    let names: Vec<_> = root.members().map(|member| member.name.raw()).collect();
    assert_eq!(names, ["a", "\\u0061", "c"]);
    assert_eq!(root.descendant(&["a", "b"]).unwrap().boolean(), Some(true));
    let raw: Vec<_> = root.member("c").unwrap().elements().map(json_tape::Value::raw).collect();
    assert_eq!(raw, ["null", "-0.5e+3"]);
    assert_eq!(root.elements().count(), 0);
}

#[test]
fn escapes_are_decoded_and_half_pairs_replaced() {
    let mut tape = Tape::new();
    let source = br#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 \ud83d \ude00\ud83d\u0041""#;
    let text = tape.read(source, &Limits::default()).unwrap().root().text().unwrap();
    let mut scratch = String::from("before");
    let expected = "\"\\/\u{8}\u{c}\n\r\té😀 \u{fffd} \u{fffd}\u{fffd}A";
    assert_eq!(text.decode(&mut scratch), expected);
    assert!(text == expected);
}

#[test]
fn the_tape_gives_back_memory_and_is_used_again() {
    let mut tape = Tape::new();
    let large = format!("[{}1]", "1,".repeat(100_000));
    assert_eq!(tape.read(large.as_bytes(), &Limits::default()).unwrap().nodes(), 100_002);
    tape.shrink(1_000);
    assert_eq!(tape.read(b"[1]", &Limits::default()).unwrap().nodes(), 2);
}
