//! Random trees, written in every form, edited at a random path: the text then reads as meant, and but for
//! one stretch every byte is the old one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use source_edit::{Literal, Step, set_hcl, set_yaml};
use source_text::{
    FileId, Kind, Limits, Map, Node, Place, parse_yaml, to_json, to_json_compact, to_yaml,
};

fn leaf() -> impl Strategy<Value = Node> {
    let place = Place::default();
    prop_oneof![
        any::<bool>().prop_map(move |value| Node::bool(place, value)),
        (-5_i64..100).prop_map(move |value| Node::integer(place, value)),
        "[ -~é\\n]{0,12}".prop_map(move |text| Node::text(place, text)),
        Just(Node::null(place)),
    ]
}

fn tree() -> impl Strategy<Value = Node> {
    let place = Place::default();
    let inner = leaf().prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(move |items| Node::list(place, items)),
            prop::collection::btree_map("[A-Z][a-z]{0,3}", inner, 0..5).prop_map(move |map| {
                Node::new(place, Kind::Map(map.into_iter().map(|(k, v)| (k.into(), v)).collect()))
            }),
        ]
    });
    prop::collection::btree_map("[A-Z][a-z]{0,3}", inner, 1..5).prop_map(move |map| {
        Node::new(place, Kind::Map(map.into_iter().map(|(k, v)| (k.into(), v)).collect()))
    })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        (0_i64..1000).prop_map(Literal::Integer),
        "[a-zA-Z0-9 :#'_-]{1,10}".prop_map(|text| Literal::Text(text.into())),
    ]
}

/// What only YAML and JSON take, too: a function, a mapping, a list of mappings.
fn value() -> impl Strategy<Value = Literal> {
    let place = Place::default();
    let named = "[A-Z][a-z]{0,3}".prop_map(move |name| {
        let name = Box::new(Node::text(place, name));
        Literal::Tree(Node::new(place, Kind::Tagged("Ref".into(), name)))
    });
    let map = (0_i64..9, "[a-z*/]{1,3}").prop_map(move |(number, text)| {
        Node::map(place, [("N", Node::integer(place, number)), ("T", Node::text(place, text))])
    });
    prop_oneof![
        3 => literal(),
        1 => named,
        1 => map.clone().prop_map(Literal::Tree),
        1 => prop::collection::vec(map, 1..3)
            .prop_map(move |items| Literal::Tree(Node::list(place, items))),
    ]
}

/// A path into the tree by choices, and some keys that are not there.
fn path_in(node: &Node, choices: &[usize]) -> Vec<Step> {
    let Some((first, rest)) = choices.split_first() else { return Vec::new() };
    match &node.kind {
        Kind::Map(map) if first % 4 != 0 && !map.is_empty() => {
            let (key, value) = map.iter().nth(first % map.len()).unwrap();
            let mut path = vec![Step::Key(key.clone())];
            path.extend(path_in(value, rest));
            path
        }
        Kind::Map(_) => {
            vec![Step::from("New"), Step::from("Deep")].into_iter().take(1 + first % 2).collect()
        }
        Kind::List(items) if !items.is_empty() => {
            if rest.is_empty() && first % 2 == 0 {
                return vec![Step::Index(items.len())];
            }
            let index = first % items.len();
            let mut path = vec![Step::Index(index)];
            path.extend(path_in(items.get(index).unwrap(), rest));
            path
        }
        _ => Vec::new(),
    }
}

fn read(text: &str) -> Node {
    parse_yaml(FileId::default(), text, &Limits::default()).unwrap().documents.remove(0)
}

fn put(node: &mut Node, path: &[Step], value: &Literal) {
    match path {
        [] => *node = value.node(),
        [Step::Key(key), rest @ ..] => {
            let map = node.as_map_mut().unwrap();
            if !map.contains(key) {
                map.insert(key.clone(), Node::new(Place::default(), Kind::Map(Map::new())));
            }
            put(map.get_mut(key).unwrap(), rest, value);
        }
        [Step::Index(index), rest @ ..] => match &mut node.kind {
            Kind::List(items) if *index == items.len() => items.push(value.node()),
            Kind::List(items) => put(items.get_mut(*index).unwrap(), rest, value),
            _ => unreachable!(),
        },
    }
}

