//! From evaluated resources to the template.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use source_text::{Diagnostic, FileId, Kind, Map, Node, Place, SmolStr};
use terraform_language::{Block, Evaluated, Variable};

use crate::{
    provider::{self, Elsewhere, Provider},
    reference::referent,
    row::{At, Owner, Shape, Type},
    scope::{Index, Scope},
    turn, unjudged,
};

/// Types of other providers that only help to write a configuration down.
const HELPERS: [&str; 8] =
    ["random_", "null_", "archive_", "time_", "terraform_data", "local_", "tls_", "external_"];

/// A configuration as a template.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// `Parameters`, `Conditions`, `Resources` and `Outputs`; the logical ids are Terraform addresses.
    pub template: Node,
    /// Resources of types that no table tells of, by type: secrets in those of the providers are
    /// looked for, and nothing else.
    pub not_looked_at: BTreeMap<SmolStr, usize>,
    /// What was not judged.
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes the resources of a configuration as a template whose place is `file`, a file of the root
/// module's folder: paths in it are named from there.
#[must_use]
pub fn lower(evaluated: &Evaluated, file: FileId, providers: &[&dyn Provider]) -> Lowered {
    let index = Index::new(evaluated, providers);
    let mut writer = Writer::default();
    let mut parts = Vec::new();
    for block in &evaluated.resources {
        let Some(provider) = provider::of(providers, &block.kind) else {
            writer.not_looked_at(block);
            continue;
        };
        let scope = Scope::new(&index, provider);
        match provider.table(&block.kind) {
            Some(one) => {
                writer.add(&scope, block, one);
                if matches!(one.shape, Shape::Part(..)) {
                    parts.push((scope, block, one));
                }
            }
            None => writer.add_unknown(&scope, block),
        }
    }
    for (scope, block, one) in parts {
        writer.add_part(&scope, block, one);
    }
    for provider in providers {
        let scope = Scope::new(&index, *provider);
        for (block, extra) in provider.unused(&scope, evaluated) {
            writer.resources.insert(extra.id, Draft::new(extra.type_, block, extra.properties));
        }
    }
    for block in &evaluated.providers {
        let mut known = providers.iter().copied();
        let known = known.find(|it| it.names().contains(&block.kind.as_str()));
        if let Some(provider) = known {
            writer.add_provider(&Scope::new(&index, provider), block);
        }
    }
    let place = Place::whole(file);
    let template = match providers.first() {
        Some(first) => writer.template(&Scope::new(&index, *first), place),
        None => Node::null(place),
    };
    let diagnostics = unjudged::remarks(&writer.not_looked_at, place, providers);
    Lowered { template, not_looked_at: writer.not_looked_at, diagnostics }
}

struct Draft {
    type_: SmolStr,
    place: Place,
    properties: Node,
    condition: Option<(SmolStr, bool)>,
}

impl Draft {
    fn new(type_: impl Into<SmolStr>, block: &Block, properties: Node) -> Self {
        Self {
            type_: type_.into(),
            place: block.place,
            properties,
            condition: block.condition.clone(),
        }
    }
}

#[derive(Default)]
struct Writer {
    resources: IndexMap<SmolStr, Draft>,
    not_looked_at: BTreeMap<SmolStr, usize>,
}

impl Writer {
    fn add(&mut self, scope: &Scope<'_>, block: &Block, one: &Type) {
        if let Shape::Resource(type_, below) = one.shape {
            let mut properties = turn::block(scope, &block.body, one.rows);
            if !below.is_empty() {
                let mut outer = Node::new(properties.place, Kind::Map(Map::new()));
                turn::put(&mut outer, below, properties);
                properties = outer;
            }
            scope.provider.complete(scope, block, &mut properties);
            let type_ = scope.provider.type_of(block).unwrap_or(SmolStr::new_static(type_));
            self.resources.insert(block.address.clone(), Draft::new(type_, block, properties));
        }
        for extra in scope.provider.extras(scope, block) {
            let draft = Draft::new(extra.type_, block, extra.properties);
            self.resources.insert(extra.id, draft);
        }
    }

