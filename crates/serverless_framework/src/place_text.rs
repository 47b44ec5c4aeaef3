//! Nodes at a place, and what is not known as a node.

pub(crate) use sam_core::intrinsic::Here;
use source_text::{Kind, Map, Node, Place, SmolStr};

/// An expression that only a deployment decides.
pub(crate) fn unresolved(place: Place, expression: impl Into<SmolStr>) -> Node {
    Node::map(place, [(SmolStr::new_static("Fn::Unresolved"), Node::text(place, expression))])
}

/// `arn:PARTITION:…` with pseudo parameters, as `Fn::Sub`.
pub(crate) fn sub(place: Place, text: impl Into<SmolStr>) -> Node {
    Here(place).sub(text)
}

/// A text for `Fn::Sub`: `${` of the author is no variable in it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace("${", "${!")
}

/// The mapping of a node, or none.
pub(crate) fn map_of(node: Option<&Node>) -> Option<&Map> {
    node.and_then(Node::as_map)
}

/// The items of a list; a single value counts as one.
pub(crate) fn items(node: Option<&Node>) -> Vec<&Node> {
    match node.map(|node| &node.kind) {
        None | Some(Kind::Null) => Vec::new(),
        Some(Kind::List(items)) => items.iter().collect(),
        Some(_) => node.into_iter().collect(),
    }
}

/// Whether a setting is there and not `false` or `null`.
pub(crate) fn is_on(node: Option<&Node>) -> bool {
    node.is_some_and(|node| !node.is_null() && node.as_bool() != Some(false))
}

/// Copies settings under other names: `(from, to)`.
pub(crate) fn copy(from: &Node, to: &mut Map, names: &[(&str, &'static str)]) {
    for (name, property) in names {
        if let Some(entry) = from.as_map().and_then(|map| map.entry(name))
            && !entry.value.is_null()
        {
            to.insert_at(SmolStr::new_static(property), entry.key_place, entry.value.clone());
        }
    }
}

/// The same tree with the first letter of every key in upper case, as CloudFormation writes them.
pub(crate) fn capitalised(node: &Node, depth: usize) -> Node {
    if depth == 0 {
        return node.clone();
    }
    let kind = match &node.kind {
        Kind::List(items) => {
            Kind::List(items.iter().map(|item| capitalised(item, depth - 1)).collect())
        }
        Kind::Map(_) if sam_core::intrinsic::is_intrinsic(node) => node.kind.clone(),
        Kind::Map(map) => {
            let mut out = Map::new();
            for (key, entry) in map.entries() {
                let name = crate::names::upper_first(key);
                out.insert_at(name, entry.key_place, capitalised(&entry.value, depth - 1));
            }
            Kind::Map(out)
        }
        other => other.clone(),
    };
    Node::new(node.place, kind)
}
