//! What holds for every tree and every text.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::collection::vec;
use proptest::prelude::*;
use source_text::{
    FileId, Kind, Limits, Node, Place, decode, parse_yaml, to_canonical_json, to_json,
    to_json_compact, to_yaml,
};

fn read(text: &str) -> Node {
    let mut parsed = parse_yaml(FileId(0), text, &Limits::default()).unwrap();
    assert_eq!(parsed.documents.len(), 1, "{text}");
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.documents.remove(0)
}

/// Text, with a liking for what YAML takes for something else.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 _:/.-]{0,12}",
        "[\\x00-\\x7f]{0,12}",
        "[ab \n\t#'\"|>:-]{0,16}",
        any::<String>(),
        prop::sample::select(vec![
            "",
            " ",
            "yes",
            "No",
            "y",
            "null",
            "~",
            "1",
            "0x1F",
            "1e3",
            ".5",
            "-",
            "---",
            "...",
            "<<",
            "=",
            "a: b",
            "a #b",
            "#",
            "!a",
            "&a",
            "*a",
            "[",
            "]",
            "{",
            "}",
            ",",
            "|",
            ">",
            "%",
            "@",
            "`",
            "\u{feff}",
            "\u{85}",
            "\u{2028}",
            "2012-10-17",
            "line\nline\n",
            "line\n\n line\n",
            "\n",
            "a\n\n",
            "x:",
            "$",
            "012345678901",
            "?",
            "? a",
            "- a",
            "\u{ffff}",
        ])
        .prop_map(str::to_owned),
        "[a-z]{1000,1100}",
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![any::<i64>().prop_map(|n| n.to_string()), "-?(0|[1-9][0-9]{0,5})\\.[0-9]{1,6}"]
}

fn at_no_place(kind: Kind) -> Node {
    Node::new(Place::default(), kind)
}

/// Trees; `tags` says whether some values are tagged (as YAML reads them back).
fn tree(tags: bool) -> impl Strategy<Value = Node> {
    let scalar = prop_oneof![
        Just(Kind::Null),
        any::<bool>().prop_map(Kind::Bool),
        number().prop_map(|text| Kind::Number(text.into())),
        text().prop_map(|text| Kind::Text(text.into())),
    ]
    .prop_map(at_no_place);
    let tag = prop::sample::select(vec!["Ref", "Fn::Sub", "GetAtt", "If"]);
    let tagged_text = (tag.clone(), text()).prop_map(|(tag, text)| {
        at_no_place(Kind::Tagged(tag.into(), Box::new(at_no_place(Kind::Text(text.into())))))
    });
    let leaf = if tags { prop_oneof![scalar, tagged_text].boxed() } else { scalar.boxed() };
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let list = vec(inner.clone(), 0..6).prop_map(|items| at_no_place(Kind::List(items)));
        let map = vec((text(), inner), 0..6).prop_map(|pairs| Node::map(Place::default(), pairs));
        let collection = prop_oneof![list, map].boxed();
        if !tags {
            return collection;
        }
        let tagged = (tag.clone(), collection.clone())
            .prop_map(|(tag, node)| at_no_place(Kind::Tagged(tag.into(), Box::new(node))));
        prop_oneof![3 => collection, 1 => tagged].boxed()
    })
}

/// Text that is nearly YAML.
fn nearly_yaml() -> impl Strategy<Value = String> {
    let parts = vec![
        "a",
        "b",
        ": ",
        ":",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        "\t",
        "&x ",
        "*x",
        "!Ref ",
        "!!int ",
        "<<: ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        "\"",
        "\\",
        "|",
        ">-",
        "#",
        " # c",
        "---\n",
        "...\n",
        "? ",
        "%TAG ! x\n",
        "1",
        "true",
        "~",
        "\u{feff}",
        "é",
        "\r\n",
        "\0",
        "\\ud800",
        "\\x",
    ];
    vec(prop::sample::select(parts), 0..40).prop_map(|parts| parts.concat())
}

/// Every place lies in the text and ends after it starts.
fn check_places(node: &Node, lines: u32) {
    let place = node.place;
    assert!(place.line >= 1 && place.column >= 1 && place.end_line <= lines, "{place:?}");
    assert!((place.line, place.column) <= (place.end_line, place.end_column), "{place:?}");
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| check_places(item, lines)),
        Kind::Map(map) => map.values().for_each(|value| check_places(value, lines)),
        Kind::Tagged(_, value) => check_places(value, lines),
        _ => {}
    }
}

fn check_any_text(text: &str) {
    let limits = Limits { bytes: 1 << 16, depth: 20, nodes: 500 };
    if let Ok(parsed) = parse_yaml(FileId(0), text, &limits) {
        let lines =
            u32::try_from(text.chars().filter(|c| "\n\r".contains(*c)).count()).unwrap() + 1;
        for document in &parsed.documents {
            check_places(document, lines);
            let again = read(&to_yaml(document));
            assert!(again.same(document), "{text:?}\n{}\n{document:?}", to_yaml(document));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_written_as_yaml_is_read_back(node in tree(true)) {
        let text = to_yaml(&node);
        let again = read(&text);
        prop_assert!(again.same(&node), "{text}\n{again:?}");
        prop_assert_eq!(to_json(&again), to_json(&node), "the order of keys");
    }

    #[test]
    fn a_tree_written_as_json_is_read_back(node in tree(false)) {
        for text in [to_json(&node), to_json_compact(&node)] {
            prop_assert!(read(&text).same(&node), "{text}");
        }
        prop_assert!(read(&to_canonical_json(&node)).same(&node));
    }

    #[test]
    fn the_order_of_keys_does_not_change_canonical_json(
        pairs in vec((text(), tree(true)), 0..5),
    ) {
        let forward = Node::map(Place::default(), pairs);
        let backward: Vec<_> = forward.as_map().unwrap().iter().rev()
            .map(|(key, value)| (key.clone(), value.clone())).collect();
        let backward = Node::map(Place::default(), backward);
        prop_assert_eq!(to_canonical_json(&forward), to_canonical_json(&backward));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        check_any_text(&text);
    }

    #[test]
    fn any_text_that_is_nearly_yaml_is_read_or_refused(text in nearly_yaml()) {
        check_any_text(&text);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused_within_the_file(bytes in vec(any::<u8>(), 0..200)) {
        if let Err(error) = decode(&bytes) {
            prop_assert!(error.line() as usize <= bytes.len());
        }
    }
}
