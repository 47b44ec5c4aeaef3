//! The JSON of a plan: values as Terraform worked them out, and references out of the configuration
//! for what only the deployment will know.
//!
//! Source: Terraform documentation, "JSON Output Format" (format version 1.2, read 2026-11-27).

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use source_text::{FileId, Kind, Map, Node, Place, SmolStr};

use crate::evaluated::{Block, Evaluated, Output, Variable};
use crate::node::{function, get_att, unresolved};

/// Most steps from a variable to what a caller gave it, or from an output into its module.
const STEPS: usize = 16;
/// Most references of one value.
const REFERENCES: usize = 32;

/// The resources of a plan: `document` is the output of `terraform show -json PLAN`, read from
/// `file`.
///
/// Places are in the plan. A value that the plan does not know is the reference that the
/// configuration has there, or `Fn::Unresolved` with all of them when there are several.
/// [`Evaluated::folder`] is empty: a plan does not tell where its configuration lies.
///
/// `None` when the document is no plan.
#[must_use]
pub fn evaluate_plan(file: FileId, document: &Node) -> Option<Evaluated> {
    let planned =
        document.get("planned_values").filter(|_| document.get("format_version").is_some())?;
    let root = document.at(&["configuration", "root_module"]);
    let mut evaluated = Evaluated { files: vec![file], ..Evaluated::default() };
    if let Some(module) = planned.get("root_module") {
        add_module(module, &Path::root(root), &mut evaluated);
    }
    // What data sources have told stands in the state before.
    if let Some(module) = document.at(&["prior_state", "values", "root_module"]) {
        let mut before = Evaluated::default();
        add_module(module, &Path::root(root), &mut before);
        let known: HashSet<SmolStr> = evaluated.data.iter().map(|it| it.address.clone()).collect();
        evaluated.data.extend(before.data.into_iter().filter(|it| !known.contains(&it.address)));
    }
    evaluated.providers = providers(document);
    evaluated.variables = variables(document, root);
    evaluated.outputs = outputs(planned);
    Some(evaluated)
}

/// A module of the configuration and the way to it.
#[derive(Clone, Debug)]
struct Path<'n> {
    /// Nothing, or `module.web[0].`.
    prefix: String,
    /// The module's configuration.
    module: Option<&'n Node>,
    /// The call in the module around it, and that module.
    caller: Option<(Option<&'n Node>, Box<Path<'n>>)>,
}

impl<'n> Path<'n> {
    fn root(module: Option<&'n Node>) -> Self {
        Self { prefix: String::new(), module, caller: None }
    }

    /// The module that is called `name` here; `step` is how an address writes it.
    fn child(&self, name: &str, step: &str) -> Self {
        let call = self.module.and_then(|module| module.at(&["module_calls", name]));
        Self {
            prefix: format!("{}{step}.", self.prefix),
            module: call.and_then(|call| call.get("module")),
            caller: Some((call, Box::new(self.clone()))),
        }
    }

