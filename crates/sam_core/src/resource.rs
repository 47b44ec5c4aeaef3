//! A SAM resource as it is read, and a CloudFormation resource as it is made.

use source_text::{Diagnostic, Map, Node, Place, SmolStr};

use crate::intrinsic::{Here, is_falsy};
use crate::limit::is_inheritable;

/// Result of expanding one SAM resource or event: the resources it becomes, or what is wrong.
pub type Expansion = Result<Vec<Resource>, Diagnostic>;

/// Attributes that every resource generated from a SAM resource inherits.
const INHERITED: [&str; 3] = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/// Attributes that the main resource generated from a SAM resource keeps.
const KEPT: [&str; 5] =
    ["Condition", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "Metadata"];

/// One resource of the SAM template, Globals already merged: an own copy.
#[derive(Clone, Debug)]
pub struct Sam {
    /// Logical id.
    pub id: SmolStr,
    /// Where the logical id is written.
    pub place: Place,
    /// The whole resource.
    pub node: Node,
    /// Its `Properties`; empty when there are none.
    pub properties: Map,
}

impl Sam {
    /// Takes a resource apart.
    pub fn new(id: SmolStr, place: Place, node: Node) -> Self {
        let properties = node.get("Properties").and_then(Node::as_map).cloned().unwrap_or_default();
        Self { id, place, node, properties }
    }

    /// Builds nodes at the place of the resource.
    #[must_use]
    pub fn here(&self) -> Here {
        Here(self.place)
    }

    /// The property, unless it is absent or `null`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !node.is_null())
    }

    /// The property, unless it is absent, empty, `false` or 0.
    #[must_use]
    pub fn truthy(&self, name: &str) -> Option<&Node> {
        self.properties.get(name).filter(|node| !is_falsy(node))
    }

    /// Place of the property, or of the resource when it is absent.
    #[must_use]
    pub fn place_of(&self, name: &str) -> Place {
        self.properties.get(name).map_or(self.place, |node| node.place)
    }

    /// A resource attribute (`Condition`, `DependsOn`, …).
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Node> {
        self.node.get(name).filter(|node| !node.is_null())
    }

    /// The attributes that all generated resources inherit.
    #[must_use]
    pub fn inherited(&self) -> Map {
        let mut attributes = Map::new();
        for name in INHERITED {
            if let Some(node) = self.node.get(name).filter(|node| is_inheritable(node)) {
                attributes.insert(name, node.clone());
            }
        }
        attributes
    }

    /// An error about this resource.
    pub fn error(&self, place: Place, message: impl std::fmt::Display) -> Diagnostic {
        Diagnostic::error(place, format!("`{}`: {message}", self.id))
    }

    /// A generated resource that inherits `Condition` and the deletion policies.
    pub fn child(&self, id: impl Into<SmolStr>, type_: &str) -> Resource {
        Resource { attributes: self.inherited(), ..Resource::new(id, type_, self.place) }
    }

    /// The main generated resource: also keeps `DependsOn`, `Metadata` and `UpdatePolicy`.
    pub fn main(&self, id: impl Into<SmolStr>, type_: &str) -> Resource {
        let mut resource = Resource::new(id, type_, self.place);
        for name in ["DependsOn"].into_iter().chain(KEPT) {
            if let Some(entry) = self.node.as_map().and_then(|map| map.entry(name)) {
                resource.attributes.insert_at(name, entry.key_place, entry.value.clone());
            }
        }
        resource
    }
}

/// One generated CloudFormation resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Logical id.
    pub id: SmolStr,
    /// Type, such as `AWS::IAM::Role`.
    pub type_: SmolStr,
    /// Place of its cause.
    pub place: Place,
    /// `Properties`.
    pub properties: Map,
    /// Everything beside `Type` and `Properties`.
    pub attributes: Map,
}

impl Resource {
    /// A resource without properties.
    pub fn new(id: impl Into<SmolStr>, type_: &str, place: Place) -> Self {
        Self {
            id: id.into(),
            type_: SmolStr::new(type_),
            place,
            properties: Map::new(),
            attributes: Map::new(),
        }
    }

    /// Builds nodes at the place of the cause.
    #[must_use]
    pub fn here(&self) -> Here {
        Here(self.place)
    }

    /// Sets a property.
    pub fn set(&mut self, name: &str, value: Node) -> &mut Self {
        self.properties.insert(name, value);
        self
    }

    /// Sets a property when there is a value that is not `null`.
    pub fn set_some(&mut self, name: &str, value: Option<&Node>) -> &mut Self {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            self.properties.insert(name, value.clone());
        }
        self
    }

    /// Copies the named properties that `from` has and that are not `null`.
    pub fn copy(&mut self, from: &Map, names: &[&str]) -> &mut Self {
        for name in names {
            if let Some(entry) = from.entry(name).filter(|entry| !entry.value.is_null()) {
                self.properties.insert_at(*name, entry.key_place, entry.value.clone());
            }
        }
        self
    }

    /// Sets `DependsOn`, `Condition` or another attribute.
    pub fn attribute(&mut self, name: &str, value: Node) -> &mut Self {
        self.attributes.insert(name, value);
        self
    }

    /// `{"Ref": id}` of this resource.
    #[must_use]
    pub fn reference(&self) -> Node {
        self.here().reference(self.id.clone())
    }

    /// `{"Fn::GetAtt": [id, attribute]}` of this resource.
    #[must_use]
    pub fn get_att(&self, attribute: &str) -> Node {
        self.here().get_att(self.id.clone(), attribute)
    }

    /// The entry of the `Resources` section.
    #[must_use]
    pub fn into_node(self) -> Node {
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
