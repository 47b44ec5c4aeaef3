//! Reading the sections of a template, whatever shape they have.

use indexmap::IndexMap;
use source_text::{Diagnostic, Entry, Kind, Map, Node, Place, SmolStr};

use crate::template::{Parameter, Resource, Template};

/// Whether a document is a CloudFormation or SAM template rather than any other YAML or JSON.
///
/// It is one when it says so (`AWSTemplateFormatVersion`, or a `Transform` of AWS) or when its
/// `Resources` hold at least one resource whose `Type` contains `::`.
#[must_use]
pub fn looks_like_template(node: &Node) -> bool {
    let Some(map) = node.as_map() else { return false };
    if map.contains("AWSTemplateFormatVersion") {
        return true;
    }
    if map.get("Transform").is_some_and(names_aws_transform) {
        return true;
    }
    let Some(resources) = map.get("Resources").and_then(Node::as_map) else { return false };
    resources.values().any(|resource| {
        resource.get("Type").and_then(Node::as_str).is_some_and(|type_| type_.contains("::"))
    })
}

fn names_aws_transform(node: &Node) -> bool {
    match &node.kind {
        Kind::Text(name) => name.starts_with("AWS::"),
        Kind::List(items) => items.iter().any(names_aws_transform),
        Kind::Map(_) => node.get("Name").is_some_and(names_aws_transform),
        _ => false,
    }
}

impl Template {
    /// Reads a document whose tags are lowered ([`crate::lower`]).
    ///
    /// Tolerant of every shape: what has the wrong one is left out, with a diagnostic at its place,
    /// and the rest is read. A section that is empty is read as a section without entries.
    #[must_use]
    pub fn read(node: &Node) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader { diagnostics: Vec::new() };
        let template = reader.template(node);
        (template, reader.diagnostics)
    }
}

struct Reader {
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn error(&mut self, place: Place, message: String) {
        self.diagnostics.push(Diagnostic::error(place, message));
    }

    fn warning(&mut self, place: Place, message: String) {
        self.diagnostics.push(Diagnostic::warning(place, message));
    }

    fn template(&mut self, node: &Node) -> Template {
        let mut template = Template { place: node.place, ..Template::default() };
        let Some(root) = node.as_map() else {
            self.error(
                node.place,
                format!(
                    "a template is a mapping with `Resources`, but this is {}",
                    node.kind_name()
                ),
            );
            return template;
        };
        template.description = self.text(root, "Description", "the template");
        template.transforms =
            root.get("Transform").map(|it| self.transforms(it)).unwrap_or_default();
        for (name, entry) in self.section(root, "Parameters") {
            if let Some(parameter) = self.parameter(name, entry) {
                template.parameters.insert(name.clone(), parameter);
            }
        }
        template.mappings =
            root.get("Mappings").and_then(Node::as_map).cloned().unwrap_or_default();
        self.section(root, "Mappings");
        template.conditions = self.conditions(root);
        template.resources = self.resources(node.place, root);
        template.outputs = root.get("Outputs").and_then(Node::as_map).cloned().unwrap_or_default();
        self.section(root, "Outputs");
        template.globals = self.mapping(root, "Globals");
        template.metadata = root.get("Metadata").filter(|it| !it.is_null()).cloned();
        template
    }

