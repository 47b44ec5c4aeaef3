//! Files that expressions read: `loadJsonContent` and its kin.

use source_text::{Diagnostic, Kind, Limits, Map, Node, Place, parse_json, parse_yaml};
use tree_sitter::Node as Source;

use crate::{
    compiler::Unit,
    literal,
    tree::{children, field},
};

impl<'t> Unit<'_, 't> {
    /// What a call that stands as a value reads.
    pub(crate) fn loaded_by(&self, node: Source<'t>) -> Option<Node> {
        let name = self.source.of(field(node, "function")?);
        self.loaded(name, &children(field(node, "arguments")?))
    }

    /// What a function reads; every node gets the place of the call's file name.
    pub(crate) fn loaded(&self, name: &str, arguments: &[Source<'t>]) -> Option<Node> {
        let is_data = matches!(name, "loadJsonContent" | "loadYamlContent");
        if !is_data && name != "loadTextContent" {
            return None;
        }
        let path_node = arguments.first()?;
        let place = self.source.place(*path_node);
        let path = literal::plain(self.source, *path_node)?;
        let file = match self.shared.reader.read(self.source.file, &path) {
            Ok(file) => file,
            Err(error) => {
                self.report(Diagnostic::warning(place, error.to_string()));
                return None;
            }
        };
        let text = &self.shared.reader.sources().get(file).text;
        if !is_data {
            return Some(Node::text(place, text.as_str()));
        }
        let limits = Limits { nodes: 50_000, ..Limits::default() };
        let parsed = if name == "loadJsonContent" {
            parse_json(file, text, &limits)
        } else {
            parse_yaml(file, text, &limits)
        };
        let document = match parsed {
            Ok(parsed) => parsed.documents.into_iter().next()?,
            Err(remark) => {
                self.report(Diagnostic::warning(place, remark.to_string()));
                return None;
            }
        };
        let nodes = size(&document);
        if !self.charge(nodes) {
            return None;
        }
        Some(placed(document, place))
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::List(items) => items.iter().map(size).sum(),
        Kind::Map(map) => map.values().map(size).sum(),
        _ => 0,
    }
}

fn placed(node: Node, place: Place) -> Node {
    let kind = match node.kind {
        Kind::List(items) => Kind::List(items.into_iter().map(|it| placed(it, place)).collect()),
        Kind::Map(map) => {
            let mut made = Map::new();
            for (key, entry) in map.into_entries() {
                made.insert_at(key, place, placed(entry.value, place));
            }
            Kind::Map(made)
        }
        other => other,
    };
    Node::new(place, kind)
}
