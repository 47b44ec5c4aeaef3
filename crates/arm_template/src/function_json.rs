//! `function.json`: the bindings of one function of a project, as the carrier.

use source_text::{Node, Place, SmolStr};

/// The function that a `function.json` describes, as the carrier with one resource of type
/// `Microsoft.Web/sites/functions` whose logical id is `name`, the folder that it stands in. Nothing
/// when no binding of it starts a function, so that it is another file of that name.
#[must_use]
pub fn of_function(document: &Node, name: &str) -> Option<Node> {
    let bindings = document.get("bindings")?.as_list()?;
    let starts = |binding: &Node| {
        let kind = binding.get("type").and_then(Node::as_str).unwrap_or_default();
        kind.to_ascii_lowercase().ends_with("trigger")
    };
    let first = bindings.iter().find(|binding| starts(binding))?;
    let place = document.place;
    let config = Node::map(place, [("config", document.clone())]);
    let body = Node::map(place, [("name", Node::text(first.place, name)), ("properties", config)]);
    let kind = Node::text(place, "Microsoft.Web/sites/functions");
    let mut resources = source_text::Map::new();
    let resource = Node::map(place, [("Type", kind), ("Properties", body)]);
    resources.insert_at(SmolStr::new(name), start(first.place), resource);
    let resources = Node::new(place, source_text::Kind::Map(resources));
    Some(Node::map(place, [("Resources", resources)]))
}

/// Where a place begins.
fn start(place: Place) -> Place {
    Place { end_line: place.line, end_column: place.column.saturating_add(1), ..place }
}
