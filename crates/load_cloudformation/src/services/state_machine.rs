//! State machines: settings and the tasks of their definition (Amazon States Language).

use app_model::{Setting, SmolStr, State, StateMachine, Task, Value};
use source_text::{Kind, Limits, Map, Node, Place, parse_yaml, to_json_compact};

use model_builder::{Builder, Item, Properties, references};

use crate::policies;

/// States nested in maps and parallels deeper than this are not looked at.
const MAX_DEPTH: usize = 16;

pub(super) fn read(builder: &Builder<'_>, item: &Item<'_>) -> StateMachine {
    let properties = builder.properties(item);
    let logging = ["LoggingConfiguration"];
    let mut machine = StateMachine {
        kind: properties.text(&["StateMachineType"]),
        log_level: properties.text(&["LoggingConfiguration", "Level"]),
        includes_execution_data: properties
            .boolean(&["LoggingConfiguration", "IncludeExecutionData"]),
        has_log_destination: properties
            .below(&logging)
            .is_some_and(|logging| logging.at(&["Destinations"]).is_some()),
        tracing: properties.boolean(&["TracingConfiguration", "Enabled"]),
        role: properties.at(&["RoleArn"]).and_then(|node| builder.referent(node)),
        ..StateMachine::default()
    };
    if let Some(definition) = definition(builder, item) {
        machine.definition_known = true;
        let mut reader = Reader { builder, item, machine };
        reader.read_states(&definition, None, false, MAX_DEPTH);
        collect_texts(&definition, String::new(), &mut reader.machine.texts, MAX_DEPTH * 4);
        machine = reader.machine;
    }
    machine
}

/// The definition as a tree: written as a mapping, or as JSON text whose nodes then all have the
/// place of the text. SAM makes a text of a mapping, whose places are still known.
fn definition(builder: &Builder<'_>, item: &Item<'_>) -> Option<Node> {
    if let Some(node) = item.properties.get("Definition").filter(|node| node.as_map().is_some()) {
        return Some(node.clone());
    }
    let node = item.properties.get("DefinitionString")?;
    let value = builder.evaluator.text(node);
    let parsed =
        parse_yaml(node.place.file, value.display(), &Limits::of_part(value.display())).ok()?;
    let mut document = parsed.documents.into_iter().next()?;
    document.as_map()?;
    policies::move_to(&mut document, node.place);
    match builder.written.machines.get(&item.resource.logical_id) {
        Some(written) => Some(at_places_of(document, written)),
        None => Some(document),
    }
}

/// The same tree, its nodes where the author wrote those of the same path.
fn at_places_of(node: Node, written: &Node) -> Node {
    let kind = match (node.kind, &written.kind) {
        (Kind::Map(map), Kind::Map(by_author)) => {
            let mut placed = Map::new();
            for (key, entry) in map.into_entries() {
                match by_author.entry(&key) {
                    Some(own) => {
                        let value = at_places_of(entry.value, &own.value);
                        placed.insert_at(key, own.key_place, value);
                    }
                    None => {
                        placed.insert_at(key, entry.key_place, entry.value);
                    }
                }
            }
            Kind::Map(placed)
        }
        (Kind::List(items), Kind::List(by_author)) => {
            let own = by_author.iter().map(Some).chain(std::iter::repeat(None));
            let placed = items.into_iter().zip(own).map(|(item, own)| match own {
                Some(own) => at_places_of(item, own),
                None => item,
            });
            Kind::List(placed.collect())
        }
        (kind, _) => kind,
    };
    Node::new(written.place, kind)
}

struct Reader<'a, 't> {
    builder: &'a Builder<'t>,
    item: &'a Item<'t>,
    machine: StateMachine,
}

impl Reader<'_, '_> {
    /// `parent`: the state around these; `is_caught`: whether one catches what fails in them.
    fn read_states(
        &mut self,
        definition: &Node,
        parent: Option<&SmolStr>,
        is_caught: bool,
        depth: usize,
    ) {
        let Some(states) = definition.get("States").and_then(Node::as_map) else { return };
        if depth == 0 {
            return;
        }
        for (name, entry) in states.entries() {
            let state = &entry.value;
            let order = self.state(name, entry.key_place, state);
            self.machine.states.push(State { parent: parent.cloned(), ..order });
            if state.get("Type").and_then(Node::as_str) == Some("Task") {
                let mut task = self.task(name, entry.key_place, state);
                task.has_catch |= is_caught;
                self.machine.tasks.push(task);
            }
            let is_caught = is_caught || has_items(state, "Catch");
            for branch in state.get("Branches").and_then(Node::as_list).unwrap_or_default() {
                self.read_states(branch, Some(name), is_caught, depth - 1);
            }
            for key in ["Iterator", "ItemProcessor"] {
                if let Some(inner) = state.get(key) {
                    self.read_states(inner, Some(name), is_caught, depth - 1);
                }
            }
        }
    }

