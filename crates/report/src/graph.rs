//! The application as a picture: plain nodes and edges, and how they are drawn.

mod dot;
mod layout;
mod mermaid;
mod placed;
mod svg;

use std::collections::HashMap;

use finding::Severity;
use serde::Serialize;

use crate::{GraphFormat, json::to_text};

pub use placed::{PlacedEdge, PlacedGraph, PlacedNode, place_graph};

/// Nodes and edges, in the order in which they should be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Title of the picture, such as the name of the template.
    pub title: String,
    /// The nodes; a second node with the same id is not drawn.
    pub nodes: Vec<GraphNode>,
    /// The edges; one to or from an id that is no node is not drawn.
    pub edges: Vec<GraphEdge>,
    /// Column of each node from the left, in the order of `nodes`, where they are steps of a way and
    /// not parts of an application; empty: by what each node is.
    pub columns: Vec<usize>,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// Unique in the graph; any text.
    pub id: String,
    /// What is written on it.
    pub label: String,
    /// What it is.
    pub kind: NodeKind,
    /// The worst finding on it, if there is one.
    pub risk: Option<Severity>,
    /// What was seen of it elsewhere, if anything was.
    pub note: Option<GraphNote>,
}

/// What was seen of a node, in a few words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphNote {
    /// `14 attacks blocked`.
    pub text: String,
    /// Whether it is bad.
    pub is_bad: bool,
}

/// What a node is; decides its column, shape and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// Anybody.
    Internet,
    /// Another account, or anybody in this one.
    Account,
    /// A service of the cloud that starts functions.
    Service,
    /// A route, queue, bucket event or schedule.
    Trigger,
    /// A function.
    Function,
    /// The role under which functions run.
    Role,
    /// A table, bucket, queue, secret or anything that a role can reach.
    Resource,
}

/// One edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphEdge {
    /// Id of the node where it starts.
    pub from: String,
    /// Id of the node where it ends.
    pub to: String,
    /// What is written on it; may be empty.
    pub label: String,
    /// Whether it is a step of an attack path.
    pub danger: bool,
}

impl NodeKind {
    /// Every kind, from the outside to the inside.
    const ALL: [Self; 7] = [
        Self::Internet,
        Self::Account,
        Self::Service,
        Self::Trigger,
        Self::Function,
        Self::Role,
        Self::Resource,
    ];

    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::Account => "account",
            Self::Service => "service",
            Self::Trigger => "trigger",
            Self::Function => "function",
            Self::Role => "role",
            Self::Resource => "resource",
        }
    }

    /// The column that it stands in, from the left.
    fn column(self) -> usize {
        match self {
            Self::Internet | Self::Account | Self::Service => 0,
            Self::Trigger => 1,
            Self::Function => 2,
            Self::Role => 3,
            Self::Resource => 4,
        }
    }
}

/// Draws a graph; the text ends with a line break.
#[must_use]
pub fn render_graph(format: GraphFormat, graph: &Graph) -> String {
    let drawn = Drawn::of(graph);
    match format {
        GraphFormat::Svg => svg::render(&drawn),
        GraphFormat::Dot => dot::render(&drawn),
        GraphFormat::Mermaid => mermaid::render(&drawn),
        GraphFormat::Json => render_json(&drawn),
    }
}

/// A graph whose ids are resolved: nodes once each, edges between nodes that exist.
struct Drawn<'a> {
    title: &'a str,
    nodes: Vec<&'a GraphNode>,
    /// By number of the node: its number in the graph.
    numbers: Vec<usize>,
    edges: Vec<DrawnEdge<'a>>,
    /// By number of the node.
    columns: Vec<usize>,
    /// Whether the columns are steps of a way.
    has_steps: bool,
}

/// An edge by the numbers of its nodes.
struct DrawnEdge<'a> {
    /// In the graph.
    number: usize,
    from: usize,
    to: usize,
    label: &'a str,
    danger: bool,
}

impl<'a> Drawn<'a> {
    fn of(graph: &'a Graph) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut nodes = Vec::new();
        let mut columns = Vec::new();
        let mut given = Vec::new();
        for (at, node) in graph.nodes.iter().enumerate() {
            numbers.entry(&node.id).or_insert_with(|| {
                nodes.push(node);
                given.push(at);
                let step = graph.columns.get(at).copied();
                columns.push(step.unwrap_or_else(|| node.kind.column()));
                nodes.len() - 1
            });
        }
        let has_steps = !graph.columns.is_empty();
        let edge = |(number, edge): (usize, &'a GraphEdge)| {
            let from = *numbers.get(edge.from.as_str())?;
            let to = *numbers.get(edge.to.as_str())?;
            Some(DrawnEdge { number, from, to, label: &edge.label, danger: edge.danger })
        };
        let edges = graph.edges.iter().enumerate().filter_map(edge).collect();
        Self { title: &graph.title, edges, nodes, numbers: given, columns, has_steps }
    }

    /// A node by number, with the number.
    fn of_kind(&self, kind: NodeKind) -> impl Iterator<Item = (usize, &'a GraphNode)> {
        self.nodes.iter().copied().enumerate().filter(move |(_, node)| node.kind == kind)
    }
}

#[derive(Serialize)]
struct GraphJson<'a> {
    schema: &'static str,
    title: &'a str,
    nodes: Vec<NodeJson<'a>>,
    edges: Vec<EdgeJson<'a>>,
}

#[derive(Serialize)]
struct NodeJson<'a> {
    id: &'a str,
    label: &'a str,
    kind: NodeKind,
    risk: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct EdgeJson<'a> {
    from: &'a str,
    to: &'a str,
    label: &'a str,
    danger: bool,
}

impl<'a> NodeJson<'a> {
    fn of(node: &'a GraphNode) -> Self {
        Self {
            id: &node.id,
            label: &node.label,
            kind: node.kind,
            risk: node.risk.map(Severity::as_str),
            note: node.note.as_ref().map(|it| it.text.as_str()),
        }
    }
}

fn render_json(graph: &Drawn<'_>) -> String {
    let ends =
        |edge: &DrawnEdge<'_>| Some((graph.nodes.get(edge.from)?, graph.nodes.get(edge.to)?));
    let edges = graph.edges.iter().filter_map(|edge| {
        let (from, to) = ends(edge)?;
        Some(EdgeJson { from: &from.id, to: &to.id, label: edge.label, danger: edge.danger })
    });
    to_text(&GraphJson {
        schema: "faasguard-graph/1",
        title: graph.title,
        nodes: graph.nodes.iter().map(|node| NodeJson::of(node)).collect(),
        edges: edges.collect(),
    })
}
