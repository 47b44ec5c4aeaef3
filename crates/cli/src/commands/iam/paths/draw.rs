//! Paths as a picture, each node one step further than those before it.

use std::collections::HashMap;

use finding::Severity;
use report::{Graph, GraphEdge, GraphNode, NodeKind as Drawn};
use role_paths::{Certainty, Edge, NodeKind, RolePath, Told, Way};

/// The paths of all inputs in one picture.
pub(super) fn graph(all: &[Told]) -> Graph {
    let mut graph = Graph::default();
    let titles: Vec<&str> = all.iter().map(|told| told.title.as_str()).collect();
    graph.title = format!("Paths to an administrator: {}", titles.join(" "));
    for (number, told) in all.iter().enumerate() {
        let mut drawer = Drawer { told, number, graph: &mut graph, at: HashMap::new() };
        for (start, path) in &told.paths {
            drawer.path(*start, path);
        }
    }
    graph.columns = columns(&graph);
    graph
}

struct Drawer<'a> {
    told: &'a Told,
    number: usize,
    graph: &'a mut Graph,
    /// Edges drawn already, by the ids of their nodes.
    at: HashMap<(String, String), usize>,
}

impl Drawer<'_> {
    fn path(&mut self, start: usize, path: &RolePath) {
        let reach = self.told.graph.nodes.get(start).map(|node| node.reach.clone());
        let reach = reach.unwrap_or_default();
        let mut before: Option<String> = None;
        for (depth, hop) in reach.iter().enumerate().take(reach.len().saturating_sub(1)) {
            let id = format!(
                "{}:way:{}",
                self.number,
                reach.get(..=depth).unwrap_or_default().join("/")
            );
            let kind = if depth == 0 { Drawn::Internet } else { Drawn::Trigger };
            self.node(&id, hop, kind, None);
            if let Some(before) = before.replace(id.clone()) {
                self.edge(&before, &id, "", false);
            }
        }
        let first = self.own(start);
        if let Some(before) = before {
            self.edge(&before, &first, "", false);
        }
        for edge in path.edges.iter().filter_map(|it| self.told.graph.edges.get(*it)) {
            let (from, to) = (self.own(edge.from), self.own(edge.to));
            self.edge(&from, &to, &label(edge), edge.certainty == Certainty::Certain);
        }
    }

    fn own(&mut self, node: usize) -> String {
        let id = format!("{}:{node}", self.number);
        let Some(known) = self.told.graph.nodes.get(node) else { return id };
        let kind = match known.kind {
            NodeKind::Function | NodeKind::Running(_) => Drawn::Function,
            NodeKind::Role | NodeKind::User | NodeKind::Document | NodeKind::OtherRole => {
                Drawn::Role
            }
            NodeKind::Administrator => Drawn::Resource,
        };
        let risk = (known.kind == NodeKind::Administrator).then_some(Severity::Critical);
        let injected = self.told.injections.iter().any(|(number, _)| *number == node);
        let risk = risk.or(injected.then_some(Severity::High));
        self.node(&id, &known.name, kind, risk);
        id
    }

    fn node(&mut self, id: &str, label: &str, kind: Drawn, risk: Option<Severity>) {
        if !self.graph.nodes.iter().any(|node| node.id == id) {
            let (id, label) = (id.to_owned(), label.to_owned());
            self.graph.nodes.push(GraphNode { id, label, kind, risk, note: None });
        }
    }

    fn edge(&mut self, from: &str, to: &str, label: &str, danger: bool) {
        let key = (from.to_owned(), to.to_owned());
        if self.at.insert(key, self.graph.edges.len()).is_none() {
            self.graph.edges.push(GraphEdge {
                from: from.to_owned(),
                to: to.to_owned(),
                label: label.to_owned(),
                danger,
            });
        }
    }
}

/// What is written on an edge: the actions, and a question mark on what is not certain.
fn label(edge: &Edge) -> String {
    let mark = if edge.certainty == Certainty::Certain { "" } else { "? " };
    match edge.way {
        Way::RunsAs => "runs as".to_owned(),
        Way::NotKnown => "not known".to_owned(),
        Way::Is => format!("{mark}allows everything"),
        Way::Path(path) => {
            let actions: Vec<&str> = path
                .actions()
                .map(|action| action.split_once(':').map_or(action, |(_, name)| name))
                .collect();
            format!("{mark}{}", actions.join(" + "))
        }
    }
}

/// The column of each node: one more than that of the farthest before it. Ways that come back to a
/// node end after as many rounds as there are nodes.
fn columns(graph: &Graph) -> Vec<usize> {
    let numbers: HashMap<&str, usize> =
        graph.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let mut columns = vec![0_usize; graph.nodes.len()];
    for _ in 0..graph.nodes.len().min(64) {
        let mut is_done = true;
        for edge in &graph.edges {
            let (Some(from), Some(to)) =
                (numbers.get(edge.from.as_str()), numbers.get(edge.to.as_str()))
            else {
                continue;
            };
            let least = columns.get(*from).map_or(0, |column| column + 1);
            if let Some(column) = columns.get_mut(*to).filter(|column| **column < least) {
                *column = least;
                is_done = false;
            }
        }
        if is_done {
            break;
        }
    }
    columns
}
