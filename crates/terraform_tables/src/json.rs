//! Text that holds JSON, as the tree that it stands for.

use source_text::{Kind, Limits, Map, Node, Place, parse_yaml};

use crate::{reference, scope::Scope};

/// Signs around the number of a reference within a text; no author writes them.
const OPEN: char = '\u{F0000}';
const CLOSE: char = '\u{F0001}';

/// The tree in a value that should be JSON text; the value itself when it is something else.
#[must_use]
pub fn tree(scope: &Scope<'_>, node: &Node) -> Node {
    match (&node.kind, node.single()) {
        (Kind::Text(text), _) => parse(text, node.place, &[]).unwrap_or_else(|| node.clone()),
        (_, Some((key, value))) if key == "Fn::ToJsonString" => scope.value(value),
        (_, Some((key, value))) if key == "Fn::If" => {
            let branches = value
                .as_list()
                .unwrap_or_default()
                .iter()
                .enumerate()
                .map(|(at, branch)| if at == 0 { branch.clone() } else { tree(scope, branch) });
            Node::map(node.place, [("Fn::If", Node::list(value.place, branches.collect()))])
        }
        (_, Some((key, value))) if key == "Fn::Join" => {
            joined(scope, value, node.place).unwrap_or_else(|| scope.value(node))
        }
        _ => {
            let value = scope.value(node);
            // A reference to an argument of another resource that is JSON.
            match value.as_str().and_then(|text| parse(text, node.place, &[])) {
                Some(tree) => tree,
                None => value,
            }
        }
    }
}

/// Text with references in it: they are kept aside while the rest is read.
fn joined(scope: &Scope<'_>, arguments: &Node, place: Place) -> Option<Node> {
    let parts = arguments.as_list()?.get(1)?.as_list()?;
    let (mut text, mut kept) = (String::new(), Vec::new());
    for part in parts {
        if let Some(words) = part.scalar_text() {
            text.push_str(&words);
            continue;
        }
        let value = tree(scope, part);
        text.extend([OPEN.to_string(), kept.len().to_string(), CLOSE.to_string()]);
        kept.push(value);
    }
    parse(&text, place, &kept)
}

/// Reads a JSON text; every node gets the place of the text.
fn parse(text: &str, place: Place, kept: &[Node]) -> Option<Node> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let parsed = parse_yaml(place.file, text, &Limits::of_part(text)).ok()?;
    let document = parsed.documents.into_iter().next()?;
    Some(restored(document, place, kept))
}

fn restored(node: Node, place: Place, kept: &[Node]) -> Node {
    let kind = match node.kind {
        Kind::Text(text) if text.contains(OPEN) => return with_references(&text, place, kept),
        Kind::List(items) => {
            Kind::List(items.into_iter().map(|item| restored(item, place, kept)).collect())
        }
        Kind::Map(map) => {
            let mut moved = Map::new();
            for (key, entry) in map.into_entries() {
                moved.insert_at(key, place, restored(entry.value, place, kept));
            }
            Kind::Map(moved)
        }
        other => other,
    };
    Node::new(place, kind)
}

fn with_references(text: &str, place: Place, kept: &[Node]) -> Node {
    let mut parts = Vec::new();
    for (at, piece) in text.split(OPEN).enumerate() {
        let words = match piece.split_once(CLOSE) {
            Some((number, rest)) if at > 0 => {
                parts.extend(number.parse().ok().and_then(|at: usize| kept.get(at)).cloned());
                rest
            }
            _ => piece,
        };
        if !words.is_empty() {
            parts.push(Node::text(place, words));
        }
    }
    match parts.as_slice() {
        [one] => one.clone(),
        _ => reference::join(place, parts),
    }
}
