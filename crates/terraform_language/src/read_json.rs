//! The JSON form of configuration (`*.tf.json`) to the same syntax tree.
//!
//! Text is a template there, and a body does not tell arguments from nested blocks: all are
//! arguments, and whoever reads them takes one mapping for a list of one.

use source_text::{Entry, Kind, Node, Place, SmolStr};

use crate::read_hcl::{read_expression, read_template};
use crate::syntax::{Argument, Body, Expr, ExprKind, Part, Section};

/// Types of blocks at the top, and how many labels each has.
const TOP: &[(&str, usize)] = &[
    ("resource", 2),
    ("data", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("locals", 0),
    ("terraform", 0),
];

/// Reads a whole document.
pub(crate) fn read_document(document: &Node) -> Body {
    let mut body = Body::default();
    let Some(map) = document.as_map() else { return body };
    for (kind, entry) in map.entries() {
        if let Some((_, labels)) = TOP.iter().find(|(name, _)| name == kind) {
            sections(&mut body, kind, *labels, &mut Vec::new(), entry.key_place, &entry.value);
        }
    }
    body
}

fn sections(
    body: &mut Body,
    kind: &SmolStr,
    labels: usize,
    so_far: &mut Vec<SmolStr>,
    place: Place,
    node: &Node,
) {
    match &node.kind {
        Kind::List(items) => {
            for item in items {
                sections(body, kind, labels, so_far, place, item);
            }
        }
        Kind::Map(map) if so_far.len() < labels => {
            for (label, entry) in map.entries() {
                so_far.push(label.clone());
                sections(body, kind, labels, so_far, entry.key_place, &entry.value);
                so_far.pop();
            }
        }
        Kind::Map(map) => {
            // A constraint of a type is not a template.
            let literal = |name: &str| kind == "variable" && name == "type";
            let arguments =
                map.entries().map(|(name, entry)| argument(name, entry, literal(name))).collect();
            body.blocks.push(Section {
                kind: kind.clone(),
                labels: so_far.clone(),
                place,
                body: Body { arguments, blocks: Vec::new() },
            });
        }
        _ => {}
    }
}

fn argument(name: &SmolStr, entry: &Entry, is_expression: bool) -> Argument {
    let value = match entry.value.as_str().filter(|_| is_expression) {
        Some(text) => read_expression(text, entry.value.place),
        None => None,
    };
    Argument {
        name: name.clone(),
        place: entry.key_place,
        value: value.unwrap_or_else(|| expression(&entry.value, true)),
    }
}

/// A value of JSON as an expression; its texts are templates when `templates`.
pub(crate) fn expression(node: &Node, templates: bool) -> Expr {
    let place = node.place;
    let kind = match &node.kind {
        Kind::Null => ExprKind::Null,
        Kind::Bool(value) => ExprKind::Bool(*value),
        Kind::Number(_) => ExprKind::Number(node.as_f64().unwrap_or(0.0)),
        Kind::Text(text) if templates => template(text, place),
        Kind::Text(text) => ExprKind::Text(text.clone()),
        Kind::List(items) => {
            ExprKind::List(items.iter().map(|item| expression(item, templates)).collect())
        }
        Kind::Map(map) => ExprKind::Object(
            map.entries()
                .map(|(key, entry)| {
                    let key = if templates {
                        template(key, entry.key_place)
                    } else {
                        ExprKind::Text(key.clone())
                    };
                    let key = Expr { place: entry.key_place, kind: key };
                    (key, expression(&entry.value, templates))
                })
                .collect(),
        ),
        Kind::Tagged(_, inner) => return expression(inner, templates),
    };
    Expr { place, kind }
}

fn template(text: &SmolStr, place: Place) -> ExprKind {
    if !text.contains("${") && !text.contains("%{") {
        return ExprKind::Text(text.clone());
    }
    match read_template(place.file, text, Some(place)) {
        None => ExprKind::Text(text.clone()),
        Some(mut parts) => match parts.as_slice() {
            [Part::Value(_)] => match parts.pop() {
                Some(Part::Value(value)) => value.kind,
                _ => ExprKind::Null,
            },
            _ => ExprKind::Template(parts),
        },
    }
}
