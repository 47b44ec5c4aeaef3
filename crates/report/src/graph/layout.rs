//! Where nodes and edges stand: columns from the outside to the inside, few crossings.

use super::Drawn;
use safe_text::columns;

/// Height of a node.
pub(super) const NODE_HEIGHT: f64 = 46.0;
/// Height that an edge takes in a column which it only passes.
const PASS_HEIGHT: f64 = 14.0;
/// Least distance of two things in a column.
const GAP: f64 = 22.0;
/// Distance of two columns, where the edges are.
const CHANNEL: f64 = 146.0;
/// Width of a character of a label, roughly: the fonts of readers differ.
pub(super) const CHARACTER: f64 = 7.6;
/// Sweeps of ordering and of placing; more change little.
const SWEEPS: usize = 6;

/// Everything with its coordinates; the origin is the upper left of the first column.
pub(super) struct Layout {
    /// Left edge and width of each column that is not empty, with its kind of content.
    pub(super) columns: Vec<Column>,
    /// By number of the node: left edge, upper edge, width.
    pub(super) nodes: Vec<(f64, f64, f64)>,
    /// By number of the edge: the points it passes, in pairs of entry and exit of a column.
    pub(super) edges: Vec<Vec<(f64, f64)>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

pub(super) struct Column {
    pub(super) index: usize,
    pub(super) left: f64,
    pub(super) width: f64,
}

/// What stands in a column: a node, or the passage of a long edge.
struct Slot {
    height: f64,
    /// Centre, from the top.
    centre: f64,
    before: Vec<usize>,
    after: Vec<usize>,
}

/// Slots in columns; slot `n` below the number of nodes is node `n`.
struct Grid {
    slots: Vec<Slot>,
    columns: Vec<Vec<usize>>,
    /// By number of the edge: the slots it passes, with the column of each.
    routes: Vec<Vec<(usize, usize)>>,
}

pub(super) fn layout(graph: &Drawn<'_>) -> Layout {
    let mut used: Vec<usize> = graph.columns.clone();
    used.sort_unstable();
    used.dedup();
    let place_of = |column: usize| used.binary_search(&column).unwrap_or_default();
    let column_of: Vec<usize> = graph.columns.iter().copied().map(place_of).collect();
    let mut grid = Grid::new(graph, &column_of, used.len());
    for sweep in 0..SWEEPS {
        grid.order(sweep % 2 == 0);
    }
    grid.stack();
    for sweep in 0..SWEEPS {
        grid.straighten(sweep % 2 == 0);
    }
    grid.finish(graph, &column_of, &used)
}

impl Grid {
    fn new(graph: &Drawn<'_>, column_of: &[usize], columns: usize) -> Self {
        let slot = |height| Slot { height, centre: 0.0, before: Vec::new(), after: Vec::new() };
        let mut grid = Self {
            slots: graph.nodes.iter().map(|_| slot(NODE_HEIGHT)).collect(),
            columns: vec![Vec::new(); columns],
            routes: Vec::new(),
        };
        for (number, column) in column_of.iter().enumerate() {
            if let Some(column) = grid.columns.get_mut(*column) {
                column.push(number);
            }
        }
        for edge in &graph.edges {
            let (Some(&start), Some(&end)) = (column_of.get(edge.from), column_of.get(edge.to))
            else {
                continue;
            };
            let mut route = vec![(edge.from, start)];
            // Only edges to the right are routed around columns; the few others are bows.
            for column in start + 1..end.max(start + 1) {
                grid.slots.push(slot(PASS_HEIGHT));
                let number = grid.slots.len() - 1;
                if let Some(column) = grid.columns.get_mut(column) {
                    column.push(number);
                }
                route.push((number, column));
            }
            route.push((edge.to, end));
            if end > start {
                for ((left, _), (right, _)) in route.iter().zip(route.iter().skip(1)) {
                    grid.connect(*left, *right);
                }
            }
            grid.routes.push(route);
        }
        grid
    }

    fn connect(&mut self, left: usize, right: usize) {
        if let Some(slot) = self.slots.get_mut(left) {
            slot.after.push(right);
        }
        if let Some(slot) = self.slots.get_mut(right) {
            slot.before.push(left);
        }
    }

    /// Mean centre of the neighbours on one side; `None` without neighbours there.
    fn pull(&self, slot: usize, from_left: bool) -> Option<f64> {
        let slot = self.slots.get(slot)?;
        let neighbours = if from_left { &slot.before } else { &slot.after };
        let centres: Vec<f64> =
            neighbours.iter().filter_map(|it| self.slots.get(*it)).map(|it| it.centre).collect();
        (!centres.is_empty()).then(|| centres.iter().sum::<f64>() / to_f64(centres.len()))
    }

