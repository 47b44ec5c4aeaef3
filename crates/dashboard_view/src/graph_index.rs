//! The graph of the application, indexed, with what traces saw laid over it.

use std::collections::{HashMap, HashSet, VecDeque};

use finding::Severity;
use report::{Graph, GraphEdge, GraphNode, NodeKind};

use crate::documents::Given;

/// The graph with its edges by node.
#[derive(Debug, Default)]
pub(crate) struct GraphIndex {
    pub(crate) nodes: Vec<GraphNode>,
    pub(crate) edges: Vec<IndexedEdge>,
    /// Numbers of edges by number of the node where they start, and where they end.
    out: Vec<Vec<usize>>,
    into: Vec<Vec<usize>>,
    by_label: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, usize>,
    /// Numbers of functions: on attack paths first, then by their worst finding.
    pub(crate) functions: Vec<usize>,
    /// How many of them lie on an attack path.
    pub(crate) attacked: usize,
    /// Own time in microseconds and number of errors that start in it, by number of the function.
    pub(crate) times: HashMap<usize, (i64, u64)>,
    /// Whether it was given, or made of what a scan says of functions.
    pub(crate) is_given: bool,
}

/// An edge by the numbers of its nodes.
#[derive(Debug)]
pub(crate) struct IndexedEdge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) label: String,
    pub(crate) danger: bool,
    /// Seen in traces.
    pub(crate) is_seen: bool,
}

impl GraphIndex {
    pub(crate) fn of(given: &Given) -> Self {
        let mut index = Self { is_given: given.graph.is_some(), ..Self::default() };
        match &given.graph {
            Some(graph) => {
                for node in &graph.nodes {
                    let risk = node.risk.as_deref().and_then(|it| it.parse::<Severity>().ok());
                    index.node(&node.id, &node.label, kind(&node.kind), risk);
                }
                for edge in &graph.edges {
                    index.edge(&edge.from, &edge.to, &edge.label, edge.danger, false);
                }
            }
            None => index.of_functions(given),
        }
        index.add_paths(given);
        index.add_chains(given);
        index.add_times(given);
        index.sort();
        index
    }

    fn node(&mut self, id: &str, label: &str, kind: NodeKind, risk: Option<Severity>) -> usize {
        if let Some(number) = self.by_id.get(id) {
            return *number;
        }
        let number = self.nodes.len();
        self.nodes.push(GraphNode { id: id.to_owned(), label: label.to_owned(), kind, risk });
        self.out.push(Vec::new());
        self.into.push(Vec::new());
        self.by_id.insert(id.to_owned(), number);
        self.by_label.entry(label.to_owned()).or_default().push(number);
        number
    }

    fn edge(&mut self, from: &str, to: &str, label: &str, danger: bool, is_seen: bool) {
        let (Some(from), Some(to)) = (self.by_id.get(from), self.by_id.get(to)) else { return };
        self.connect(*from, *to, label, danger, is_seen);
    }

    fn connect(&mut self, from: usize, to: usize, label: &str, danger: bool, is_seen: bool) {
        let number = self.edges.len();
        self.edges.push(IndexedEdge { from, to, label: label.to_owned(), danger, is_seen });
        if let Some(list) = self.out.get_mut(from) {
            list.push(number);
        }
        if let Some(list) = self.into.get_mut(to) {
            list.push(number);
        }
    }

