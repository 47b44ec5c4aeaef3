//! The schema of a body, closed: with everything that it refers to.

use std::collections::BTreeSet;

use source_text::{Kind, Map, Node, SmolStr};

use model_builder::Properties;

/// Schemas that one body may refer to, and the deepest of them; more is no schema that is read.
const MOST_REFERENCES: usize = 200;
const DEEPEST: usize = 64;

/// `schema` with the schemas of `definition` that it names under `$defs`. `None` when one of them is
/// not there, or when a part hangs on the deployment: half a schema would refuse good requests.
pub(super) fn closed(schema: Node, definition: Properties<'_>) -> Option<Node> {
    let mut waiting = Vec::new();
    let mut root = localized(schema, &mut waiting, 0)?;
    let mut known: BTreeSet<SmolStr> = BTreeSet::new();
    let mut definitions = Map::new();
    while let Some(name) = waiting.pop() {
        if !known.insert(name.clone()) {
            continue;
        }
        if known.len() > MOST_REFERENCES {
            return None;
        }
        let found = definition
            .at(&["definitions", &name])
            .or_else(|| definition.at(&["components", "schemas", &name]))?;
        definitions.insert(name, localized(found.clone(), &mut waiting, 0)?);
    }
    if !definitions.is_empty() {
        let place = root.place;
        root.as_map_mut()?.insert("$defs", Node::new(place, Kind::Map(definitions)));
    }
    Some(root)
}

/// The schema with its references turned to `#/$defs/…`; the names are put into `waiting`.
fn localized(node: Node, waiting: &mut Vec<SmolStr>, depth: usize) -> Option<Node> {
    if depth > DEEPEST {
        return None;
    }
    let kind = match node.kind {
        // A function of the template that is still there is not known.
        Kind::Tagged(..) => return None,
        Kind::Map(map) if map.keys().any(|key| key == "Ref" || key.starts_with("Fn::")) => {
            return None;
        }
        Kind::Map(map) => {
            let mut local = Map::new();
            for (key, entry) in map.into_entries() {
                let value = match (key.as_str(), entry.value.as_str()) {
                    ("$ref", Some(target)) => {
                        let name = named(target)?;
                        waiting.push(name.clone());
                        Node::text(entry.value.place, format!("#/$defs/{name}"))
                    }
                    _ => localized(entry.value, waiting, depth + 1)?,
                };
                local.insert(key, value);
            }
            Kind::Map(local)
        }
        Kind::List(items) => {
            let items = items.into_iter().map(|item| localized(item, waiting, depth + 1));
            Kind::List(items.collect::<Option<_>>()?)
        }
        other => other,
    };
    Some(Node::new(node.place, kind))
}

fn named(target: &str) -> Option<SmolStr> {
    let local = target
        .strip_prefix("#/definitions/")
        .or_else(|| target.strip_prefix("#/components/schemas/"))?;
    (!local.contains('/')).then(|| SmolStr::new(local))
}
