//! From the document to the carrier.

use indexmap::IndexMap;
use source_text::{Diagnostic, FileId, Kind, Map, Node, Place, SmolStr};

use crate::{
    declare::{DEPLOYMENT, Declared, declare},
    parameters,
    shape::{SPREAD, function, is_known, reference, rendered, unresolved},
    types,
    world::{Context, Loops, World},
};

/// What the caller knows of the deployment.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values of parameters by name; they decide how often loops run. The evaluator of the carrier
    /// takes them, too.
    pub parameters: IndexMap<SmolStr, SmolStr>,
    /// Values by name that are taken as the defaults of parameters that have none.
    pub defaults: IndexMap<SmolStr, Node>,
}

/// A template as the carrier.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// `{Parameters, Conditions, Resources: {LOGICAL: {Type, Properties, Condition?}}, Outputs}`; a
    /// `Type` is the whole ARM type, `Properties` the whole body of the resource.
    pub template: Node,
    /// What was not looked at, or was read with a doubt.
    pub diagnostics: Vec<Diagnostic>,
}

/// What gives somebody a role.
const ASSIGNMENT: &str = "Microsoft.Authorization/roleAssignments";

/// Keys of a resource that say how it is deployed, not what it is.
const LEFT_OUT: [&str; 10] = [
    "type",
    "apiVersion",
    "dependsOn",
    "copy",
    "condition",
    "resources",
    "comments",
    "existing",
    "scope",
    "import",
];

/// Whether a document is a deployment template of Azure Resource Manager.
#[must_use]
pub fn looks_like_template(document: &Node) -> bool {
    let schema = document.get("$schema").and_then(Node::as_str).unwrap_or_default();
    let is_template = |name: &str| {
        let name = name.trim_end_matches('#').to_ascii_lowercase();
        let name = name.rsplit('/').next().unwrap_or_default();
        name.ends_with("deploymenttemplate.json")
    };
    is_template(schema) && document.get("resources").is_some()
}

/// A cheap look at a text: whether it may be a deployment template.
#[must_use]
pub fn could_be_template(text: &str) -> bool {
    // `deploymentTemplate`, `subscriptionDeploymentTemplate` and their kin, in any case of letters.
    text.contains("schema.management.azure.com")
        && (text.contains("eploymentTemplate.json") || text.contains("eploymenttemplate.json"))
}

/// Writes a deployment template as the carrier whose place is `file`.
///
/// Resources of templates within the template are among the others, with the logical id of their
/// deployment before their own. Never fails: what cannot be read is a diagnostic.
#[must_use]
pub fn lower(file: FileId, document: &Node, options: &Options) -> Lowered {
    let filled = parameters::filled(document, options);
    let document = filled.as_ref().unwrap_or(document);
    let mut world = World::new(options);
    declare(&mut world, document);
    let place = Place::whole(file);
    let mut resources = Map::new();
    for index in 0..world.frames.len() {
        let Some(frame) = world.frames.get(index) else { continue };
        let Some(around) = conditions_around(&world, index) else { continue };
        for declared in &frame.resources {
            if let Some(resource) = resource(&world, index, declared, &around) {
                resources.insert_at(declared.id.clone(), declared.place, resource);
            }
        }
    }
    let outputs = outputs(&world, document);
    let parameters = declared_parameters(&world, document);
    let conditions = world.conditions.take().into_iter().collect::<Map>();
    let mut root = Map::new();
    for (key, map) in [
        ("Parameters", parameters),
        ("Conditions", conditions),
        ("Resources", resources),
        ("Outputs", outputs),
    ] {
        root.insert(key, Node::new(place, Kind::Map(map)));
    }
    let template = Node::new(place, Kind::Map(root));
    Lowered { template, diagnostics: world.diagnostics.take() }
}

/// Names of the conditions under which a frame is deployed; `None` when it never is.
fn conditions_around(world: &World<'_>, index: usize) -> Option<Vec<SmolStr>> {
    let mut names = Vec::new();
    let mut at = index;
    // INVARIANT: a frame stands after the one around it, so that this ends.
    while let Some((outer, _)) = world.frames.get(at)?.outer.as_ref() {
        let resources = &world.frames.get(*outer)?.resources;
        let deployment = resources.iter().find(|it| it.frame == Some(at))?;
        own_conditions(world, *outer, deployment, &mut names)?;
        at = *outer;
    }
    Some(names)
}

/// Adds the conditions of a resource and of those around it; `None` when one never holds.
fn own_conditions(
    world: &World<'_>,
    frame: usize,
    declared: &Declared<'_>,
    names: &mut Vec<SmolStr>,
) -> Option<()> {
    let context = Context::new(frame, &declared.loops);
    for node in declared.around.iter().copied().chain([declared.node]) {
        let Some(condition) = node.get("condition") else { continue };
        let value = world.value(condition, context);
        let words = condition.as_str().unwrap_or_default();
        let words = words.trim().trim_start_matches('[').trim_end_matches(']');
        match world.truth(&value, words) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(name) => names.push(name),
        }
    }
    Some(())
}

/// One condition that holds when all do.
fn all_of(world: &World<'_>, mut names: Vec<SmolStr>, place: Place) -> Option<SmolStr> {
    names.dedup();
    if names.len() < 2 {
        return names.pop();
    }
    let words = names.join(" and ");
    let parts = names.into_iter().map(|name| function(place, "Condition", Node::text(place, name)));
    let definition = function(place, "Fn::And", Node::list(place, parts.collect()));
    let name = SmolStr::new(words);
    world.conditions.borrow_mut().entry(name.clone()).or_insert(definition);
    Some(name)
}