    /// Without a graph, what the rows of functions say: triggers and roles.
    fn of_functions(&mut self, given: &Given) {
        for function in given.scan.iter().flat_map(|scan| &scan.functions) {
            let id = format!("{}:{}", function.place.file, function.name);
            self.node(&id, &function.name, NodeKind::Function, None);
            for trigger in &function.triggers {
                let route = trigger.route.as_deref().unwrap_or_default();
                let label = format!("{} · {route}", trigger.kind);
                let from = format!("{}:{label}", function.place.file);
                self.node(&from, &label, NodeKind::Trigger, None);
                let auth = trigger.auth.as_deref().unwrap_or_default();
                let exposure = trigger.exposure.as_deref().unwrap_or_default();
                let is_open = exposure == "internet" && auth == "none";
                self.edge(&from, &id, "", is_open, false);
                let outer = match exposure {
                    "internet" => ("internet", NodeKind::Internet),
                    "account" | "organisation" => (exposure, NodeKind::Account),
                    _ => continue,
                };
                self.node(outer.0, outer.0, outer.1, None);
                let words = if is_open { "no authentication" } else { auth };
                self.edge(outer.0, &from, words, is_open, false);
            }
            if let Some(role) = &function.role {
                let to = format!("{}:role:{role}", function.place.file);
                self.node(&to, role, NodeKind::Role, None);
                self.edge(&id, &to, "runs as", false, false);
            }
        }
    }

    /// The steps of the paths of findings are steps of attacks.
    fn add_paths(&mut self, given: &Given) {
        let open = given.scan.iter().flat_map(|scan| &scan.findings);
        let mut dangerous = HashSet::new();
        for finding in open.filter(|it| it.suppressed.is_none() && it.path.len() > 1) {
            for (from, to) in finding.path.iter().zip(finding.path.iter().skip(1)) {
                dangerous.insert((from.as_str(), to.as_str()));
            }
        }
        for edge in &mut self.edges {
            let label = |number: usize| self.nodes.get(number).map_or("", |it| &it.label);
            let (from, to) = (step_of(label(edge.from)), step_of(label(edge.to)));
            if dangerous.contains(&(from, to)) {
                edge.danger = true;
            }
        }
    }

    /// Calls that traces saw, as edges of their own.
    fn add_chains(&mut self, given: &Given) {
        let Some(chains) = &given.chains else { return };
        for edge in &chains.edges {
            let from = self.find(&edge.from, NodeKind::Function);
            let to_kind = if edge.is_function { NodeKind::Function } else { NodeKind::Resource };
            let from =
                from.unwrap_or_else(|| self.node(&edge.from, &edge.from, NodeKind::Function, None));
            let to = self.find(&edge.to, to_kind).unwrap_or_else(|| {
                self.node(&format!("seen:{}", edge.to), &edge.to, to_kind, None)
            });
            let failed =
                if edge.faults > 0 { format!(", {} failed", edge.faults) } else { String::new() };
            let word = if edge.calls == 1 { "call" } else { "calls" };
            let label = format!("{} {word}{failed}", edge.calls);
            self.connect(from, to, &label, false, true);
        }
    }

    /// What traces say of functions.
    fn add_times(&mut self, given: &Given) {
        for time in given.chains.iter().flat_map(|it| &it.functions) {
            if let Some(number) = self.find(&time.name, NodeKind::Function) {
                let of = self.times.entry(number).or_default();
                of.0 = of.0.saturating_add(time.self_us);
                of.1 += time.origins;
            }
        }
    }

    /// The node with a label; names in traces may be physical ones, `stack-CreateOrder-1ABC`.
    fn find(&self, label: &str, kind: NodeKind) -> Option<usize> {
        let is_kind = |number: &&usize| self.nodes.get(**number).is_some_and(|it| it.kind == kind);
        let exact = self.by_label.get(label).and_then(|all| all.iter().find(is_kind));
        let part =
            || label.split('-').filter_map(|part| self.by_label.get(part)).flatten().find(is_kind);
        exact.or_else(part).copied()
    }

    fn sort(&mut self) {
        let functions = self.nodes.iter().enumerate();
        let functions = functions.filter(|(_, node)| node.kind == NodeKind::Function);
        let mut keyed: Vec<_> = functions
            .map(|(number, node)| {
                let is_attacked = self.is_attacked(number);
                (!is_attacked, std::cmp::Reverse(node.risk), number)
            })
            .collect();
        keyed.sort();
        self.attacked = keyed.iter().filter(|it| !it.0).count();
        self.functions = keyed.into_iter().map(|it| it.2).collect();
    }

