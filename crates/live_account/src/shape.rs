//! Reading answers whatever program wrote them: names of members differ in the case of their first
//! letter, lists of XML may have a level more, documents stand in texts.

use source_text::{Kind, Limits, Map, Node, Place, SmolStr, parse_json};

/// Names of the one member that a list of XML has.
const LIST_MEMBERS: [&str; 6] = ["member", "item", "items", "entry", "Bucket", "_embedded"];

/// The member `name` of a mapping, its first letter in either case.
pub(crate) fn member<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let found = match node.as_map() {
        Some(map) => map
            .get(name)
            .or_else(|| map.get(&other_case(name)?))
            .or_else(|| pair(map.get("entry")?.as_list()?, name)),
        // A mapping of XML is a list of pairs, and so are tags.
        None => pair(node.as_list()?, name),
    };
    found.filter(|node| !node.is_null())
}

/// The value of the pair with a key.
fn pair<'a>(list: &'a [Node], name: &str) -> Option<&'a Node> {
    let keyed = list.iter().find(|pair| {
        let key = pair.get("key").or_else(|| pair.get("Key"));
        key.and_then(Node::as_str) == Some(name)
    });
    keyed.and_then(|pair| pair.get("value").or_else(|| pair.get("Value")))
}

/// `FunctionName` for `functionName`, and the other way round.
fn other_case(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let first = letters.next()?;
    let swapped =
        if first.is_uppercase() { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() };
    Some(std::iter::once(swapped).chain(letters).collect())
}

/// The node at a path of members parted by dots; an empty path is the node itself.
pub(crate) fn at<'a>(node: &'a Node, path: &str) -> Option<&'a Node> {
    if path.is_empty() {
        return Some(node);
    }
    path.split('.').try_fold(node, member)
}

/// The text at a path; numbers and truth values count.
pub(crate) fn text(node: &Node, path: &str) -> Option<SmolStr> {
    at(node, path)?.scalar_text()
}

/// The items of a list; a single value is a list of one.
pub(crate) fn items(node: &Node) -> Vec<&Node> {
    match &node.kind {
        Kind::List(list) => list.iter().collect(),
        Kind::Map(map) => match map.iter().next() {
            Some((key, inner)) if map.len() == 1 && LIST_MEMBERS.contains(&key.as_str()) => {
                items(inner)
            }
            None => Vec::new(),
            _ => vec![node],
        },
        Kind::Null => Vec::new(),
        _ => vec![node],
    }
}

/// The items at a path.
pub(crate) fn items_at<'a>(node: &'a Node, path: &str) -> Vec<&'a Node> {
    at(node, path).map_or_else(Vec::new, items)
}

/// A document that stands in a text, or is a tree already; every node of what stood in a text is at
/// the place of the text.
pub(crate) fn document(node: &Node) -> Option<Node> {
    let Some(text) = node.as_str() else { return node.as_map().map(|_| node.clone()) };
    let text = text.trim();
    let plain = if text.starts_with("%7B") || text.starts_with("%5B") {
        percent_decoded(text)?
    } else {
        text.to_owned()
    };
    let parse = |text: &str| {
        let parsed = parse_json(node.place.file, text, &Limits::of_part(text)).ok()?;
        parsed.documents.into_iter().next()
    };
    // API Gateway escapes the quotes of its policies once more.
    let tree = parse(&plain).or_else(|| parse(&plain.replace("\\\"", "\"")))?;
    (tree.as_map().is_some() || tree.as_list().is_some()).then(|| placed(tree, node.place))
}

/// The same tree, every node at one place.
pub(crate) fn placed(node: Node, place: Place) -> Node {
    let kind = match node.kind {
        Kind::List(items) => {
            Kind::List(items.into_iter().map(|item| placed(item, place)).collect())
        }
        Kind::Map(map) => Kind::Map(
            map.into_entries()
                .map(|(key, entry)| (key, placed(entry.value, place)))
                .collect::<Map>(),
        ),
        other => other,
    };
    Node::new(place, kind)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Sets the value at a path of properties, mappings made where there are none.
pub(crate) fn set(map: &mut Map, path: &str, value: Node) {
    match path.split_once('.') {
        None => {
            map.insert(path, value);
        }
        Some((first, rest)) => {
            if map.get(first).is_none_or(|node| node.as_map().is_none()) {
                map.insert(first, Node::new(value.place, Kind::Map(Map::new())));
            }
            if let Some(inner) = map.get_mut(first).and_then(Node::as_map_mut) {
                set(inner, rest, value);
            }
        }
    }
}

/// Whether a path of properties is set.
pub(crate) fn is_set(map: &Map, path: &str) -> bool {
    let mut parts = path.split('.');
    let first = parts.next().and_then(|first| map.get(first));
    parts.try_fold(first, |node, part| node.map(|node| node.get(part))).flatten().is_some()
}

#[cfg(test)]
mod tests {
    use source_text::{FileId, Limits, Node, Place, parse_json};

    use super::{at, document, items, text};

    fn tree(text: &str) -> Node {
        parse_json(FileId(0), text, &Limits::default()).unwrap().documents.remove(0)
    }

    #[test]
    fn members_are_found_in_either_case() {
        let node = tree(r#"{"Api": {"apiId": "a1"}}"#);
        assert_eq!(text(&node, "api.ApiId").as_deref(), Some("a1"));
        assert!(at(&node, "api.name").is_none());
    }

    #[test]
    fn lists_of_xml_have_a_level_more() {
        assert_eq!(items(&tree(r#"{"member": [1, 2]}"#)).len(), 2);
        assert_eq!(items(&tree(r#"{"member": {"a": 1}}"#)).len(), 1);
        assert_eq!(items(&tree(r#"{"a": 1, "b": 2}"#)).len(), 1);
        assert_eq!(items(&tree("{}")).len(), 0);
    }

    #[test]
    fn documents_stand_in_texts_of_every_kind() {
        for written in
            [r#"{"Version": "1"}"#, "%7B%22Version%22%3A%20%221%22%7D", r#"{\"Version\": \"1\"}"#]
        {
            let node = Node::text(Place::default(), written);
            let document = document(&node).unwrap();
            assert_eq!(text(&document, "Version").as_deref(), Some("1"), "{written}");
        }
        assert!(document(&Node::text(Place::default(), "plain")).is_none());
    }
}
