//! JSON, YAML and base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use source_text::{Limits, Node, Place, parse_json, parse_yaml};

use crate::node::known_node;
use crate::value::{Kind, TEXT, Unknown, Value};

pub(super) fn apply(name: &str, values: &[Value], place: Place) -> Option<Value> {
    let value = values.first()?;
    match name {
        // The tree stays a tree, so that what it holds keeps its places and its unknown parts.
        "jsonencode" => Some(Value::unknown(place, Unknown::Json(value.clone()))),
        "jsondecode" => {
            if let Some(Unknown::Json(inner)) = value.as_unknown() {
                return Some(inner.clone());
            }
            let text = value.as_text()?;
            Some(decode(&text, true, place))
        }
        "yamldecode" => Some(decode(&value.as_text()?, false, place)),
        "yamlencode" => {
            let node = known_node(value)?;
            Some(Value::text(place, source_text::to_yaml(&node)))
        }
        "base64encode" => {
            let text = value.as_text()?;
            if text.len() > TEXT / 2 {
                return None;
            }
            Some(Value::text(place, STANDARD.encode(text.as_bytes())))
        }
        "base64decode" => {
            let bytes = STANDARD.decode(value.as_text()?.as_bytes()).ok()?;
            Some(Value::text(place, String::from_utf8(bytes).ok()?))
        }
        _ => None,
    }
}

/// JSON text as a value; `None` when it is none.
pub(crate) fn from_json(text: &str, place: Place) -> Option<Value> {
    Some(decode(text, true, place)).filter(|value| !value.is_failed())
}

fn decode(text: &str, json: bool, place: Place) -> Value {
    let limits = Limits { nodes: 100_000, depth: 80, ..Limits::of_part(text) };
    let parsed = if json {
        parse_json(place.file, text, &limits)
    } else {
        parse_yaml(place.file, text, &limits)
    };
    match parsed {
        Ok(parsed) => match parsed.documents.first() {
            Some(document) => from_node(document, place),
            None => Value::null(place),
        },
        Err(_) => Value::failed(place, "text that is not JSON or YAML"),
    }
}

/// A tree as a value, all of it at one place.
pub(crate) fn from_node(node: &Node, place: Place) -> Value {
    match &node.kind {
        source_text::Kind::Null => Value::null(place),
        source_text::Kind::Bool(value) => Value::bool(place, *value),
        source_text::Kind::Number(text) => match node.as_f64().filter(|it| it.is_finite()) {
            Some(number) => Value { place, kind: Kind::Number(number) },
            None => Value::text(place, text.clone()),
        },
        source_text::Kind::Text(text) => Value::text(place, text.clone()),
        source_text::Kind::List(items) => {
            Value::list(place, items.iter().map(|item| from_node(item, place)).collect())
        }
        source_text::Kind::Map(map) => {
            let map: IndexMap<_, _> =
                map.iter().map(|(key, value)| (key.clone(), from_node(value, place))).collect();
            Value::map(place, map)
        }
        source_text::Kind::Tagged(_, inner) => from_node(inner, place),
    }
}