    /// The entries of a section; none, with a diagnostic, when it is not a mapping.
    fn section<'n>(&mut self, root: &'n Map, name: &str) -> Vec<(&'n SmolStr, &'n Entry)> {
        match root.get(name) {
            None | Some(Node { kind: Kind::Null, .. }) => Vec::new(),
            Some(Node { kind: Kind::Map(map), .. }) => map.entries().collect(),
            Some(other) => {
                let found = other.kind_name();
                self.error(other.place, format!("`{name}` must be a mapping, but is {found}"));
                Vec::new()
            }
        }
    }

    fn mapping(&mut self, map: &Map, name: &str) -> Option<Node> {
        let node = map.get(name).filter(|node| !node.is_null())?;
        if node.as_map().is_none() {
            let found = node.kind_name();
            self.error(node.place, format!("`{name}` must be a mapping, but is {found}"));
            return None;
        }
        Some(node.clone())
    }

    /// A text attribute; a number or truth value counts, `null` is absent, else a diagnostic.
    fn text(&mut self, map: &Map, key: &str, owner: &str) -> Option<SmolStr> {
        let node = map.get(key).filter(|node| !node.is_null())?;
        let text = node.scalar_text();
        if text.is_none() {
            let found = node.kind_name();
            self.warning(node.place, format!("`{key}` of {owner} must be text, but is {found}"));
        }
        text
    }

    fn transforms(&mut self, node: &Node) -> Vec<SmolStr> {
        match &node.kind {
            Kind::Null => Vec::new(),
            Kind::Text(name) => vec![name.clone()],
            Kind::List(items) => items.iter().flat_map(|item| self.transforms(item)).collect(),
            Kind::Map(map) => self.text(map, "Name", "a transform").into_iter().collect(),
            _ => {
                let found = node.kind_name();
                self.warning(
                    node.place,
                    format!("`Transform` must be the name of a macro, but is {found}"),
                );
                Vec::new()
            }
        }
    }

    fn parameter(&mut self, name: &SmolStr, entry: &Entry) -> Option<Parameter> {
        let node = &entry.value;
        let Some(map) = node.as_map() else {
            let found = node.kind_name();
            self.error(
                entry.key_place,
                format!("parameter `{name}` must be a mapping with `Type`, but is {found}"),
            );
            return None;
        };
        let owner = format!("parameter `{name}`");
        let allowed_values = match map.get("AllowedValues").map(|it| (it.place, &it.kind)) {
            None | Some((_, Kind::Null)) => Vec::new(),
            Some((_, Kind::List(items))) => items.clone(),
            Some((place, _)) => {
                self.warning(place, format!("`AllowedValues` of {owner} must be a list"));
                Vec::new()
            }
        };
        Some(Parameter {
            name: name.clone(),
            key_place: entry.key_place,
            place: node.place,
            type_: self.text(map, "Type", &owner).unwrap_or_else(|| SmolStr::new_static("String")),
            default: map.get("Default").filter(|it| !it.is_null()).cloned(),
            allowed_values,
            allowed_pattern: self.text(map, "AllowedPattern", &owner),
            no_echo: map.get("NoEcho").and_then(Node::as_bool).unwrap_or(false),
            description: self.text(map, "Description", &owner),
            min_length: map.get("MinLength").and_then(Node::as_i64),
            max_length: map.get("MaxLength").and_then(Node::as_i64),
        })
    }

    fn conditions(&mut self, root: &Map) -> IndexMap<SmolStr, Node> {
        let mut conditions = IndexMap::new();
        for (name, entry) in self.section(root, "Conditions") {
            if matches!(entry.value.kind, Kind::Map(_) | Kind::Bool(_)) {
                conditions.insert(name.clone(), entry.value.clone());
            } else if !name.starts_with("Fn::") {
                let found = entry.value.kind_name();
                self.error(
                    entry.key_place,
                    format!("condition `{name}` must be a condition function, but is {found}"),
                );
            }
        }
        conditions
    }

    fn resources(&mut self, whole: Place, root: &Map) -> IndexMap<SmolStr, Resource> {
        match root.entry("Resources") {
            None => {
                self.warning(whole, "the template has no `Resources`; nothing is deployed".into());
            }
            Some(entry) if entry.value.is_null() => self
                .warning(entry.key_place, "`Resources` is empty; nothing is deployed".to_owned()),
            Some(_) => {}
        }
        let mut resources = IndexMap::new();
        for (id, entry) in self.section(root, "Resources") {
            // `Fn::Transform` and loops that could not be put in were reported where they failed.
            if id.starts_with("Fn::") {
                continue;
            }
            if let Some(resource) = self.resource(id, entry) {
                resources.insert(id.clone(), resource);
            }
        }
        resources
    }

    fn resource(&mut self, id: &SmolStr, entry: &Entry) -> Option<Resource> {
        let node = &entry.value;
        let Some(map) = node.as_map() else {
            let found = node.kind_name();
            self.error(
                entry.key_place,
                format!("resource `{id}` must be a mapping with `Type`, but is {found}"),
            );
            return None;
        };
        let Some(type_) = map.get("Type").filter(|it| !it.is_null()) else {
            self.error(entry.key_place, format!("resource `{id}` has no `Type`; add one"));
            return None;
        };
        let Some(type_text) = type_.as_str() else {
            let found = type_.kind_name();
            self.error(
                type_.place,
                format!("`Type` of resource `{id}` must be text, but is {found}"),
            );
            return None;
        };
        let owner = format!("resource `{id}`");
        Some(Resource {
            logical_id: id.clone(),
            key_place: entry.key_place,
            place: node.place,
            type_: SmolStr::new(type_text),
            type_place: type_.place,
            properties: self.properties(map, entry.key_place, &owner),
            condition: self.text(map, "Condition", &owner),
            depends_on: self.depends_on(map, &owner),
            metadata: map.get("Metadata").filter(|it| !it.is_null()).cloned(),
            deletion_policy: policy(map, "DeletionPolicy"),
            update_replace_policy: policy(map, "UpdateReplacePolicy"),
            attributes: other_attributes(map),
        })
    }

    fn properties(&mut self, map: &Map, key_place: Place, owner: &str) -> Node {
        match map.get("Properties") {
            None => Node::new(key_place, Kind::Map(Map::new())),
            Some(node) if node.as_map().is_some() => node.clone(),
            Some(node) => {
                if !node.is_null() {
                    let found = node.kind_name();
                    self.error(
                        node.place,
                        format!("`Properties` of {owner} must be a mapping, but is {found}"),
                    );
                }
                Node::new(node.place, Kind::Map(Map::new()))
            }
        }
    }

    fn depends_on(&mut self, map: &Map, owner: &str) -> Vec<SmolStr> {
        match map.get("DependsOn") {
            None | Some(Node { kind: Kind::Null, .. }) => Vec::new(),
            Some(Node { kind: Kind::Text(id), .. }) => vec![id.clone()],
            Some(Node { kind: Kind::List(items), .. }) => {
                let mut ids = Vec::with_capacity(items.len());
                for item in items {
                    match &item.kind {
                        Kind::Text(id) => ids.push(id.clone()),
                        _ => self.depends_on_warning(item, owner),
                    }
                }
                ids
            }
            Some(other) => {
                self.depends_on_warning(other, owner);
                Vec::new()
            }
        }
    }

    fn depends_on_warning(&mut self, node: &Node, owner: &str) {
        let found = node.kind_name();
        self.warning(
            node.place,
            format!("`DependsOn` of {owner} must name resources, but holds {found}"),
        );
    }
}

/// Keys of a resource that have a field of their own.
const KNOWN_ATTRIBUTES: &[&str] = &[
    "Type",
    "Properties",
    "Condition",
    "DependsOn",
    "Metadata",
    "DeletionPolicy",
    "UpdateReplacePolicy",
];

fn other_attributes(map: &Map) -> Map {
    let mut attributes = Map::new();
    for (key, entry) in map.entries() {
        if !KNOWN_ATTRIBUTES.contains(&key.as_str()) {
            attributes.insert_at(key.clone(), entry.key_place, entry.value.clone());
        }
    }
    attributes
}

/// A policy that is written out; a function (a language extension) is legal but has no name.
fn policy(map: &Map, key: &str) -> Option<SmolStr> {
    map.get(key).and_then(Node::as_str).map(SmolStr::new)
}