    fn is_attacked(&self, number: usize) -> bool {
        let edges = self.into.get(number).into_iter().flatten();
        edges.filter_map(|it| self.edges.get(*it)).any(|edge| edge.danger)
    }

    /// Number of the node with an id.
    pub(crate) fn by_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Numbers of the functions with a name.
    pub(crate) fn named(&self, name: &str) -> Vec<usize> {
        let all = self.by_label.get(name).into_iter().flatten().copied();
        let is_function =
            |it: &usize| self.nodes.get(*it).is_some_and(|it| it.kind == NodeKind::Function);
        all.filter(is_function).collect()
    }

    /// The part of the graph around nodes: who reaches them, what they reach, at most so many nodes.
    pub(crate) fn around(&self, starts: &[usize], most: usize) -> Part {
        let mut chosen: Vec<usize> = Vec::new();
        let mut known = HashSet::new();
        let mut is_cut = false;
        // Outwards from each in turn, so that what is nearest comes first.
        let mut open: VecDeque<(usize, bool, bool, usize)> =
            starts.iter().map(|it| (*it, true, true, 0)).collect();
        while let Some((number, up, down, steps)) = open.pop_front() {
            if known.insert(number) {
                if chosen.len() >= most {
                    is_cut = true;
                    continue;
                }
                chosen.push(number);
            } else if steps > 0 {
                continue;
            }
            if steps >= 3 {
                continue;
            }
            if up {
                for edge in self.edges_of(&self.into, number) {
                    open.push_back((edge.from, true, false, steps + 1));
                }
            }
            if down {
                for edge in self.edges_of(&self.out, number) {
                    open.push_back((edge.to, false, true, steps + 1));
                }
            }
        }
        chosen.sort_unstable();
        let position: HashMap<usize, usize> =
            chosen.iter().enumerate().map(|(at, number)| (*number, at)).collect();
        let mut part = Part { graph: Graph::default(), seen: Vec::new(), is_cut };
        part.graph.nodes = chosen.iter().filter_map(|it| self.nodes.get(*it)).cloned().collect();
        let mut numbers: Vec<usize> =
            chosen.iter().filter_map(|it| self.out.get(*it)).flatten().copied().collect();
        numbers.sort_unstable();
        for edge in numbers.into_iter().filter_map(|it| self.edges.get(it)) {
            let id = |number| self.nodes.get(number).map(|it: &GraphNode| it.id.clone());
            let ends = position.contains_key(&edge.from) && position.contains_key(&edge.to);
            if let (true, Some(from), Some(to)) = (ends, id(edge.from), id(edge.to)) {
                part.graph.edges.push(GraphEdge {
                    from,
                    to,
                    label: edge.label.clone(),
                    danger: edge.danger,
                });
                part.seen.push(edge.is_seen);
            }
        }
        part
    }

    fn edges_of<'i>(
        &'i self,
        lists: &'i [Vec<usize>],
        node: usize,
    ) -> impl Iterator<Item = &'i IndexedEdge> {
        lists.get(node).into_iter().flatten().filter_map(|it| self.edges.get(*it))
    }
}

/// A part of a graph, to be drawn.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) graph: Graph,
    /// By number of the edge: whether traces saw it.
    pub(crate) seen: Vec<bool>,
    /// Whether there was more than could be drawn.
    pub(crate) is_cut: bool,
}

fn kind(word: &str) -> NodeKind {
    match word {
        "internet" => NodeKind::Internet,
        "account" => NodeKind::Account,
        "service" => NodeKind::Service,
        "trigger" => NodeKind::Trigger,
        "function" => NodeKind::Function,
        "role" => NodeKind::Role,
        _ => NodeKind::Resource,
    }
}

/// A trigger is labelled `http-api · Api POST /x`; as a step of a path it is `Api POST /x`.
fn step_of(label: &str) -> &str {
    label.split_once(" · ").map_or(label, |(_, step)| step)
}
