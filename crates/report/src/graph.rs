//! The application as a picture: plain nodes and edges, and how they are drawn.

use finding::Severity;
use serde::Serialize;

use crate::GraphFormat;

/// Nodes and edges, in the order in which they should be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Title of the picture, such as the name of the template.
    pub title: String,
    /// The nodes; a second node with the same id is not drawn.
    pub nodes: Vec<GraphNode>,
    /// The edges; one to or from an id that is no node is not drawn.
    pub edges: Vec<GraphEdge>,
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

/// Draws a graph; the text ends with a line break.
#[must_use]
pub fn render_graph(format: GraphFormat, graph: &Graph) -> String {
    let _ = (format, graph);
    String::new()
}
