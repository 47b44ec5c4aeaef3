//! `resources:` of the author put over what the framework makes.

use source_text::{Diagnostic, Entry, Kind, Map, Node, SmolStr};

use crate::{
    place_text::{Here, items},
    service::Service,
    template::Template,
};

/// Trees nested deeper than this are replaced whole.
const DEPTH: usize = 64;
/// Sections of a template.
const SECTIONS: [&str; 7] =
    ["Parameters", "Mappings", "Conditions", "Outputs", "Metadata", "Rules", "Transform"];

/// The whole template.
pub(crate) fn merge(service: &Service, template: Template) -> (Node, Vec<Diagnostic>) {
    let here = Here(service.document.place);
    let mut diagnostics = Vec::new();
    let mut document = Map::new();
    document.insert("AWSTemplateFormatVersion", here.text("2010-09-09"));
    document.insert("Resources", Node::new(here.0, Kind::Map(template.resources)));
    for part in items(service.top(&["resources"])) {
        let Kind::Map(map) = &part.kind else {
            let message = format!(
                "`resources` are a template, but this is {}; it is not looked at",
                part.kind_name()
            );
            diagnostics.push(Diagnostic::error(part.place, message));
            continue;
        };
        if map.contains("Fn::Unresolved") {
            let message = "these resources are computed when the service is deployed; they are not \
                           looked at";
            diagnostics.push(Diagnostic::error(part.place, message));
            continue;
        }
        for (section, entry) in map.entries() {
            match section.as_str() {
                "extensions" => extend(&mut document, entry, &mut diagnostics),
                "Resources" => put(&mut document, section, without_null(entry)),
                known if SECTIONS.contains(&known) => put(&mut document, section, entry.clone()),
                "AWSTemplateFormatVersion" | "Description" => {}
                other => {
                    let message =
                        format!("`{other}` is no section of a template; it is not looked at");
                    diagnostics.push(Diagnostic::warning(entry.key_place, message));
                }
            }
        }
    }
    (Node::new(service.document.place, Kind::Map(document)), diagnostics)
}

/// Entries without a value stand for nothing.
fn without_null(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    // `Resources: [${file()}, …]` are several mappings.
    if let Kind::List(list) = &entry.value.kind {
        let mut all = Map::new();
        for part in list {
            for (name, entry) in part.as_map().into_iter().flat_map(Map::entries) {
                all.insert_at(name.clone(), entry.key_place, entry.value.clone());
            }
        }
        entry.value.kind = Kind::Map(all);
    }
    entry
}

fn put(document: &mut Map, section: &SmolStr, entry: Entry) {
    match document.get_mut(section) {
        Some(known) => overlay(known, entry.value, DEPTH),
        None => {
            document.insert_at(section.clone(), entry.key_place, entry.value);
        }
    }
}

/// Puts `over` on `under`: mappings are merged, lists joined, everything else replaced.
fn overlay(under: &mut Node, over: Node, depth: usize) {
    match (&mut under.kind, over.kind) {
        (Kind::Map(known), Kind::Map(map))
            if depth > 0 && !is_function(known) && !is_function(&map) =>
        {
            for (key, entry) in map.into_entries() {
                match known.get_mut(&key) {
                    Some(value) => overlay(value, entry.value, depth - 1),
                    None => {
                        known.insert_at(key, entry.key_place, entry.value);
                    }
                }
            }
        }
        (Kind::List(known), Kind::List(items)) if depth > 0 => known.extend(items),
        (_, kind) => *under = Node::new(over.place, kind),
    }
}

fn is_function(map: &Map) -> bool {
    map.len() == 1 && map.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// `extensions:` change generated resources: properties are replaced, other attributes merged.
fn extend(document: &mut Map, entry: &Entry, diagnostics: &mut Vec<Diagnostic>) {
    let Some(resources) = document.get_mut("Resources").and_then(Node::as_map_mut) else { return };
    for (name, entry) in entry.value.as_map().into_iter().flat_map(Map::entries) {
        if let Some(resource) = resources.get_mut(name) {
            overlay(resource, entry.value.clone(), DEPTH);
        } else {
            let message = format!("there is no resource `{name}` to extend");
            diagnostics.push(Diagnostic::warning(entry.key_place, message));
        }
    }
}
