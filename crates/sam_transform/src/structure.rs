//! What holds for a template as a whole, before any resource is looked at.

use std::collections::HashSet;

use sam_core::intrinsic::{argument, is_falsy};
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

/// Checks the sections that the expansion reads.
pub(crate) fn check(sections: &Map, resources: &Map, diagnostics: &mut Vec<Diagnostic>) {
    for name in ["Mappings", "Parameters"] {
        let Some(entry) = sections.entry(name) else { continue };
        // An empty `Parameters:` harms nothing, an empty `Mappings:` is refused.
        let is_harmless = name == "Parameters" && entry.value.is_null();
        if entry.value.as_map().is_none() && !is_harmless {
            let message = format!(
                "the section `{name}` is {} and not a mapping; fill it or remove it",
                entry.value.kind_name()
            );
            diagnostics.push(Diagnostic::error(entry.key_place, message));
        }
    }
    check_defaults(sections, diagnostics);
    check_mappings(sections, resources, diagnostics);
    for (id, resource) in resources.iter() {
        if let Some(condition) = resource.get("Condition").filter(|node| !is_falsy(node))
            && condition.as_str().is_none()
        {
            let message = format!("`{id}`: `Condition` is not the name of a condition; write text");
            diagnostics.push(Diagnostic::error(condition.place, message));
        }
    }
}

/// The default of a parameter is one value: lists are written as text with commas.
fn check_defaults(sections: &Map, diagnostics: &mut Vec<Diagnostic>) {
    let parameters = sections.get("Parameters").and_then(Node::as_map);
    for (name, parameter) in parameters.into_iter().flat_map(Map::iter) {
        let Some(default) = parameter.get("Default") else { continue };
        if matches!(default.kind, Kind::List(_) | Kind::Map(_)) {
            let message = format!(
                "the default of the parameter `{name}` is {}; write text, a list with commas",
                default.kind_name()
            );
            diagnostics.push(Diagnostic::error(default.place, message));
        }
    }
}

/// `Fn::FindInMap` finds nothing in a mapping that has not two levels.
fn check_mappings(sections: &Map, resources: &Map, diagnostics: &mut Vec<Diagnostic>) {
    let Some(mappings) = sections.get("Mappings").and_then(Node::as_map) else { return };
    let flat: HashSet<&str> = mappings
        .iter()
        .filter(|(_, mapping)| {
            let two_levels = |map: &Map| map.values().all(|value| value.as_map().is_some());
            !mapping.as_map().is_some_and(two_levels)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    if flat.is_empty() {
        return;
    }
    let mut uses: Vec<(Place, SmolStr)> = Vec::new();
    resources.values().for_each(|node| find_uses(node, &flat, &mut uses));
    for (place, name) in uses {
        let message = format!("the mapping `{name}` has not two levels, so nothing is found in it");
        diagnostics.push(Diagnostic::error(place, message));
    }
}

fn find_uses(node: &Node, flat: &HashSet<&str>, uses: &mut Vec<(Place, SmolStr)>) {
    let name = argument(node, "Fn::FindInMap").and_then(Node::as_list).and_then(<[Node]>::first);
    if let Some(name) = name.and_then(Node::as_str)
        && flat.contains(name)
    {
        uses.push((node.place, SmolStr::new(name)));
    }
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| find_uses(item, flat, uses)),
        Kind::Map(map) => map.values().for_each(|value| find_uses(value, flat, uses)),
        _ => {}
    }
}