fn resource(
    world: &World<'_>,
    frame: usize,
    declared: &Declared<'_>,
    around: &[SmolStr],
) -> Option<Node> {
    if declared.is_existing || declared.frame.is_some() {
        return None;
    }
    let mut names = around.to_vec();
    own_conditions(world, frame, declared, &mut names)?;
    let context = Context::new(frame, &declared.loops);
    let place = declared.place;
    let mut properties = Map::new();
    for (key, entry) in declared.node.as_map()?.entries() {
        let usual = types::key(key);
        if LEFT_OUT.contains(&usual) {
            continue;
        }
        let value = world.value(&entry.value, context);
        if key.starts_with(SPREAD) {
            world.spread(&mut properties, &value);
            continue;
        }
        properties.insert_at(usual, entry.key_place, value);
    }
    if let Some(parent) = &declared.parent {
        let key = if declared.is_extension { "scope" } else { "parent" };
        properties.insert(key, reference(place, parent.clone()));
    }
    if let Some(scope) = declared.node.get("scope") {
        let value = world.value(scope, context);
        let found = world.named(frame, &rendered(&value));
        let value = found.map_or(value, |found| World::refer(found, scope.place));
        properties.insert("scope", value);
    }
    if declared.type_name == ASSIGNMENT && !properties.contains("scope") {
        properties.insert("scope", own_scope(world, frame, place));
    }
    let mut map = Map::new();
    map.insert("Type", Node::text(place, declared.type_name.clone()));
    if let Some(name) = all_of(world, names, place) {
        map.insert("Condition", Node::text(place, name));
    }
    if declared.type_name == DEPLOYMENT {
        // A linked template: only where it is, and what it is given.
        properties.retain_keys(&["name", "properties"]);
    }
    map.insert("Properties", Node::new(declared.node.place, Kind::Map(properties)));
    Some(Node::new(declared.node.place, Kind::Map(map)))
}

/// What a template is deployed to, by its schema: what an assignment without a scope is on.
fn own_scope(world: &World<'_>, frame: usize, place: Place) -> Node {
    let template = world.frames.get(frame).map(|frame| frame.template);
    let schema = template.and_then(|it| it.get("$schema")).and_then(Node::as_str);
    let schema = schema.unwrap_or_default().to_ascii_lowercase();
    let scope = if schema.contains("/subscriptiondeployment") {
        "subscription().id"
    } else if schema.contains("/managementgroupdeployment") {
        "managementGroup().id"
    } else if schema.contains("/tenantdeployment") {
        return Node::text(place, "/");
    } else {
        "resourceGroup().id"
    };
    unresolved(place, scope, &[])
}

/// Keys of a mapping that are kept.
trait RetainKeys {
    fn retain_keys(&mut self, kept: &[&str]);
}

impl RetainKeys for Map {
    fn retain_keys(&mut self, kept: &[&str]) {
        let others: Vec<SmolStr> =
            self.keys().filter(|key| !kept.contains(&key.as_str())).cloned().collect();
        for key in others {
            self.remove(&key);
        }
    }
}

fn declared_parameters(world: &World<'_>, document: &Node) -> Map {
    let mut made = Map::new();
    let declared = document.get("parameters").and_then(Node::as_map);
    let none = Loops::new();
    let context = Context::new(0, &none);
    for (name, entry) in declared.into_iter().flat_map(Map::entries) {
        let place = entry.value.place;
        let kind = entry.value.get("type").and_then(Node::as_str).unwrap_or("string");
        let kind = kind.to_ascii_lowercase();
        let mut map = Map::new();
        map.insert("Type", Node::text(place, "String"));
        map.insert("NoEcho", Node::bool(place, kind.starts_with("secure")));
        let default = entry.value.get("defaultValue").map(|it| world.value(it, context));
        let has_default = default.is_some();
        if let Some(default) = default.filter(|it| it.scalar_text().is_some()) {
            map.insert("Default", default);
        }
        // Lists of what is allowed name all that the service knows: with a default, it is meant.
        let allowed = entry.value.get("allowedValues").filter(|_| !has_default);
        if let Some(allowed) = allowed.filter(|it| it.as_list().is_some() && is_known(it)) {
            map.insert("AllowedValues", allowed.clone());
        }
        made.insert_at(name.clone(), entry.key_place, Node::new(place, Kind::Map(map)));
    }
    made
}

/// What everybody who reads the history of deployments sees; secure ones are not shown.
fn outputs(world: &World<'_>, document: &Node) -> Map {
    let mut made = Map::new();
    let declared = document.get("outputs").and_then(Node::as_map);
    let none = Loops::new();
    let context = Context::new(0, &none);
    for (name, entry) in declared.into_iter().flat_map(Map::entries) {
        let kind = entry.value.get("type").and_then(Node::as_str).unwrap_or_default();
        if kind.to_ascii_lowercase().starts_with("secure") {
            continue;
        }
        let Some(value) = entry.value.get("value") else { continue };
        let value = Node::map(value.place, [("Value", world.value(value, context))]);
        made.insert_at(name.clone(), entry.key_place, value);
    }
    made
}
