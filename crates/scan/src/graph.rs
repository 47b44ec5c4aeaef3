//! An application as a picture: who reaches which function, what its role can do.

use std::collections::{HashMap, HashSet};

use app_model::{Application, Exposure, Trigger};
use finding::{EvidenceKind, Finding, Severity};
use report::{Graph, GraphEdge, GraphNode, GraphNote, NodeKind};

/// The graph of applications, with the worst open finding of each node.
#[must_use]
pub fn graph(applications: &[Application], findings: &[Finding]) -> Graph {
    let mut graph = Graph::default();
    let mut drawn = Drawn::default();
    let mut owners: HashMap<&str, usize> = HashMap::new();
    for function in applications.iter().flat_map(|app| &app.functions) {
        *owners.entry(&function.name).or_default() += 1;
    }
    for app in applications {
        let risks = risks(app, findings, &owners);
        let notes = notes(app, findings);
        Drawer { app, risks, notes, drawn: &mut drawn, graph: &mut graph }.draw();
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
///
/// `owners` counts the applications that have a function of a name: what stands in code is about the function of
/// that name where there is only one.
fn risks<'a>(
    app: &Application,
    findings: &'a [Finding],
    owners: &HashMap<&str, usize>,
) -> HashMap<&'a str, Severity> {
    let mut risks = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let is_here = finding.place.file == app.place.file;
        let function = finding
            .function
            .as_deref()
            .filter(|name| owners.get(name) == Some(&1) && app.function(name).is_some());
        let name = match (is_here, function) {
            (true, _) => finding.resource.as_deref().or(finding.function.as_deref()),
            (false, function) => function,
        };
        if let Some(name) = name {
            let worst = risks.entry(name).or_insert(finding.severity);
            *worst = finding.severity.max(*worst);
        }
    }
    risks
}

/// What was seen of functions and roles, as the evidence of findings tells.
fn notes<'a>(app: &Application, findings: &'a [Finding]) -> HashMap<&'a str, GraphNote> {
    let mut notes: HashMap<&str, (u8, u64, GraphNote)> = HashMap::new();
    for finding in findings {
        let function = finding.function.as_deref().filter(|it| app.function(it).is_some());
        let is_role = |it: &&str| app.identities.iter().any(|one| one.name == **it);
        let role = finding.resource.as_deref().filter(is_role);
        for evidence in &finding.evidence {
            let count = evidence.count.unwrap_or_default();
            let (rank, subject, text) = match evidence.kind {
                EvidenceKind::Passed => (4, function, format!("{count} attacks got in")),
                EvidenceKind::UnknownRevision => (3, function, "unknown revision".to_owned()),
                EvidenceKind::Blocked => (2, function, format!("{count} attacks blocked")),
                EvidenceKind::Used => (1, role, format!("used {count} times")),
                EvidenceKind::NeverUsed => (2, role, "has unused permissions".to_owned()),
                _ => continue,
            };
            let Some(subject) = subject else { continue };
            let is_bad = rank > 2 || evidence.kind == EvidenceKind::NeverUsed;
            let known = notes.entry(subject).or_default();
            if (known.0, known.1) < (rank, count) {
                *known = (rank, count, GraphNote { text, is_bad });
            }
        }
    }
    notes.into_iter().map(|(subject, (_, _, note))| (subject, note)).collect()
}

struct Drawer<'a> {
    app: &'a Application,
    risks: HashMap<&'a str, Severity>,
    notes: HashMap<&'a str, GraphNote>,
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
        let note = self.notes.get(label).cloned();
        let (id, label) = (id.to_owned(), label.to_owned());
        self.graph.nodes.push(GraphNode { id, label, kind, risk, note });
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