    fn not_looked_at(&mut self, block: &Block) {
        if !HELPERS.iter().any(|helper| block.kind.starts_with(helper)) {
            *self.not_looked_at.entry(block.kind.clone()).or_default() += 1;
        }
    }

    /// A type without a table: its values are looked through for secrets, no more.
    fn add_unknown(&mut self, scope: &Scope<'_>, block: &Block) {
        self.not_looked_at(block);
        let properties = turn::block(scope, &block.body, &[]);
        let type_ = format!("Terraform::{}", block.kind);
        self.resources.insert(block.address.clone(), Draft::new(type_, block, properties));
    }

    /// The settings of a provider, which may hold secrets.
    fn add_provider(&mut self, scope: &Scope<'_>, block: &Block) {
        let properties = turn::block(scope, &block.body, &[]);
        let id = SmolStr::new(format!("provider.{}.{}", block.kind, block.name));
        self.resources.insert(
            SmolStr::new(id.trim_end_matches('.')),
            Draft::new("Terraform::Provider", block, properties),
        );
    }

    fn add_part(&mut self, scope: &Scope<'_>, block: &Block, one: &Type) {
        let Shape::Part(owner, at) = one.shape else { return };
        let mut owners = owners(scope, block, owner);
        for (argument, kind) in scope.provider.more_owners(&block.kind) {
            owners.extend(named(scope, block, argument, kind));
        }
        // A data source tells of a thing that is not made here.
        owners.retain(|address| self.resources.contains_key(address));
        for address in &owners {
            let Some(draft) = self.resources.get_mut(address) else { continue };
            put_part(scope, block, one, at, &mut draft.properties);
        }
        self.add_elsewhere(scope, block, one, at, owners.is_empty());
    }

    /// What a part tells of something that another configuration makes.
    fn add_elsewhere(
        &mut self,
        scope: &Scope<'_>,
        block: &Block,
        one: &Type,
        at: At,
        is_alone: bool,
    ) {
        let is_here = |node: &Node, kind: &str| {
            owner(scope, node, kind).is_some_and(|address| self.resources.contains_key(&address))
        };
        let (type_, properties) = match scope.provider.elsewhere(scope, block, is_alone, &is_here) {
            Some(Elsewhere::Own(type_, properties)) => (type_, properties),
            Some(Elsewhere::Part(type_)) => {
                let mut properties = Node::new(block.body.place, Kind::Map(Map::new()));
                put_part(scope, block, one, at, &mut properties);
                (type_, properties)
            }
            None => return,
        };
        self.resources.insert(block.address.clone(), Draft::new(type_, block, properties));
    }

    fn template(&mut self, scope: &Scope<'_>, place: Place) -> Node {
        let evaluated = scope.evaluated;
        let mut conditions = Map::new();
        for (name, node) in &evaluated.conditions {
            conditions.insert(name.clone(), scope.value(node));
        }
        let mut resources = Map::new();
        for (address, draft) in std::mem::take(&mut self.resources) {
            let mut map = Map::new();
            map.insert("Type", Node::text(draft.place, draft.type_));
            if let Some((name, holds)) = draft.condition {
                let condition = if holds { name } else { negated(&mut conditions, &name, place) };
                map.insert("Condition", Node::text(draft.place, condition));
            }
            map.insert("Properties", draft.properties);
            resources.insert_at(address, draft.place, Node::new(draft.place, Kind::Map(map)));
        }
        let mut root = Map::new();
        let parameters = evaluated.variables.iter().map(parameter).collect::<Map>();
        for (key, map) in [
            ("Parameters", parameters),
            ("Conditions", conditions),
            ("Resources", resources),
            ("Outputs", outputs(scope)),
        ] {
            root.insert(key, Node::new(place, Kind::Map(map)));
        }
        Node::new(place, Kind::Map(root))
    }
}

