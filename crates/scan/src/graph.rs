//! An application as a picture: who reaches which function, what its role can do.

use app_model::{Application, Exposure, Trigger};
use finding::{Finding, Severity};
use report::{Graph, GraphEdge, GraphNode, NodeKind};

/// The graph of applications, with the worst open finding of each node.
#[must_use]
pub fn graph(applications: &[Application], findings: &[Finding]) -> Graph {
    let mut graph = Graph::default();
    for app in applications {
        let mut drawer = Drawer { app, findings, graph: &mut graph };
        drawer.draw();
    }
    graph
}

struct Drawer<'a> {
    app: &'a Application,
    findings: &'a [Finding],
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
        if self.graph.nodes.iter().any(|node| node.id == id) {
            return;
        }
        let risk: Option<Severity> = self
            .findings
            .iter()
            .filter(|finding| {
                finding.place.file == self.app.place.file
                    && finding.suppressed.is_none()
                    && (finding.resource.as_deref() == Some(label)
                        || (finding.resource.is_none()
                            && finding.function.as_deref() == Some(label)))
            })
            .map(|finding| finding.severity)
            .max();
        self.graph.nodes.push(GraphNode { id: id.to_owned(), label: label.to_owned(), kind, risk });
    }

    fn edge(&mut self, from: &str, to: &str, label: &str, danger: bool) {
        let edge =
            GraphEdge { from: from.to_owned(), to: to.to_owned(), label: label.to_owned(), danger };
        if !self.graph.edges.contains(&edge) {
            self.graph.edges.push(edge);
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
