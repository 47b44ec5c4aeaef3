//! Random trees of functions: nothing panics, and simplifying twice is simplifying once.

use cfn_template::{
    Evaluator, Settings, Template, expand_for_each, looks_like_template, lower, resolve_includes,
};
use proptest::prelude::*;
use source_text::{Kind, Node, Place, SmolStr};

use crate::{head, settings};

const NAMES: &[&str] = &[
    "Stage",
    "Name",
    "Free",
    "Subnets",
    "Orders",
    "AWS::NoValue",
    "AWS::Region",
    "IsProd",
    "Always",
    "Never",
    "NotProd",
    "Sizes",
    "dev",
    "prod",
    "Memory",
    "Zones",
    "x",
    "0",
    "1",
    "-",
    "",
    "${Stage}-${Name}",
    "${Orders.Arn}/${!x}",
    "${x}",
    "${",
    "}$",
    "{x}",
    "$",
    "a,b",
    "10.0.0.0/16",
    "{{resolve:ssm:a}}",
    "true",
];
const KEYS: &[&str] = &[
    "Ref",
    "Condition",
    "Fn::Sub",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::If",
    "Fn::GetAtt",
    "Fn::FindInMap",
    "Fn::Equals",
    "Fn::And",
    "Fn::Or",
    "Fn::Not",
    "Fn::Base64",
    "Fn::Length",
    "Fn::ToJsonString",
    "Fn::Cidr",
    "Fn::GetAZs",
    "Fn::ImportValue",
    "Fn::Transform",
    "Fn::Odd",
    "Fn::ForEach::A",
    "Fn::ForEach::B",
    "DefaultValue",
    "Name",
    "x",
    "Resources",
    "Parameters",
    "Conditions",
    "Mappings",
    "Type",
    "Default",
    "AllowedValues",
    "IsProd",
    "Stage",
];

fn node(kind: Kind) -> Node {
    Node::new(Place::default(), kind)
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        6 => prop::sample::select(NAMES).prop_map(|name| node(Kind::Text(SmolStr::new(name)))),
        1 => Just(node(Kind::Null)),
        1 => any::<bool>().prop_map(|value| node(Kind::Bool(value))),
        1 => (-1_i64..9).prop_map(|number| Node::integer(Place::default(), number)),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        let key = prop::sample::select(KEYS);
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 0..4).prop_map(|items| node(Kind::List(items))),
            3 => (key.clone(), inner.clone())
                .prop_map(|(key, value)| Node::map(Place::default(), [(key, value)])),
            3 => (key.clone(), prop::collection::vec(inner.clone(), 1..4)).prop_map(
                |(key, items)| Node::map(Place::default(), [(key, node(Kind::List(items)))])
            ),
            2 => prop::collection::vec((key.clone(), inner.clone()), 0..4)
                .prop_map(|pairs| Node::map(Place::default(), pairs)),
            1 => (key, inner).prop_map(|(tag, inner)| {
                let tag = SmolStr::new(tag.trim_start_matches("Fn::"));
                node(Kind::Tagged(tag, Box::new(inner)))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn simplifying_twice_is_simplifying_once(input in tree(), set in any::<bool>()) {
        let pairs: &[(&str, &str)] =
            if set { &[("Stage", "prod"), ("Name", "${x}"), ("AWS::Region", "eu-west-1")] } else { &[] };
        let (template, settings) = (head(), settings(pairs));
        let evaluator = Evaluator::new(&template, &settings);
        let (input, _) = lower(input);
        let once = evaluator.simplify(&input);
        prop_assert_eq!(evaluator.simplify(&once), once);
    }

    #[test]
    fn readers_never_panic_and_keep_to_their_bounds(input in tree()) {
        let (template, settings) = (head(), Settings::default());
        let evaluator = Evaluator::new(&template, &settings);
        let (input, _) = lower(input);
        let input = evaluator.simplify(&input);
        prop_assert!(evaluator.alternatives(&input).len() <= 64);
        let text = evaluator.text(&input);
        prop_assert!(text.possible().count() <= 64);
        for (when, _) in text.possible() {
            prop_assert!(evaluator.both(when, when).is_some(), "impossible {when}");
        }
        let _ = (evaluator.boolean(&input), evaluator.number(&input), evaluator.list(&input));
    }

    #[test]
    fn any_tree_is_read_as_a_template(input in tree()) {
        let (input, _) = lower(input);
        let _ = looks_like_template(&input);
        let (input, _) = resolve_includes(input, None);
        let settings = Settings::default();
        let (input, _) = expand_for_each(input, &settings);
        let (template, _) = Template::read(&input);
        let evaluator = Evaluator::new(&template, &settings);
        let _ = evaluator.simplify(&input);
        for name in template.conditions.keys() {
            let _ = evaluator.condition(name);
        }
    }
}