/// A tree whose references are all in long form.
fn long(node: &Node) -> Node {
    let kind = match &node.kind {
        Kind::Tagged(_, name) => return Node::map(node.place, [("Ref", long(name))]),
        Kind::List(items) => Kind::List(items.iter().map(long).collect()),
        Kind::Map(map) => {
            Kind::Map(map.iter().map(|(key, value)| (key.clone(), long(value))).collect())
        }
        other => other.clone(),
    };
    Node::new(node.place, kind)
}

/// Comments behind every second line, where a line may have one.
fn with_comments(yaml: &str, newline: &str) -> String {
    let is_open = yaml.contains(['|', '>', '"', '\'']);
    let lines = yaml.lines().enumerate().map(|(at, line)| {
        if at % 2 == 0 && !is_open { format!("{line} # {at}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join(newline)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn yaml_says_what_was_meant(tree in tree(), choices in prop::collection::vec(0_usize..20, 1..6), value in value()) {
        let path = path_in(&tree, &choices);
        prop_assume!(!path.is_empty());
        let texts = [
            to_yaml(&tree),
            with_comments(&to_yaml(&tree), "\n"),
            with_comments(&to_yaml(&tree), "\r\n"),
            to_json(&tree),
            to_json_compact(&tree),
        ];
        for text in texts {
            let old = read(&text);
            let Ok(edit) = set_yaml(&text, &path, &value) else { continue };
            let mut meant = old.clone();
            put(&mut meant, &path, &value);
            let mut new = text.clone();
            if let Some(edit) = edit {
                new = edit.apply(&text);
                // All but one stretch is what it was.
                prop_assert_eq!(&new[..edit.range.start], &text[..edit.range.start]);
                prop_assert!(new.ends_with(&text[edit.range.end..]));
            }
            prop_assert!(long(&read(&new)).same(&long(&meant)), "{text}\n{path:?}\n{new}");
            prop_assert_eq!(set_yaml(&new, &path, &value), Ok(None));
        }
    }

    #[test]
    fn what_is_missing_in_a_mapping_can_be_added(tree in tree(), value in value()) {
        for text in [to_yaml(&tree), to_json(&tree), to_json_compact(&tree)] {
            let path = [Step::from("New"), Step::from("Deep")];
            prop_assert!(set_yaml(&text, &path, &value).is_ok(), "{text}");
        }
    }

    #[test]
    fn hcl_says_what_was_meant(names in prop::collection::btree_set("[a-f]{1,3}", 0..6), nested in any::<bool>(), value in literal(), crlf in any::<bool>(), one_line in any::<bool>(), is_expression in any::<bool>()) {
        let value = if is_expression { Literal::Expression("t.r[0].id".into()) } else { value };
        let newline = if crlf { "\r\n" } else { "\n" };
        let inner: Vec<String> = names.iter().enumerate().map(|(at, name)| match at % 3 {
            0 => format!("  {name} = {at} # {at}"),
            1 => format!("  {name} {{{newline}    deep = \"{at}\"{newline}  }}"),
            _ => format!("  {name} = [{newline}    1,{newline}  ]"),
        }).collect();
        let text = if one_line || inner.is_empty() {
            format!("# top{newline}resource \"t\" \"r\" {{ x = 1 }}{newline}")
        } else {
            format!("# top{newline}resource \"t\" \"r\" {{{newline}{}{newline}}}{newline}", inner.join(newline))
        };
        let mut path: Vec<Step> = ["resource", "t", "r", "new"].into_iter().map(Step::from).collect();
        if nested {
            path.push(Step::from("inner"));
        }
        let edit = set_hcl(&text, &path, &value).unwrap().unwrap();
        let new = edit.apply(&text);
        prop_assert_eq!(set_hcl(&new, &path, &value), Ok(None));
        for line in text.lines().filter(|line| !line.contains("{ x = 1 }")) {
            prop_assert!(new.contains(line), "{line}\n{new}");
        }
    }
}
