//! Exports of live accounts as the carrier that templates become.
//!
//! - Azure Resource Graph, and `az resource list`: a list of `{id, type, name, location, properties, …}`,
//!   or `{"data": […]}`; [`read`] gives ARM types with whole bodies.
//! - Cloud Asset Inventory: JSON lines of `{name, asset_type, resource: {data}, iam_policy}`, or a list of
//!   such; [`read`] gives their types with the resources of Google's interfaces.
//!
//! A text that is the id of another resource of the export becomes a reference to it. What an export
//! leaves out although the resource has it (the configuration of an app) is unknown, never absent.

#![deny(clippy::disallowed_methods)]

mod azure;
mod google;
mod lines;
mod names;

pub use lines::{could_be_lines, parse_lines};

use source_text::{Diagnostic, FileId, Kind, Map, Node, Place};

/// Assets at most that one export may have.
const MAX_ASSETS: usize = 20_000;

/// An export as a template.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// `{Resources: {LOGICAL: {Type, Properties}}}`.
    pub template: Node,
    /// What was not looked at.
    pub diagnostics: Vec<Diagnostic>,
}

/// A cheap look at a text: whether it may be an export.
#[must_use]
pub fn could_be_export(text: &str) -> bool {
    let head = text.trim_start_matches('\u{feff}').trim_start();
    let is_json = head.starts_with('{') || head.starts_with('[');
    let is_azure = text.contains("\"/subscriptions/") && text.contains("\"type\"");
    let is_google = text.contains("\"asset_type\"") || text.contains("\"assetType\"");
    is_json && (is_azure || is_google && text.contains(".googleapis.com/"))
}

/// The documents of a file as a template, when they are an export; `None` for all others.
#[must_use]
pub fn read(file: FileId, documents: &[Node]) -> Option<Lowered> {
    let mut assets: Vec<&Node> = Vec::new();
    for document in documents {
        match listed(document) {
            Some(items) => assets.extend(items),
            None => assets.push(document),
        }
    }
    let first = *assets.first()?;
    let mut diagnostics = Vec::new();
    if assets.len() > MAX_ASSETS {
        let message =
            format!("only the first {MAX_ASSETS} of {} assets were looked at", assets.len());
        diagnostics.push(Diagnostic::error(first.place, message));
        assets.truncate(MAX_ASSETS);
    }
    let resources = if google::is_asset(first) {
        google::resources(&assets, &mut diagnostics)
    } else if azure::is_resource(first) {
        azure::resources(&assets, &mut diagnostics)
    } else {
        return None;
    };
    let place = Place::whole(file);
    let resources = Node::new(place, Kind::Map(resources));
    Some(Lowered { template: Node::map(place, [("Resources", resources)]), diagnostics })
}

/// The items of a list, or of an answer that holds one.
fn listed(document: &Node) -> Option<&[Node]> {
    let answer = ["data", "value", "assets"];
    document.as_list().or_else(|| answer.iter().find_map(|key| document.get(key)?.as_list()))
}

/// `{Type, Properties}`.
fn resource(place: Place, type_: &str, properties: Map) -> Node {
    let properties = Node::new(place, Kind::Map(properties));
    Node::map(place, [("Type", Node::text(place, type_)), ("Properties", properties)])
}

/// Tells of entries that have no shape of the export, once.
fn tell_odd(odd: &[Place], diagnostics: &mut Vec<Diagnostic>) {
    if let Some(first) = odd.first() {
        let message = format!(
            "{} entries of this export are of another shape and were not looked at",
            odd.len()
        );
        diagnostics.push(Diagnostic::error(*first, message));
    }
}
