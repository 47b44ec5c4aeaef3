//! Where the parts of a graph stand, for those who draw it themselves.

use std::collections::VecDeque;

use super::{
    Drawn, Graph,
    layout::{NODE_HEIGHT, layout, to_f64},
    svg::{Fan, REMEMBERED, curve, free_point},
};
use crate::escape::{columns, cut, visible};

/// Longest label of an edge, in characters.
const LONGEST_NOTE: usize = 22;

/// A graph with the place of everything, in the units of an SVG; the origin is the upper left of the first
/// column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacedGraph {
    /// Width of all columns.
    pub width: f64,
    /// Height of the highest column.
    pub height: f64,
    /// Height of every node.
    pub node_height: f64,
    /// The nodes that are drawn.
    pub nodes: Vec<PlacedNode>,
    /// The edges that are drawn.
    pub edges: Vec<PlacedEdge>,
}

/// A node with its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacedNode {
    /// Its number in [`Graph::nodes`].
    pub number: usize,
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Width.
    pub width: f64,
}

/// An edge with its way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacedEdge {
    /// Its number in [`Graph::edges`].
    pub number: usize,
    /// The `d` of a path.
    pub path: String,
    /// The middle of its label, where it has one.
    pub label: Option<(f64, f64)>,
    /// Its label, visible and shortened.
    pub note: String,
}

/// Places a graph as [`render_graph`](super::render_graph) draws it.
#[must_use]
pub fn place_graph(graph: &Graph) -> PlacedGraph {
    let drawn = Drawn::of(graph);
    let placed = layout(&drawn);
    let nodes = drawn.numbers.iter().zip(&placed.nodes);
    let nodes = nodes.map(|(number, (left, top, width))| PlacedNode {
        number: *number,
        left: *left,
        top: *top,
        width: *width,
    });
    let fan = Fan::of(&drawn);
    let mut taken = VecDeque::new();
    let edges = drawn.edges.iter().zip(&placed.edges).map(|(edge, points)| {
        let note = cut(&visible(edge.label), LONGEST_NOTE).into_owned();
        let width = to_f64(columns(&note)) * 6.2;
        let point = || free_point(points, width, fan.part(edge), &taken);
        let label = if note.is_empty() { None } else { point() };
        if taken.len() >= REMEMBERED {
            taken.pop_front();
        }
        taken.extend(label.map(|(x, y)| (x, y, width)));
        PlacedEdge { number: edge.number, path: curve(points), label, note }
    });
    PlacedGraph {
        width: placed.width,
        height: placed.height,
        node_height: NODE_HEIGHT,
        nodes: nodes.collect(),
        edges: edges.collect(),
    }
}