    /// The expressions of the blocks that are declared here, by mode, type and name.
    fn expressions(&self) -> HashMap<(&'n str, &'n str, &'n str), &'n Node> {
        let declared = self.module.and_then(|module| module.get("resources"));
        let mut found = HashMap::new();
        for block in declared.and_then(Node::as_list).unwrap_or_default() {
            let word = |key: &str| block.get(key).and_then(Node::as_str);
            if let (Some(mode), Some(kind), Some(name), Some(expressions)) =
                (word("mode"), word("type"), word("name"), block.get("expressions"))
            {
                found.insert((mode, kind, name), expressions);
            }
        }
        found
    }
}

fn text(node: &Node, key: &str) -> Option<SmolStr> {
    node.get(key).and_then(Node::as_str).map(SmolStr::new)
}

fn add_module(module: &Node, path: &Path<'_>, out: &mut Evaluated) {
    let declared = path.expressions();
    for resource in module.get("resources").and_then(Node::as_list).unwrap_or_default() {
        let (Some(kind), Some(name), Some(address)) =
            (text(resource, "type"), text(resource, "name"), text(resource, "address"))
        else {
            continue;
        };
        let mode = resource.get("mode").and_then(Node::as_str).unwrap_or("managed");
        let mut body = match resource.get("values") {
            Some(values) => values.clone(),
            None => Node::new(resource.place, Kind::Map(Map::new())),
        };
        // A `null` is known; what is not known is not there at all.
        if let Some(expressions) = declared.get(&(mode, kind.as_str(), name.as_str())) {
            fill(&mut body, expressions, path);
        }
        let body = without_nulls(body);
        let block = Block {
            kind,
            name,
            address,
            folder: SmolStr::default(),
            place: resource.place,
            body,
            condition: None,
        };
        if mode == "data" { out.data.push(block) } else { out.resources.push(block) }
    }
    for child in module.get("child_modules").and_then(Node::as_list).unwrap_or_default() {
        let Some(address) = text(child, "address") else { continue };
        let step = address.strip_prefix(path.prefix.as_str()).unwrap_or(&address);
        let name = step.strip_prefix("module.").unwrap_or(step);
        let name = name.split('[').next().unwrap_or(name);
        add_module(child, &path.child(name, step), out);
    }
}

/// The arguments, without those that are `null`: Terraform writes all that a provider knows.
fn without_nulls(mut values: Node) -> Node {
    if let Some(map) = values.as_map_mut() {
        let all = std::mem::take(map);
        for (key, entry) in all.into_entries().filter(|(_, entry)| !entry.value.is_null()) {
            map.insert_at(key, entry.key_place, entry.value);
        }
    }
    values
}

/// Puts references where the plan has no value.
fn fill(body: &mut Node, expressions: &Node, path: &Path<'_>) {
    let place = body.place;
    let (Some(map), Some(expressions)) = (body.as_map_mut(), expressions.as_map()) else { return };
    for (name, expression) in expressions.iter() {
        match (&expression.kind, map.get_mut(name)) {
            (Kind::Map(_), None) => {
                if let Some(references) = expression.get("references") {
                    let node = referred(name, references, path, place);
                    map.insert(name.clone(), node);
                }
            }
            (Kind::List(blocks), Some(Node { kind: Kind::List(items), .. })) => {
                for (position, item) in items.iter_mut().enumerate() {
                    // `dynamic` makes several blocks of one.
                    if let Some(block) = blocks.get(position).or(blocks.last()) {
                        fill(item, block, path);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Arguments that hold a document, of which a reference can only be a part.
fn is_document(name: &str) -> bool {
    ["policy", "body", "definition", "document", "template"].iter().any(|it| name.contains(it))
}

fn referred(name: &str, references: &Node, path: &Path<'_>, place: Place) -> Node {
    let mut found: Vec<Node> = Vec::new();
    let mut written = String::new();
    for reference in longest(references) {
        let node = resolve(reference, path, place, STEPS);
        if found.len() < REFERENCES && !found.iter().any(|it| it.same(&node)) {
            if !written.is_empty() {
                written.push_str(", ");
            }
            written.push_str(reference);
            found.push(node);
        }
    }
    let of_data = written.starts_with("data.");
    match found.pop() {
        Some(only) if found.is_empty() && (of_data || !is_document(name)) => only,
        Some(last) => {
            found.push(last);
            unresolved(place, written.into(), found)
        }
        None => unresolved(place, SmolStr::new(name), Vec::new()),
    }
}

/// The references without those that are the beginning of another.
fn longest(references: &Node) -> Vec<&str> {
    let all: Vec<&str> = references
        .as_list()
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .take(256)
        .collect();
    let is_part = |one: &str| {
        all.iter()
            .any(|other| other.strip_prefix(one).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    all.iter().copied().filter(|one| !is_part(one)).collect()
}

fn resolve(reference: &str, path: &Path<'_>, place: Place, left: usize) -> Node {
    let open = || unresolved(place, SmolStr::new(reference), Vec::new());
    let Some(left) = left.checked_sub(1) else { return open() };
    let steps = steps(reference);
    match steps.as_slice() {
        ["var", name, ..] => match &path.caller {
            None => function(place, "Ref", Node::text(place, format!("var.{name}"))),
            Some((call, caller)) => {
                let given = call.and_then(|it| it.at(&["expressions", name, "references"]));
                match given.map(longest).as_deref() {
                    Some([first, ..]) => resolve(first, caller, place, left),
                    _ => open(),
                }
            }
        },
        ["module", step, output, ..] => {
            let name = step.split('[').next().unwrap_or(step);
            let child = path.child(name, &format!("module.{step}"));
            let keys = ["outputs", output, "expression", "references"];
            match child.module.and_then(|module| module.at(&keys)).map(longest).as_deref() {
                Some([first, ..]) => resolve(first, &child, place, left),
                _ => open(),
            }
        }
        ["local" | "each" | "count" | "path" | "self" | "terraform" | "module", ..] => open(),
        ["data", kind, name, attributes @ ..] => {
            let address = format!("{}data.{kind}.{name}", path.prefix);
            get_att(place, &address.into(), &attribute(attributes))
        }
        [kind, name, attributes @ ..] => {
            let address = format!("{}{kind}.{name}", path.prefix);
            get_att(place, &address.into(), &attribute(attributes))
        }
        _ => open(),
    }
}

fn attribute(steps: &[&str]) -> String {
    if steps.is_empty() { "id".to_owned() } else { steps.join(".") }
}

/// `aws_x.y["a.b"].arn` to `aws_x`, `y["a.b"]`, `arn`.
fn steps(reference: &str) -> Vec<&str> {
    let mut steps = Vec::new();
    let (mut start, mut in_key) = (0, false);
    for (at, c) in reference.char_indices() {
        match c {
            '[' => in_key = true,
            ']' => in_key = false,
            '.' if !in_key => {
                steps.extend(reference.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    steps.extend(reference.get(start..));
    steps
}

/// The arguments of providers that are constant.
fn providers(document: &Node) -> Vec<Block> {
    let configured = document.at(&["configuration", "provider_config"]).and_then(Node::as_map);
    let mut providers = Vec::new();
    for (address, entry) in configured.map(Map::entries).into_iter().flatten() {
        let Some(kind) = text(&entry.value, "name") else { continue };
        let mut body = Map::new();
        let expressions = entry.value.get("expressions").and_then(Node::as_map);
        for (name, expression) in expressions.map(Map::iter).into_iter().flatten() {
            if let Some(value) = expression.get("constant_value") {
                body.insert(name.clone(), value.clone());
            }
        }
        providers.push(Block {
            kind,
            name: text(&entry.value, "alias").unwrap_or_default(),
            address: smol_str::format_smolstr!("provider.{address}"),
            folder: SmolStr::default(),
            place: entry.value.place,
            body: Node::new(entry.value.place, Kind::Map(body)),
            condition: None,
        });
    }
    providers
}

fn variables(document: &Node, root: Option<&Node>) -> Vec<Variable> {
    let declared = root.and_then(|root| root.get("variables")).and_then(Node::as_map);
    let given = document.get("variables").and_then(Node::as_map);
    let mut variables: IndexMap<SmolStr, Variable> = IndexMap::new();
    for (name, entry) in given.map(Map::entries).into_iter().flatten() {
        let declaration = declared.and_then(|declared| declared.get(name));
        let default = declaration.and_then(|it| it.get("default"));
        let value = entry.value.get("value").cloned();
        variables.insert(
            name.clone(),
            Variable {
                name: name.clone(),
                place: entry.key_place,
                is_default: value
                    .as_ref()
                    .is_some_and(|value| default.is_some_and(|default| default.same(value))),
                value,
                sensitive: declaration
                    .and_then(|it| it.get("sensitive"))
                    .and_then(Node::as_bool)
                    .unwrap_or_default(),
            },
        );
    }
    variables.into_values().collect()
}

fn outputs(planned: &Node) -> Vec<Output> {
    let outputs = planned.get("outputs").and_then(Node::as_map);
    outputs
        .map(Map::entries)
        .into_iter()
        .flatten()
        .map(|(name, entry)| Output {
            name: name.clone(),
            place: entry.key_place,
            value: match entry.value.get("value") {
                Some(value) => value.clone(),
                None => unresolved(entry.value.place, name.clone(), Vec::new()),
            },
            sensitive: entry.value.get("sensitive").and_then(Node::as_bool).unwrap_or_default(),
        })
        .collect()
}