    /// What follows a state, and how often it is repeated.
    fn state(&self, name: &SmolStr, place: Place, state: &Node) -> State {
        let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(SmolStr::new);
        let branches = ["Choices", "Catch"].iter().filter_map(|key| state.get(key)?.as_list());
        let properties = Properties::new(self.builder.evaluator, state);
        let mode = ["ItemProcessor", "ProcessorConfig", "Mode"];
        State {
            name: name.clone(),
            place,
            parent: None,
            kind: text(state, "Type").unwrap_or_default(),
            next: ["Next", "Default"]
                .iter()
                .filter_map(|key| text(state, key))
                .chain(branches.flatten().filter_map(|branch| text(branch, "Next")))
                .collect(),
            retry_attempts: properties
                .items(&["Retry"])
                .iter()
                .filter_map(|(_, retry)| {
                    Properties::new(properties.evaluator, retry).integer(&["MaxAttempts"])
                })
                .collect(),
            max_concurrency: properties.integer(&["MaxConcurrency"]),
            is_distributed: state.at(&mode).and_then(Node::as_str) == Some("DISTRIBUTED"),
        }
    }

    fn task(&self, name: &SmolStr, place: Place, state: &Node) -> Task {
        let resource = state.get("Resource");
        let mut parameters = Vec::new();
        for key in ["Parameters", "Arguments"] {
            if let Some(node) = state.get(key) {
                collect_texts(node, key.to_owned(), &mut parameters, MAX_DEPTH);
            }
        }
        let target = ["Parameters", "Arguments"]
            .iter()
            .find_map(|key| state.at(&[key, "FunctionName"]))
            .or(resource);
        Task {
            name: name.clone(),
            place: resource.map_or(place, |node| node.place.max(place)),
            resource: resource.map(|node| self.builder.evaluator.text(node)).unwrap_or_default(),
            function: target.and_then(|node| self.function(node)),
            has_catch: has_items(state, "Catch"),
            has_retry: has_items(state, "Retry"),
            has_timeout: ["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds"]
                .iter()
                .any(|key| state.get(key).is_some()),
            parameters,
        }
    }

    /// The function that a task names: by a function of the template, by a substitution of the
    /// state machine, or by a placeholder of the `Fn::Sub` that the definition stands in.
    fn function(&self, node: &Node) -> Option<SmolStr> {
        if let Some(name) = self.builder.function_behind(node) {
            return Some(name);
        }
        let substitutions = self.item.properties.get("DefinitionSubstitutions");
        cloud_names::placeholders(node.as_str()?).find_map(|placeholder| {
            if let Some(value) = substitutions.and_then(|map| map.get(placeholder)) {
                return self.builder.function_behind(value);
            }
            let (name, _) = cloud_names::split_reference(placeholder);
            self.builder.app.function(name).map(|function| function.name.clone())
        })
    }
}

/// Whether a list of a state has items.
fn has_items(state: &Node, key: &str) -> bool {
    state.get(key).and_then(Node::as_list).is_some_and(|items| !items.is_empty())
}

/// Texts of a tree with their JSON paths.
fn collect_texts(
    node: &Node,
    path: String,
    texts: &mut Vec<(String, Setting<SmolStr>)>,
    depth: usize,
) {
    if depth == 0 {
        return;
    }
    match &node.kind {
        Kind::Text(text) => texts.push((path, Setting::known(node.place, text.clone()))),
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_texts(item, format!("{path}[{index}]"), texts, depth - 1);
            }
        }
        Kind::Map(map) => {
            if !references(node).is_empty() && map.len() == 1 {
                let text = SmolStr::new(to_json_compact(node));
                let value = Value::Unresolved(app_model::Expression::opaque(text));
                texts.push((path, Setting { value, place: node.place, absent: None }));
                return;
            }
            for (key, value) in map.iter() {
                let below = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
                collect_texts(value, below, texts, depth - 1);
            }
        }
        _ => {}
    }
}
