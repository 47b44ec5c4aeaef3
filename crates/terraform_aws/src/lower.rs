//! From evaluated resources to the template.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use source_text::{Diagnostic, FileId, Kind, Map, Node, Place, SmolStr};
use terraform_language::{Block, Evaluated, Variable};

use crate::{
    code, elsewhere, extras,
    row::{At, Owner, Shape, Type},
    scope::Scope,
    tables, turn, unjudged,
};

/// A configuration as a template.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// CloudFormation; the logical ids are Terraform addresses.
    pub template: Node,
    /// Resources of types that no table tells of, by type: secrets in those of AWS are looked for, and
    /// nothing else.
    pub not_looked_at: BTreeMap<SmolStr, usize>,
    /// Region of the only `aws` provider, when it is written out.
    pub region: Option<SmolStr>,
    /// What was not judged.
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes the resources of a configuration as a template whose place is `file`, a file of the root
/// module's folder: paths in it are named from there.
#[must_use]
pub fn lower(evaluated: &Evaluated, file: FileId) -> Lowered {
    let scope = Scope::new(evaluated);
    let mut writer = Writer::default();
    let mut parts = Vec::new();
    for block in &evaluated.resources {
        match tables::of(&block.kind) {
            Some(one) => {
                writer.add(&scope, block, one);
                if matches!(one.shape, Shape::Part(..)) {
                    parts.push((block, one));
                }
            }
            None => writer.add_unknown(&scope, block),
        }
    }
    for (block, one) in parts {
        writer.add_part(&scope, block, one);
    }
    for (block, tree) in elsewhere::unused_documents(evaluated) {
        let properties = elsewhere::document_properties(&scope, block, tree);
        let draft = Draft::new(elsewhere::DOCUMENT, block, properties);
        writer.resources.insert(block.address.clone(), draft);
    }
    for provider in evaluated.providers.iter().filter(|provider| provider.kind == "aws") {
        let properties = turn::block(&scope, &provider.body, &[]);
        let id = SmolStr::new(format!("provider.aws.{}", provider.name));
        writer.resources.insert(
            SmolStr::new(id.trim_end_matches('.')),
            Draft::new("Terraform::Provider", provider, properties),
        );
    }
    let template = writer.template(&scope, Place::whole(file));
    let diagnostics = unjudged::remarks(&writer.not_looked_at, Place::whole(file));
    Lowered {
        template,
        not_looked_at: writer.not_looked_at,
        region: region(evaluated),
        diagnostics,
    }
}

/// The region of all `aws` providers, when they agree.
fn region(evaluated: &Evaluated) -> Option<SmolStr> {
    let mut regions = evaluated
        .providers
        .iter()
        .filter(|provider| provider.kind == "aws")
        .filter_map(|provider| provider.body.get("region")?.scalar_text());
    let first = regions.next()?;
    regions.all(|other| other == first).then_some(first)
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
            if block.kind == "aws_lambda_function"
                && let Some(code) = code::of_function(scope, &block.body)
            {
                properties.as_map_mut().map(|map| map.insert("Code", code));
            }
            if !below.is_empty() {
                let mut outer = Node::new(properties.place, Kind::Map(Map::new()));
                turn::put(&mut outer, below, properties);
                properties = outer;
            }
            extras::set_defaults(block, &mut properties);
            self.resources.insert(block.address.clone(), Draft::new(type_, block, properties));
        }
        for extra in extras::of(scope, block) {
            let draft = Draft::new(extra.type_, block, extra.properties);
            self.resources.insert(extra.id, draft);
        }
    }

    /// A type without a table: its values are looked through for secrets, no more.
    fn add_unknown(&mut self, scope: &Scope<'_>, block: &Block) {
        if tables::HELPERS.iter().any(|helper| block.kind.starts_with(helper)) {
            return;
        }
        *self.not_looked_at.entry(block.kind.clone()).or_default() += 1;
        if block.kind.starts_with("aws_") {
            let properties = turn::block(scope, &block.body, &[]);
            let type_ = format!("Terraform::{}", block.kind);
            self.resources.insert(block.address.clone(), Draft::new(type_, block, properties));
        }
    }

    fn add_part(&mut self, scope: &Scope<'_>, block: &Block, one: &Type) {
        let Shape::Part(owner, at) = one.shape else { return };
        let mut owners = owners(scope, block, owner);
        if block.kind == "aws_iam_policy_attachment" {
            owners.extend(named(scope, block, "users", "aws_iam_user"));
            owners.extend(named(scope, block, "groups", "aws_iam_group"));
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
        let (type_, properties) =
            if let Some(properties) = elsewhere::attachment(scope, block, is_here) {
                (elsewhere::ATTACHMENT, properties)
            } else if is_alone && let Some(type_) = elsewhere::alone(&block.kind) {
                let mut properties = Node::new(block.body.place, Kind::Map(Map::new()));
                put_part(scope, block, one, at, &mut properties);
                (type_, properties)
            } else {
                return;
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

/// The address in a `Ref` or `Fn::GetAtt`, also within a text (`…/${aws_sqs_queue.q.name}`).
fn referent(node: &Node) -> Option<&str> {
    let (key, value) = node.single()?;
    match key.as_str() {
        "Ref" => value.as_str().filter(|name| !name.starts_with("AWS::")),
        "Fn::GetAtt" => value.as_list()?.first()?.as_str(),
        "Fn::Join" => value.as_list()?.get(1)?.as_list()?.iter().find_map(referent),
        "Fn::If" => value.as_list()?.iter().skip(1).find_map(referent),
        _ => None,
    }
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
