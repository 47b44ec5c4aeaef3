//! No template, however mangled, makes the expansion panic, and none comes out with SAM resources.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use sam_transform::{Options, expand};
use source_text::{Kind, Limits, Map, Node, Place, Sources, parse_yaml};

/// A template that touches most features, to be mangled.
const TEMPLATE: &str = include_str!("properties/template.yaml");

fn template() -> Node {
    let sources = Sources::default();
    let file = sources.add("template.yaml", TEMPLATE);
    let parsed = parse_yaml(file, TEMPLATE, &Limits::default()).unwrap();
    cfn_template::lower(parsed.documents.into_iter().next().unwrap()).0
}

fn count(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::List(items) => items.iter().map(count).sum(),
        Kind::Map(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// Replaces the node with this number, in the order of reading.
fn replace(node: &mut Node, number: &mut usize, by: &Kind) {
    if *number == 0 {
        node.kind = by.clone();
    }
    *number = number.wrapping_sub(1);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| replace(item, number, by)),
        Kind::Map(map) => map.iter_mut().for_each(|(_, value)| replace(value, number, by)),
        _ => {}
    }
}

fn odd_value() -> impl Strategy<Value = Kind> {
    let at = Place::default();
    let single = |key: &str, value: Kind| {
        let pairs = [(key.into(), Node::new(at, value))];
        Kind::Map(pairs.into_iter().collect::<Map>())
    };
    prop_oneof![
        Just(Kind::Null),
        Just(Kind::Bool(true)),
        Just(Kind::Number("-1".into())),
        Just(Kind::Text("".into())),
        Just(Kind::Text("é${".into())),
        Just(Kind::List(Vec::new())),
        Just(Kind::List(vec![Node::null(at)])),
        Just(Kind::Map(Map::new())),
        Just(single("Ref", Kind::Text("AWS::NoValue".into()))),
        Just(single("Ref", Kind::Null)),
        Just(single("Fn::If", Kind::List(Vec::new()))),
        Just(single("Fn::If", Kind::List(vec![Node::null(at); 3]))),
        Just(single("Fn::GetAtt", Kind::Text("A.B".into()))),
        Just(single("Fn::Sub", Kind::Text("${Stage}${A.B}${".into()))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_mangled_template_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd_value()), 1..6),
    ) {
        let mut mangled = template();
        for (index, value) in &changes {
            let mut number = index.index(count(&mangled));
            replace(&mut mangled, &mut number, value);
        }
        let expanded = expand(&mangled, &Options::default(), None);
        let resources = expanded.template.get("Resources").and_then(Node::as_map);
        for resource in resources.into_iter().flat_map(Map::values) {
            let type_ = resource.get("Type").and_then(Node::as_str).unwrap_or_default();
            prop_assert!(!type_.starts_with("AWS::Serverless::"), "{type_} is left");
        }
    }
}