/// Writes a part into the properties of what it belongs to.
fn put_part(scope: &Scope<'_>, block: &Block, one: &Type, at: At, properties: &mut Node) {
    match at {
        At::Value(argument, list) => {
            let Some(node) = block.body.get(argument) else { return };
            let value = scope.value(node);
            match value.kind {
                Kind::List(items) => {
                    for item in items {
                        turn::push(properties, list, item);
                    }
                }
                _ => turn::push(properties, list, value),
            }
        }
        At::Item(list) => {
            let mut item = turn::block(scope, &block.body, one.rows);
            item.place = block.place;
            turn::push(properties, list, item);
        }
        At::Below("") => {
            turn::merge(properties, turn::block(scope, &block.body, one.rows));
        }
        At::Below(path) => {
            let mut value = turn::block(scope, &block.body, one.rows);
            value.place = block.place;
            turn::put(properties, path, value);
        }
    }
}

/// The condition that holds when another does not.
fn negated(conditions: &mut Map, name: &SmolStr, place: Place) -> SmolStr {
    let own = SmolStr::new(format!("!({name})"));
    if !conditions.contains(&own) {
        let inner = Node::map(place, [("Condition", Node::text(place, name.clone()))]);
        let not = Node::map(place, [("Fn::Not", Node::list(place, vec![inner]))]);
        conditions.insert(own.clone(), not);
    }
    own
}

fn parameter(variable: &Variable) -> (SmolStr, Node) {
    let place = variable.place;
    let mut map = Map::new();
    map.insert("Type", Node::text(place, "String"));
    map.insert("NoEcho", Node::bool(place, variable.sensitive));
    let default = variable.value.as_ref().filter(|node| node.scalar_text().is_some());
    if let Some(value) = default.filter(|_| variable.is_default) {
        map.insert("Default", value.clone());
    }
    (SmolStr::new(format!("var.{}", variable.name)), Node::new(place, Kind::Map(map)))
}

/// What everybody who sees the state's outputs sees; sensitive ones are not shown.
fn outputs(scope: &Scope<'_>) -> Map {
    let mut map = Map::new();
    for output in scope.evaluated.outputs.iter().filter(|output| !output.sensitive) {
        let value = Node::map(output.place, [("Value", scope.value(&output.value))]);
        map.insert_at(output.name.clone(), output.place, value);
    }
    map
}

/// Addresses of the resources that a part belongs to.
fn owners(scope: &Scope<'_>, block: &Block, owner: Owner) -> Vec<SmolStr> {
    match owner {
        Owner::In(argument, kind) => named(scope, block, argument, kind),
        Owner::Same(kind, arguments) => same(scope, block, kind, arguments).into_iter().collect(),
    }
}

/// The resources that an argument refers to, or whose names it holds.
fn named(scope: &Scope<'_>, block: &Block, argument: &str, kind: &str) -> Vec<SmolStr> {
    let Some(node) = block.body.get(argument) else { return Vec::new() };
    let nodes = node.as_list().unwrap_or(std::slice::from_ref(node));
    nodes.iter().filter_map(|node| owner(scope, node, kind)).collect()
}

/// The resource of the configuration that a value refers to, or whose name it is.
fn owner(scope: &Scope<'_>, node: &Node, kind: &str) -> Option<SmolStr> {
    let value = scope.value(node);
    let address = referent(&value).and_then(|address| scope.block(address));
    let by_name = || scope.by_name(kind, value.as_str()?);
    Some(address.or_else(by_name)?.address.clone())
}

/// The resource of a type that a part names in one of its arguments, or whose arguments are the same.
fn same(scope: &Scope<'_>, block: &Block, kind: &str, arguments: &[&str]) -> Option<SmolStr> {
    let direct = arguments.iter().find_map(|argument| {
        let (other, _) = scope.referred(block.body.get(argument)?)?;
        (other.kind == kind).then(|| other.address.clone())
    });
    direct.or_else(|| {
        let value = |block: &Block, argument| block.body.get(argument).map(|it| scope.value(it));
        let own: Vec<Option<Node>> =
            arguments.iter().map(|argument| value(block, argument)).collect();
        let is_same = |other: &&Block| {
            let mut pairs = own.iter().zip(arguments);
            pairs.all(|(own, argument)| match (own, value(other, argument)) {
                (Some(own), Some(other)) => own.same(&other),
                (None, None) => true,
                _ => false,
            })
        };
        let mut others = scope.evaluated.resources.iter().filter(|other| other.kind == kind);
        others.find(is_same).map(|other| other.address.clone())
    })
}
