//! A SAM resource as it is read, and a CloudFormation resource as it is made.

use source_text::{Diagnostic, Map, Node, Place, SmolStr};

use crate::intrinsic::{Here, is_falsy};
use crate::limit::is_inheritable;

/// Result of expanding one SAM resource or event: the resources it becomes, or what is wrong.
pub(crate) type Expansion = Result<Vec<Resource>, Diagnostic>;

/// Attributes that every resource generated from a SAM resource inherits.
pub(crate) const INHERITED: [&str; 3] = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/// Attributes that the main resource generated from a SAM resource keeps.
const KEPT: [&str; 5] =
    ["Condition", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "Metadata"];

/// One resource of the SAM template, Globals already merged: an own copy.
#[derive(Clone, Debug)]
pub(crate) struct Sam {
    /// Logical id.
    pub(crate) id: SmolStr,
    /// Where the logical id is written.
    pub(crate) place: Place,
    /// The whole resource.
    pub(crate) node: Node,
    /// Its `Properties`; empty when there are none.
    pub(crate) properties: Map,
}

impl Sam {
    /// Takes a resource apart.
    pub(crate) fn new(id: SmolStr, place: Place, node: Node) -> Self {
        let properties = node.get("Properties").and_then(Node::as_map).cloned().unwrap_or_default();
        Self { id, place, node, properties }
    }

    /// Builds nodes at the place of the resource.
    pub(crate) fn here(&self) -> Here {
        Here(self.place)
    }

    /// The property, unless it is absent or `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !node.is_null())
    }

    /// The property, unless it is absent, empty, `false` or 0.
    pub(crate) fn truthy(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !is_falsy(node))
    }

    /// Place of the property, or of the resource when it is absent.
    pub(crate) fn place_of(&self, name: &str) -> Place {
        self.properties.get(name).map_or(self.place, |node| node.place)
    }

    /// A resource attribute (`Condition`, `DependsOn`, …).
    pub(crate) fn attribute(&self, name: &str) -> Option<&Node> {
        self.node.get(name).filter(|node| !node.is_null())
    }

    /// The attributes that all generated resources inherit.
    pub(crate) fn inherited(&self) -> Map {
        inherited(&self.node)
    }

    /// An error about this resource.
    pub(crate) fn error(&self, place: Place, message: impl std::fmt::Display) -> Diagnostic {
        Diagnostic::error(place, format!("`{}`: {message}", self.id))
    }

    /// A generated resource that inherits `Condition` and the deletion policies.
    pub(crate) fn child(&self, id: impl Into<SmolStr>, type_: &str) -> Resource {
        Resource { attributes: self.inherited(), ..Resource::new(id, type_, self.place) }
    }

    /// The main generated resource: also keeps `DependsOn`, `Metadata` and `UpdatePolicy`.
    pub(crate) fn main(&self, id: impl Into<SmolStr>, type_: &str) -> Resource {
        let mut resource = Resource::new(id, type_, self.place);
        for name in ["DependsOn"].into_iter().chain(KEPT) {
            if let Some(entry) = self.node.as_map().and_then(|map| map.entry(name)) {
                resource.attributes.insert_at(name, entry.key_place, entry.value.clone());
            }
        }
        resource
    }
}

/// The attributes of a resource that resources generated beside it inherit.
pub(crate) fn inherited(resource: &Node) -> Map {
    let mut attributes = Map::new();
    for name in INHERITED {
        if let Some(node) = resource.get(name).filter(|node| is_inheritable(node)) {
            attributes.insert(name, node.clone());
        }
    }
    attributes
}

/// One generated CloudFormation resource.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// Logical id.
    pub(crate) id: SmolStr,
    /// Type, such as `AWS::IAM::Role`.
    pub(crate) type_: SmolStr,
    /// Place of its cause.
    pub(crate) place: Place,
    /// `Properties`.
    pub(crate) properties: Map,
    /// Everything beside `Type` and `Properties`.
    pub(crate) attributes: Map,
}

impl Resource {
    /// A resource without properties.
    pub(crate) fn new(id: impl Into<SmolStr>, type_: &str, place: Place) -> Self {
        Self {
            id: id.into(),
            type_: SmolStr::new(type_),
            place,
            properties: Map::new(),
            attributes: Map::new(),
        }
    }

    /// Builds nodes at the place of the cause.
    pub(crate) fn here(&self) -> Here {
        Here(self.place)
    }

    /// Sets a property.
    pub(crate) fn set(&mut self, name: &str, value: Node) -> &mut Self {
        self.properties.insert(name, value);
        self
    }

    /// Sets a property when there is a value that is not `null`.
    pub(crate) fn set_some(&mut self, name: &str, value: Option<&Node>) -> &mut Self {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            self.properties.insert(name, value.clone());
        }
        self
    }

    /// Copies the named properties that `from` has and that are not `null`.
    pub(crate) fn copy(&mut self, from: &Map, names: &[&str]) -> &mut Self {
        for name in names {
            if let Some(entry) = from.entry(name).filter(|entry| !entry.value.is_null()) {
                self.properties.insert_at(*name, entry.key_place, entry.value.clone());
            }
        }
        self
    }

    /// Sets `DependsOn`, `Condition` or another attribute.
    pub(crate) fn attribute(&mut self, name: &str, value: Node) -> &mut Self {
        self.attributes.insert(name, value);
        self
    }

    /// `{"Ref": id}` of this resource.
    pub(crate) fn reference(&self) -> Node {
        self.here().reference(self.id.clone())
    }

    /// `{"Fn::GetAtt": [id, attribute]}` of this resource.
    pub(crate) fn get_att(&self, attribute: &str) -> Node {
        self.here().get_att(self.id.clone(), attribute)
    }

    /// The entry of the `Resources` section.
    pub(crate) fn into_node(self) -> Node {
        let here = self.here();
        let mut map = Map::new();
        map.insert("Type", here.text(self.type_));
        for (name, entry) in self.attributes.into_entries() {
            map.insert_at(name, entry.key_place, entry.value);
        }
        map.insert("Properties", Node::new(here.0, source_text::Kind::Map(self.properties)));
        Node::new(here.0, source_text::Kind::Map(map))
    }
}
