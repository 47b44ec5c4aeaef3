//! Arguments and blocks turned to properties, row by row.

use source_text::{Kind, Map, Node};

use crate::{
    json, reference,
    row::{Row, Turn},
    scope::Scope,
};

/// The path that merges a mapping into the one around it.
const AROUND: &str = "*";

/// The arguments of a block as a mapping of properties.
#[must_use]
pub fn block(scope: &Scope<'_>, body: &Node, rows: &[Row]) -> Node {
    let mut properties = Node::new(body.place, Kind::Map(Map::new()));
    for (key, entry) in body.as_map().into_iter().flat_map(Map::entries) {
        match rows.iter().find(|(from, ..)| from == key) {
            Some((_, "", _)) => {}
            Some((_, to, turn)) => {
                let Some(value) = value(scope, &entry.value, *turn) else { continue };
                if *to == AROUND {
                    merge(&mut properties, value);
                } else {
                    put(&mut properties, to, value);
                }
            }
            None => {
                let value = other(scope, &entry.value);
                if let Some(map) = properties.as_map_mut() {
                    map.insert_at(scope.provider.spelled(key), entry.key_place, value);
                }
            }
        }
    }
    properties
}

/// A value without a row: nested blocks get names in the template's spelling, mappings that the
/// author keys (tags, variables) stay.
fn other(scope: &Scope<'_>, node: &Node) -> Node {
    match node.as_list() {
        Some(items) if items.iter().any(is_block) => {
            let items = items.iter().map(|item| block(scope, item, &[])).collect();
            Node::list(node.place, items)
        }
        _ => scope.value(node),
    }
}

fn is_block(node: &Node) -> bool {
    node.as_map().is_some() && node.single().is_none_or(|(key, _)| !is_function(key))
}

fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

fn value(scope: &Scope<'_>, node: &Node, turn: Turn) -> Option<Node> {
    Some(match turn {
        Turn::Unless(text) if node.scalar_text().is_some_and(|own| own == text) => return None,
        Turn::As | Turn::Unless(_) => scope.value(node),
        Turn::Json => json::tree(scope, node),
        Turn::One(rows) => match node.as_list() {
            Some(items) => block(scope, items.first().filter(|it| is_block(it))?, rows),
            None if is_block(node) => block(scope, node, rows),
            None => scope.value(node),
        },
        Turn::Many(rows) => match node.as_list() {
            Some(items) => {
                let items = items.iter().map(|item| {
                    if is_block(item) { block(scope, item, rows) } else { scope.value(item) }
                });
                Node::list(node.place, items.collect())
            }
            None => scope.value(node),
        },
        Turn::Words(words) => word(scope, node, words),
        Turn::Listed if node.as_list().is_some() => scope.value(node),
        Turn::Listed => Node::list(node.place, vec![scope.value(node)]),
        Turn::Named(kind) => named(scope, node, kind),
        Turn::Pairs => pairs(scope, node),
        Turn::By(function) => function(scope, node),
    })
}

/// One word for another, also in both cases of a choice.
fn word(scope: &Scope<'_>, node: &Node, words: &[(&str, &str)]) -> Node {
    if let Some((key, arguments)) = node.single()
        && key == "Fn::If"
        && let Some([condition, yes, no]) = arguments.as_list()
    {
        let (yes, no) = (word(scope, yes, words), word(scope, no, words));
        let arguments = Node::list(arguments.place, vec![condition.clone(), yes, no]);
        return Node::map(node.place, [("Fn::If", arguments)]);
    }
    let text = node.scalar_text();
    match text.and_then(|text| words.iter().find(|(from, _)| *from == text)) {
        Some((_, to)) => Node::text(node.place, *to),
        None => scope.value(node),
    }
}

/// A name of a resource of the configuration, written out, as a reference to it.
fn named(scope: &Scope<'_>, node: &Node, kind: &str) -> Node {
    match &node.kind {
        Kind::List(items) => {
            let items = items.iter().map(|item| named(scope, item, kind)).collect();
            Node::list(node.place, items)
        }
        Kind::Text(name) => match scope.by_name(kind, name) {
            Some(block) => reference::name_of(node.place, &block.address),
            None => node.clone(),
        },
        _ => match scope.referred(node) {
            Some((block, attribute))
                if block.kind == kind && attribute == scope.provider.name_argument(kind) =>
            {
                reference::name_of(node.place, &block.address)
            }
            _ => scope.value(node),
        },
    }
}

fn pairs(scope: &Scope<'_>, node: &Node) -> Node {
    let entries = node.as_map().into_iter().flat_map(Map::entries);
    let items = entries.map(|(name, entry)| {
        let name = Node::text(entry.key_place, name.clone());
        Node::map(entry.key_place, [("Name", name), ("Value", scope.value(&entry.value))])
    });
    Node::list(node.place, items.collect())
}

/// Sets the property at the end of a path parted by dots; mappings on the way are made.
pub fn put(node: &mut Node, path: &str, value: Node) {
    let Some((slot, key)) = slot(node, path, value.place) else { return };
    match slot.get_mut(key) {
        Some(known) if known.as_map().is_some() && value.as_map().is_some() => merge(known, value),
        _ => {
            slot.insert(key, value);
        }
    }
}

/// Puts a value behind the items of the list at the end of a path.
pub fn push(node: &mut Node, path: &str, value: Node) {
    let place = value.place;
    let Some((slot, key)) = slot(node, path, place) else { return };
    if !matches!(slot.get(key).map(|node| &node.kind), Some(Kind::List(_))) {
        // A single value that is not known, such as a list from elsewhere, stays the first item.
        let first = slot.get(key).filter(|node| !node.is_null()).cloned();
        slot.insert(key, Node::list(place, first.into_iter().collect()));
    }
    if let Some(Kind::List(items)) = slot.get_mut(key).map(|node| &mut node.kind) {
        items.push(value);
    }
}

fn slot<'n, 'p>(
    node: &'n mut Node,
    path: &'p str,
    place: source_text::Place,
) -> Option<(&'n mut Map, &'p str)> {
    let mut node = node;
    let mut path = path;
    while let Some((first, rest)) = path.split_once('.') {
        let map = node.as_map_mut()?;
        if map.get(first).is_none_or(|it| it.as_map().is_none()) {
            map.insert(first, Node::new(place, Kind::Map(Map::new())));
        }
        node = map.get_mut(first)?;
        path = rest;
    }
    Some((node.as_map_mut()?, path))
}

/// Adds the entries of a mapping to another; mappings in both become one.
pub fn merge(node: &mut Node, other: Node) {
    let (Some(map), Kind::Map(more)) = (node.as_map_mut(), other.kind) else { return };
    for (key, entry) in more.into_entries() {
        match map.get_mut(&key) {
            Some(known) if known.as_map().is_some() && entry.value.as_map().is_some() => {
                merge(known, entry.value);
            }
            _ => {
                map.insert_at(key, entry.key_place, entry.value);
            }
        }
    }
}
