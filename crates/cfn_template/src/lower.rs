//! Short tags to long-form functions: `!Ref Orders` to `{Ref: Orders}`.

use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::name;

/// Rewrites every short tag as the long-form function, a mapping with one key.
///
/// `!Ref` and `!Condition` keep their name, any other `!X` becomes `Fn::X`, and `Fn::GetAtt` has
/// its list form afterwards: logical id, attribute. An unknown function is kept as `Fn::X`, with a
/// warning. Every node keeps its place.
#[must_use]
pub fn lower(mut node: Node) -> (Node, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    lower_node(&mut node, &mut diagnostics);
    (node, diagnostics)
}

fn lower_node(node: &mut Node, diagnostics: &mut Vec<Diagnostic>) {
    match &mut node.kind {
        Kind::List(items) => {
            for item in items {
                lower_node(item, diagnostics);
            }
        }
        Kind::Map(map) => {
            let is_single = map.len() == 1;
            for (key, value) in map.iter_mut() {
                lower_node(value, diagnostics);
                if let Some(name) = key.strip_prefix("Fn::").filter(|_| is_single) {
                    if name == "GetAtt" {
                        normalise_get_att(value);
                    } else if !name::is_function(name) {
                        diagnostics.push(unknown(node.place, "Fn::", name));
                    }
                }
            }
        }
        Kind::Tagged(name, inner) => {
            let name = std::mem::take(name);
            let mut inner = std::mem::replace(inner.as_mut(), Node::null(node.place));
            lower_node(&mut inner, diagnostics);
            let key = if name::is_bare(&name) {
                name
            } else {
                if name == "GetAtt" {
                    normalise_get_att(&mut inner);
                } else if !name::is_function(&name) {
                    diagnostics.push(unknown(node.place, "!", &name));
                }
                smol_str::format_smolstr!("Fn::{name}")
            };
            let mut map = Map::new();
            map.insert_at(key, node.place, inner);
            node.kind = Kind::Map(map);
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}

/// `Orders.Stream.Arn` and `[Orders, Stream, Arn]` become `[Orders, Stream.Arn]`.
fn normalise_get_att(argument: &mut Node) {
    let place = argument.place;
    let pair = match &argument.kind {
        Kind::Text(text) => text.split_once('.').map(|(id, attribute)| {
            [Node::text(place, SmolStr::new(id)), Node::text(place, SmolStr::new(attribute))]
        }),
        Kind::List(items) => match items.as_slice() {
            [id, first, rest @ ..] if !rest.is_empty() => {
                let names: Option<Vec<&str>> =
                    std::iter::once(first).chain(rest).map(Node::as_str).collect();
                names.map(|names| [id.clone(), Node::text(first.place, names.join("."))])
            }
            _ => None,
        },
        _ => None,
    };
    if let Some(pair) = pair {
        argument.kind = Kind::List(pair.into());
    }
}

fn unknown(place: Place, prefix: &str, name: &str) -> Diagnostic {
    let message = match name::nearest(name) {
        Some(near) => {
            let prefix = if prefix == "Fn::" && name::is_bare(near) { "" } else { prefix };
            let wrong = if prefix.is_empty() { "Fn::" } else { prefix };
            format!("unknown function `{wrong}{name}`; did you mean `{prefix}{near}`?")
        }
        None => format!("unknown function `{prefix}{name}`; it is kept as it is"),
    };
    Diagnostic::warning(place, message)
}