    fn sweep(&self, from_left: bool) -> Vec<usize> {
        let columns = 0..self.columns.len();
        if from_left { columns.collect() } else { columns.rev().collect() }
    }

    /// Sorts each column by where its neighbours stand, which undoes most crossings.
    fn order(&mut self, from_left: bool) {
        for index in self.sweep(from_left) {
            let Some(column) = self.columns.get(index) else { continue };
            let mut keyed: Vec<(f64, usize)> = column
                .iter()
                .zip(0..)
                .map(|(slot, at)| (self.pull(*slot, from_left).unwrap_or(to_f64(at)), *slot))
                .collect();
            keyed.sort_by(|left, right| left.0.total_cmp(&right.0));
            for ((_, slot), at) in keyed.iter().zip(0..) {
                if let Some(slot) = self.slots.get_mut(*slot) {
                    slot.centre = to_f64(at);
                }
            }
            if let Some(column) = self.columns.get_mut(index) {
                *column = keyed.into_iter().map(|(_, slot)| slot).collect();
            }
        }
    }

    /// Puts the slots of each column below each other, from the top.
    fn stack(&mut self) {
        for column in &self.columns {
            let mut top = 0.0;
            for slot in column {
                if let Some(slot) = self.slots.get_mut(*slot) {
                    slot.centre = top + slot.height / 2.0;
                    top += slot.height + GAP;
                }
            }
        }
    }

    /// Moves the slots of each column towards their neighbours, in order and without overlap.
    fn straighten(&mut self, from_left: bool) {
        for index in self.sweep(from_left) {
            let Some(column) = self.columns.get(index).cloned() else { continue };
            let wished: Vec<Option<f64>> =
                column.iter().map(|slot| self.pull(*slot, from_left)).collect();
            let mut bottom = f64::NEG_INFINITY;
            let mut drift = 0.0;
            for (slot, wish) in column.iter().zip(&wished) {
                let Some(slot) = self.slots.get_mut(*slot) else { continue };
                let wish = wish.unwrap_or(slot.centre);
                slot.centre = wish.max(bottom + GAP + slot.height / 2.0);
                bottom = slot.centre + slot.height / 2.0;
                drift += slot.centre - wish;
            }
            // Overlaps were resolved downwards only: half of the way back is fair to all.
            let back = if column.is_empty() { 0.0 } else { drift / to_f64(column.len()) };
            for slot in &column {
                if let Some(slot) = self.slots.get_mut(*slot) {
                    slot.centre -= back;
                }
            }
        }
    }

    fn finish(&self, graph: &Drawn<'_>, column_of: &[usize], used: &[usize]) -> Layout {
        let top = self.slots.iter().map(|it| it.centre - it.height / 2.0).fold(0.0, f64::min);
        let bottom = self.slots.iter().map(|it| it.centre + it.height / 2.0).fold(0.0, f64::max);
        let mut columns = Vec::new();
        let mut left = 0.0;
        for (at, index) in used.iter().enumerate() {
            let longest = graph
                .nodes
                .iter()
                .zip(column_of)
                .filter(|(_, column)| **column == at)
                .map(|(node, _)| columns_of(&node.label))
                .fold(0.0, f64::max);
            let width = (longest * CHARACTER + 52.0).clamp(130.0, 280.0);
            columns.push(Column { index: *index, left, width });
            left += width + CHANNEL;
        }
        let centre = |slot: usize| self.slots.get(slot).map_or(0.0, |it| it.centre - top);
        let nodes = (0..graph.nodes.len())
            .zip(column_of)
            .filter_map(|(node, column)| {
                let column = columns.get(*column)?;
                Some((column.left, centre(node) - NODE_HEIGHT / 2.0, column.width))
            })
            .collect();
        let edges = self
            .routes
            .iter()
            .map(|route| {
                let points = route.iter().filter_map(|(slot, column)| {
                    let (column, y) = (columns.get(*column)?, centre(*slot));
                    Some([(column.left, y), (column.left + column.width, y)])
                });
                points.flatten().collect()
            })
            .collect();
        let width = (left - CHANNEL).max(0.0);
        Layout { columns, nodes, edges, width, height: bottom - top }
    }
}

/// Columns of text as a number to draw with.
fn columns_of(text: &str) -> f64 {
    to_f64(columns(text))
}

/// Counts of a picture are far below 2^32, so nothing is lost.
pub(super) fn to_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
