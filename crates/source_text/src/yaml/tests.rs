//! Tables of what is read as what, and of what is refused.

use std::fmt::Write as _;

use super::{Limits, ParseError, Parsed, parse_yaml};
use crate::{FileId, Kind, Node, Place, to_json_compact, to_yaml};

const FILE: FileId = FileId(7);

fn parsed(text: &str) -> Parsed {
    parse_yaml(FILE, text, &Limits::default()).unwrap()
}

fn tree(text: &str) -> Node {
    let mut documents = parsed(text).documents;
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

/// `line:column-end_line:end_column`.
fn at(place: Place) -> String {
    assert_eq!(place.file, FILE);
    format!("{}:{}-{}:{}", place.line, place.column, place.end_line, place.end_column)
}

fn check(text: &str, json: &str) {
    assert_eq!(to_json_compact(&tree(text)), json, "{text}");
}

fn refused(text: &str, limits: &Limits) -> ParseError {
    parse_yaml(FILE, text, limits).unwrap_err()
}

fn messages(text: &str) -> Vec<String> {
    let remarks = parsed(text).diagnostics;
    remarks.iter().map(|remark| format!("{} {}", at(remark.place), remark.message)).collect()
}

#[test]
fn plain_scalars_follow_yaml_1_1() {
    for text in ["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"] {
        assert_eq!(tree(text).kind, Kind::Bool(true), "{text}");
    }
    for text in ["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"] {
        assert_eq!(tree(text).kind, Kind::Bool(false), "{text}");
    }
    for text in ["null", "Null", "NULL", "~", "---\n"] {
        assert_eq!(tree(text).kind, Kind::Null, "{text}");
    }
    for text in [
        "0",
        "-1",
        "+1",
        "12",
        "1_000",
        "0x1F",
        "0o17",
        "017",
        "0b11",
        "1.5",
        ".5",
        "5.",
        "-1.5e3",
        "1e3",
        "1E-3",
        ".inf",
        "-.INF",
        ".NaN",
        "012345670123",
    ] {
        assert_eq!(tree(text).kind, Kind::Number(text.into()), "{text}");
    }
    for text in [
        "y",
        "n",
        "yEs",
        "nULL",
        "2012-10-17",
        "012345678901",
        "1:30",
        "22:22",
        "1.2.3",
        "0xZZ",
        "1e",
        "_1",
        ".",
        "._",
        "0x",
        "0b2",
        "e3",
        "1__a",
        "<<",
        "=",
        "2001-12-14t21:59:43Z",
    ] {
        assert_eq!(tree(text).kind, Kind::Text(text.into()), "{text}");
    }
}

#[test]
fn quoted_and_block_scalars_are_text() {
    check("['true', \"1\", 'null', '']", r#"["true","1","null",""]"#);
    check("a: |\n  yes\nb: >-\n  1\n", r#"{"a":"yes\n","b":"1"}"#);
    check("a: |\n  last line without a break", r#"{"a":"last line without a break"}"#);
}

#[test]
fn tags_are_kept_and_their_scalars_are_text() {
    check("!Ref 123", r#"{"!Ref":"123"}"#);
    check("!GetAZs", r#"{"!GetAZs":""}"#);
    check("a: !GetAZs\nb: !Ref true\n", r#"{"a":{"!GetAZs":""},"b":{"!Ref":"true"}}"#);
    check("!If [C, true, !Ref X]", r#"{"!If":["C",true,{"!Ref":"X"}]}"#);
    check("!Fn::Sub x", r#"{"!Fn::Sub":"x"}"#);
    check("!Join\n- ','\n- []\n", r#"{"!Join":[",",[]]}"#);
    check("!<tag:example.com,2000:x> y", r#"{"!tag:example.com,2000:x":"y"}"#);
    check("!<!Ref> y", r#"{"!Ref":"y"}"#);
}

#[test]
fn standard_tags_are_honoured() {
    check("!!str 1", r#""1""#);
    check("! 1", r#""1""#);
    check("!!int '1'", "1");
    check("!!int x", r#""x""#);
    check("!!float \"1.5\"", "1.5");
    check("!!bool 'yes'", "true");
    check("!!null ''", "null");
    check("!!str", r#""""#);
    check("!!map {a: !!seq [1]}", r#"{"a":[1]}"#);
    check("!!binary aGk=", r#""aGk=""#);
}

#[test]
fn keys_are_the_text_that_is_written() {
    check("on: 1\n200: 2\nnull: 3\n~: 4\n1.0: 5\n", r#"{"on":1,"200":2,"null":3,"~":4,"1.0":5}"#);
    check("{: 1}", r#"{"":1}"#);
    check("? a\n: 1\n? b\n", r#"{"a":1,"b":null}"#);
}

#[test]
fn a_collection_as_key_is_left_out_with_a_warning() {
    let text = "a: {{ name }}\n? [x]\n: 1\nb: 2\n";
    check(text, r#"{"a":{},"b":2}"#);
    assert_eq!(
        messages(text),
        [
            "1:5-1:13 a mapping cannot be a key; this entry is left out, quote the key",
            "2:3-2:6 a list cannot be a key; this entry is left out, quote the key",
        ]
    );
}

#[test]
fn every_node_has_its_place() {
    let node =
        tree("Resources:\n  Fün: !Sub 'x'\n  List:\n    - a\n    - {b: [1]}\n  Empty:\nEnd: 1\n");
    let resources = node.get("Resources").unwrap();
    assert_eq!(at(node.place), "1:1-7:7");
    assert_eq!(at(resources.place), "2:3-6:8");
    let map = resources.as_map().unwrap();
    assert_eq!(at(map.entry("Fün").unwrap().key_place), "2:3-2:6");
    let sub = map.get("Fün").unwrap();
    assert_eq!(at(sub.place), "2:8-2:16");
    let Kind::Tagged(_, inner) = &sub.kind else { unreachable!() };
    assert_eq!(at(inner.place), "2:13-2:16");
    let list = map.get("List").unwrap();
    assert_eq!(at(list.place), "4:5-5:15");
    let items = list.as_list().unwrap();
    assert_eq!(at(items[0].place), "4:7-4:8");
    assert_eq!(at(items[1].place), "5:7-5:15");
    assert_eq!(at(items[1].get("b").unwrap().place), "5:11-5:14");
    assert_eq!(at(map.get("Empty").unwrap().place), "6:3-6:8");
}

#[test]
fn json_has_the_places_of_its_text() {
    let node = tree("{\r\n\t\"ä\": [1, \"x\\n\"],\r\n\t\"b\": {}\r\n}\r\n");
    assert_eq!(at(node.place), "1:1-4:2");
    let map = node.as_map().unwrap();
    assert_eq!(at(map.entry("ä").unwrap().key_place), "2:2-2:5");
    let list = map.get("ä").unwrap();
    assert_eq!(at(list.place), "2:7-2:17");
    assert_eq!(at(list.as_list().unwrap()[1].place), "2:11-2:16");
    assert_eq!(at(map.get("b").unwrap().place), "3:7-3:9");
}

#[test]
fn json_that_yaml_refuses_is_read() {
    let key = "k".repeat(100_000);
    check(&format!("{{\"{key}\": 1}}"), &format!("{{\"{key}\":1}}"));
    check("{\t\"a\":\t\"\\/\\u00e4\\ud83d\\ude00\\ud83d\"}", "{\"a\":\"/ä\u{1f600}\u{fffd}\"}");
    check("{\"a\":1,\n\t\"b\":[\n\t\ttrue\n\t]\n}", r#"{"a":1,"b":[true]}"#);
    check("[\"<<\", {\"<<\": 1}]", r#"["<<",{"<<":1}]"#);
}

#[test]
fn flow_yaml_that_is_not_json_is_read() {
    check("{a: 1, 'b': [x, y,],}", r#"{"a":1,"b":["x","y"]}"#);
    check("{ # why\n  \"a\": 1\n}", r#"{"a":1}"#);
    check("[a]\n", r#"["a"]"#);
}

#[test]
fn of_two_readings_the_one_that_came_further_explains() {
    let ParseError::Syntax { place, .. } =
        refused("{\n  \"a\": 1,\n  \"b\": [1, 2}\n}", &Limits::default())
    else {
        unreachable!()
    };
    assert_eq!(place.line, 3);
}

#[test]
fn aliases_are_copies_with_the_places_of_the_original() {
    let node = tree("a: &x [1, &y two]\nb: *x\nc: *y\n*y : key\n");
    assert_eq!(to_json_compact(&node), r#"{"a":[1,"two"],"b":[1,"two"],"c":"two","two":"key"}"#);
    assert_eq!(at(node.get("b").unwrap().place), "1:7-1:18");
}

#[test]
fn merge_keys_give_way_to_own_keys_and_to_earlier_maps() {
    let text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {b: 9, <<: [*x, *y]}\nw: {<<: *y}\n";
    let node = tree(text);
    assert!(node.get("z").unwrap().same(&tree("{a: 1, b: 9, c: 2}")));
    assert!(node.get("w").unwrap().same(&tree("{b: 2, c: 2}")));
    let both = tree("x: &x {a: 1}\ny: &y {a: 2}\nz: {<<: [*x, *y]}\n");
    assert!(both.get("z").unwrap().same(&tree("{a: 1}")));
    check("'<<': {a: 1}", r#"{"<<":{"a":1}}"#);
    let wrong = "a: 1\n<<: text\n";
    check(wrong, r#"{"a":1}"#);
    assert_eq!(
        messages(wrong),
        ["2:1-2:3 `<<` takes a mapping or a list of mappings; what is not one is left out"]
    );
}

#[test]
fn the_last_of_two_equal_keys_holds_with_a_warning() {
    let text = "a: 1\nb: 2\na: 3\n";
    check(text, r#"{"a":3,"b":2}"#);
    assert_eq!(
        messages(text),
        ["3:1-3:2 the key `a` stands here again; this value replaces the one of line 1"]
    );
    assert!(messages("b: &m {a: 1}\nc: {a: 2, <<: *m}\n").is_empty());
}

#[test]
fn remarks_are_bounded() {
    let remarks = parsed(&"a:\n".repeat(10_000)).diagnostics;
    assert_eq!(remarks.len(), 201);
}

#[test]
fn documents_and_comments_are_collected() {
    let all = parsed("# one\n---\na: 1 # two\n---\n- b\n...\n#three \n");
    let texts: Vec<_> = all.documents.iter().map(to_json_compact).collect();
    assert_eq!(texts, [r#"{"a":1}"#, r#"["b"]"#]);
    let comments: Vec<_> =
        all.comments.iter().map(|c| format!("{} {}", at(c.place), c.text)).collect();
    assert_eq!(comments, ["1:1-1:6 one", "3:6-3:11 two", "7:1-7:8 three"]);
}

#[test]
fn anchors_end_with_their_document() {
    assert!(matches!(
        refused("a: &x 1\n---\nb: *x\n", &Limits::default()),
        ParseError::Syntax { .. }
    ));
}

#[test]
fn texts_without_a_value_have_no_documents() {
    for text in ["", "\n\n", "# only\n# comments\n", "\u{feff}", "\r\n"] {
        assert!(parsed(text).documents.is_empty(), "{text:?}");
    }
}

#[test]
fn a_mark_and_windows_line_breaks_are_no_content() {
    let node = tree("\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n");
    assert_eq!(to_json_compact(&node), r#"{"a":1,"b":"x\ny\n"}"#);
    assert_eq!(at(node.place).split('-').next(), Some("1:1"));
    // A block of text starts with its text, not with the sign before it.
    assert_eq!(node.get("b").unwrap().place.line, 3);
}

#[test]
fn broken_text_is_refused_with_its_place() {
    for (text, line) in [
        ("a:\n\t- b\n", 2),
        ("a: 1\n b: 2\n", 2),
        ("a: [1\nb: 2\n", 2),
        ("a: 'x\n", 1),
        ("a: *missing\n", 1),
        ("a: 1\nb: &x [*x]\n", 2),
        ("a: !x!y z\n", 1),
        ("{\"a\": 1,}}", 1),
        ("a: b: c\n", 1),
        ("@a", 1),
        ("%YAML 1.2\n%YAML 1.2\n---\n", 2),
    ] {
        let error = refused(text, &Limits::default());
        let ParseError::Syntax { place, reason } = &error else { panic!("{text}: {error}") };
        assert_eq!(place.line, line, "{text}: {reason}");
        assert_eq!(error.place(), *place);
        assert_eq!(error.to_diagnostic().place, *place);
        assert!(place.column > 0 && !reason.contains('\n'), "{text}: {reason}");
    }
}

#[test]
fn reasons_say_what_to_do() {
    for (text, words) in [
        ("a:\n\tb: 1\n", "a tab cannot indent; replace it by blanks"),
        ("a: 'it's'", "text follows the closing `'`; write `''` for a quote inside the text"),
        ("a: [1}", "`[` is closed by `}`"),
        ("a: \"\\q\"", "unknown escape after `\\` in double quotes; write `\\\\` for a backslash"),
        ("a: @b", "a value cannot start with `@`; quote the text"),
        ("a: b: c", "`:` stands where no key can be; indent the line or quote the text"),
        ("a: *b", "this alias repeats an anchor that does not stand before it"),
        ("a: 1\nb\nc: 2\n", "expected `:` after this key; indent or quote it if it is not a key"),
    ] {
        let ParseError::Syntax { reason, .. } = refused(text, &Limits::default()) else {
            panic!("{text}")
        };
        assert_eq!(reason, words, "{text}");
    }
}

#[test]
fn nesting_beyond_the_limit_is_refused() {
    let deep = 10_000;
    for text in [
        "[".repeat(deep),
        "{\"a\":".repeat(deep),
        "{a: ".repeat(deep),
        "- ".repeat(deep),
        "? ".repeat(deep),
        "!a [".repeat(deep),
        format!("{}1{}", "[".repeat(deep), "]".repeat(deep)),
        (0..500).fold(String::new(), |text, level| text + &" ".repeat(level) + "a:\n"),
    ] {
        let error = refused(&text, &Limits::default());
        let ParseError::Limit { place, limit: 200, what } = error else { panic!("{error:?}") };
        assert_eq!(what, "the nesting of lists, mappings and tags");
        assert!(place.line > 0);
    }
}

#[test]
fn nesting_up_to_the_limit_is_read_whatever_the_caller_asks() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(parsed(&nested(200)).documents.len(), 1);
    assert_eq!(parsed(&format!("a: {}", nested(199).replace('1', "x"))).documents.len(), 1);
    let boundless = Limits { depth: usize::MAX, ..Limits::default() };
    let deepest = parse_yaml(FILE, &nested(1_000), &boundless).unwrap().documents.remove(0);
    // Whatever walks a tree recurses once a level: the deepest tree must not end the stack.
    assert!(deepest.clone().same(&deepest));
    assert_eq!(to_json_compact(&deepest), nested(1_000));
    assert!(to_yaml(&deepest).ends_with("- 1\n"));
    assert!(matches!(refused(&nested(1_001), &boundless), ParseError::Limit { .. }));
}

#[test]
fn aliases_do_not_get_past_the_nesting_limit() {
    let mut text = String::from("- &a0 []\n");
    for level in 1..300 {
        writeln!(text, "- &a{level} [*a{}]", level - 1).unwrap();
    }
    assert!(matches!(refused(&text, &Limits::default()), ParseError::Limit { limit: 200, .. }));
}

#[test]
fn billions_of_laughs_are_refused() {
    let mut text = String::from("a0: &a0 lol\n");
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let error = refused(&text, &Limits::default());
    assert!(matches!(error, ParseError::Limit { limit: 2_000_000, place, .. } if place.line < 10));
}

#[test]
fn copies_kept_for_nested_anchors_count() {
    let limits = Limits { nodes: 1_000, ..Limits::default() };
    let nested = |anchor: &str| {
        let open: String = (0..50).map(|level| anchor.replace('#', &level.to_string())).collect();
        format!("a: {open}{}{}", "x,".repeat(50), "]".repeat(50))
    };
    assert!(parse_yaml(FILE, &nested("["), &limits).is_ok());
    assert!(matches!(refused(&nested("&a# ["), &limits), ParseError::Limit { limit: 1_000, .. }));
}

#[test]
fn size_and_number_of_values_are_bounded() {
    let limits = Limits { bytes: 10, depth: 5, nodes: 4 };
    let error = refused("a: 1234567890", &limits);
    assert_eq!(error.to_string(), "the size of the text in bytes exceeds the limit of 10");
    assert!(error.place().is_whole());
    assert!(parse_yaml(FILE, "[1, 2, 3]", &limits).is_ok());
    assert!(matches!(refused("[1,2,3,4]", &limits), ParseError::Limit { limit: 4, .. }));
    assert!(matches!(refused("#\n#\n#\n#\n#\n", &limits), ParseError::Limit { limit: 4, .. }));
}
