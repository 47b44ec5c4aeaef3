//! An application as a picture: who reaches which function, what its role can do.

use std::collections::{HashMap, HashSet};

use app_model::{Application, Exposure, Trigger};
use finding::{Finding, Severity};
use report::{Graph, GraphEdge, GraphNode, NodeKind};

/// The graph of applications, with the worst open finding of each node.
#[must_use]
pub fn graph(applications: &[Application], findings: &[Finding]) -> Graph {
    let mut graph = Graph::default();
    let mut drawn = Drawn::default();
    for app in applications {
        let risks = risks(app, findings);
        Drawer { app, risks, drawn: &mut drawn, graph: &mut graph }.draw();
    }
    graph
}

/// What the graph holds already.
#[derive(Default)]
struct Drawn {
    nodes: HashSet<String>,
    edges: HashSet<(String, String, String, bool)>,
}

/// The worst open finding of an application by the resource, or else the function, that has it.
fn risks<'a>(app: &Application, findings: &'a [Finding]) -> HashMap<&'a str, Severity> {
    let mut risks = HashMap::new();
    let open = findings
        .iter()
        .filter(|finding| finding.place.file == app.place.file && finding.suppressed.is_none());
    for finding in open {
        let name = finding.resource.as_deref().or(finding.function.as_deref());
        if let Some(name) = name {
            let worst = risks.entry(name).or_insert(finding.severity);
            *worst = finding.severity.max(*worst);
        }
    }
    risks
}

struct Drawer<'a> {
    app: &'a Application,
    risks: HashMap<&'a str, Severity>,
    drawn: &'a mut Drawn,
    graph: &'a mut Graph,
}

impl Drawer<'_> {
    fn draw(&mut self) {
        for function in &self.app.functions {
            self.node(&self.id(&function.name), &function.name, NodeKind::Function);
            for trigger in self.app.triggers_of(&function.name) {
                self.trigger(trigger);
            }
            let Some(role) = self.app.role_of(function) else { continue };
            self.node(&self.id(&role.name), &role.name, NodeKind::Role);
            self.edge(&self.id(&function.name), &self.id(&role.name), "runs as", false);
        }
        for identity in &self.app.identities {
            if self.app.functions_of(identity).next().is_none() {
                continue;
            }
            for target in self.app.targets(&identity.name) {
                if self.app.resource(&target.resource).is_none() {
                    continue;
                }
                self.node(&self.id(&target.resource), &target.resource, NodeKind::Resource);
                let is_wide = target.is_wide
                    || target.actions.iter().any(|action| action == "*" || action.ends_with(":*"));
                let label = summary(&target.actions);
                self.edge(&self.id(&identity.name), &self.id(&target.resource), &label, is_wide);
            }
        }
    }

    fn trigger(&mut self, trigger: &Trigger) {
        let label = trigger.label().unwrap_or_else(|| trigger.kind.as_str().to_owned());
        let id = self.id(&format!("{}:{label}", trigger.kind.as_str()));
        let text = format!("{} · {label}", trigger.kind.as_str());
        self.node(&id, &text, NodeKind::Trigger);
        let is_open = trigger.auth.open().is_some() && trigger.exposure == Exposure::Internet;
        self.edge(&id, &self.id(&trigger.function), "", is_open);
        let (outer, words, kind) = match trigger.exposure {
            Exposure::Internet => ("internet", "internet", NodeKind::Internet),
            Exposure::Account => ("account", "account", NodeKind::Account),
            Exposure::Organisation => ("organisation", "other accounts", NodeKind::Account),
            Exposure::Service | Exposure::Unknown => return,
        };
        self.node(outer, words, kind);
        let auth = trigger.auth.as_str();
        let label = if is_open { "no authentication".to_owned() } else { auth.to_owned() };
        self.edge(outer, &id, &label, is_open);
    }

    /// Names are unique in a template, not across templates.
    fn id(&self, name: &str) -> String {
        format!("{}:{name}", self.app.place.file.0)
    }

    fn node(&mut self, id: &str, label: &str, kind: NodeKind) {
        if !self.drawn.nodes.insert(id.to_owned()) {
            return;
        }
        let risk = self.risks.get(label).copied();
        self.graph.nodes.push(GraphNode { id: id.to_owned(), label: label.to_owned(), kind, risk });
    }

    fn edge(&mut self, from: &str, to: &str, label: &str, danger: bool) {
        let key = (from.to_owned(), to.to_owned(), label.to_owned(), danger);
        if self.drawn.edges.insert(key) {
            self.graph.edges.push(GraphEdge {
                from: from.to_owned(),
                to: to.to_owned(),
                label: label.to_owned(),
                danger,
            });
        }
    }
}

/// The first actions, and how many more.
fn summary(actions: &[app_model::SmolStr]) -> String {
    match actions {
        [] => String::new(),
        [one] => one.to_string(),
        [one, two] => format!("{one}, {two}"),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
    }
}
