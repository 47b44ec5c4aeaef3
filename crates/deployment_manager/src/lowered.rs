//! The template while it is put together.

use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

/// A file as a template.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// `Resources` with the types of Cloud Asset Inventory.
    pub template: Node,
    /// What was not looked at.
    pub diagnostics: Vec<Diagnostic>,
}

/// Resources at most that one file may have.
const MAX_RESOURCES: usize = 5_000;

/// The template while it is put together.
#[derive(Default)]
pub(crate) struct Writer {
    resources: Map,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Writer {
    /// Adds a resource; of a name that is taken the second gets a number.
    pub(crate) fn add(&mut self, name: &str, place: Place, type_: &str, properties: Node) {
        if self.resources.len() >= MAX_RESOURCES {
            if self.resources.len() == MAX_RESOURCES {
                let message = format!("only the first {MAX_RESOURCES} resources were looked at");
                self.diagnostics.push(Diagnostic::error(place, message));
                self.insert("and more", place, "Deployment::Rest", Node::null(place));
            }
            return;
        }
        self.insert(name, place, type_, properties);
    }

    fn insert(&mut self, name: &str, place: Place, type_: &str, properties: Node) {
        let mut own = SmolStr::new(name);
        let mut number = 2;
        while self.resources.contains(&own) {
            own = SmolStr::new(format!("{name} {number}"));
            number += 1;
        }
        let pairs = [("Type", Node::text(place, type_)), ("Properties", properties)];
        self.resources.insert_at(own, place, Node::map(place, pairs));
    }

    /// Whether nothing was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// Whether a name is taken.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.resources.contains(name)
    }

    /// The whole.
    pub(crate) fn finish(self, place: Place) -> Lowered {
        let resources = Node::new(place, Kind::Map(self.resources));
        let template = Node::map(place, [("Resources", resources)]);
        Lowered { template, diagnostics: self.diagnostics }
    }
}

/// A policy for one member of a role on a resource.
pub(crate) fn policy(place: Place, resource: &str, type_: &str, role: &str, member: &str) -> Node {
    let binding = Node::map(
        place,
        [
            ("role", Node::text(place, role)),
            ("members", Node::list(place, vec![Node::text(place, member)])),
        ],
    );
    Node::map(
        place,
        [
            ("resource", reference(place, resource, "name")),
            ("resourceType", Node::text(place, type_)),
            ("bindings", Node::list(place, vec![binding])),
        ],
    )
}

/// `{"Fn::GetAtt": [NAME, ATTRIBUTE]}`.
pub(crate) fn reference(place: Place, name: &str, attribute: &str) -> Node {
    let parts = vec![Node::text(place, name), Node::text(place, attribute)];
    Node::map(place, [("Fn::GetAtt", Node::list(place, parts))])
}
