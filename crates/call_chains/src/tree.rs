//! One trace as a tree: own time, what was waited for, where an error began.

use std::collections::{BTreeSet, HashMap};

use crate::Span;

/// A span with its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The span.
    pub span: Span,
    /// Number of the node that it is part of.
    pub parent: Option<usize>,
    /// How many nodes stand above it.
    pub depth: usize,
    /// Time in which none of its parts ran, in microseconds.
    pub self_us: i64,
    /// Part of the trace's time in which nothing but this span itself was waited for, in microseconds. The sum
    /// over a tree is the time of its root.
    pub waited_us: i64,
    /// Whether its parent is one that never came.
    pub is_orphan: bool,
}

/// A trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// As the spans have it.
    pub id: String,
    /// Microseconds since 1970.
    pub start_us: i64,
    /// From the first start to the last end, in microseconds.
    pub duration_us: i64,
    /// The spans, each before its parts, parts in the order of their starts.
    pub nodes: Vec<Node>,
    /// Where the error began: the failed span with no failed part below it that ended first.
    pub origin: Option<usize>,
    /// The functions, in the order in which they first ran.
    pub functions: Vec<String>,
    /// Ids of the traces whose messages this one works on, 100 at most.
    pub came_from: Vec<String>,
    /// Ids of the traces that work on messages of this one, 100 at most.
    pub goes_on_in: Vec<String>,
}

impl Trace {
    /// Puts spans of one trace together.
    pub(crate) fn of(id: String, spans: &[Span]) -> Self {
        let parents = parents(spans);
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); spans.len()];
        let mut roots = Vec::new();
        for (number, parent) in parents.iter().enumerate() {
            match parent.and_then(|parent| parts.get_mut(parent)) {
                Some(parts) => parts.push(number),
                None => roots.push(number),
            }
        }
        let start = |number: &usize| spans.get(*number).map_or(0, |span| span.start_us);
        for list in parts.iter_mut().chain([&mut roots]) {
            list.sort_by_key(start);
        }
        let mut nodes: Vec<Node> = Vec::with_capacity(spans.len());
        let mut open: Vec<_> = roots.iter().rev().map(|root| (*root, None, 0)).collect();
        while let Some((number, parent, depth)) = open.pop() {
            let Some(span) = spans.get(number) else { continue };
            let is_orphan = parent.is_none() && span.parent.is_some();
            let span = inherit(span, parent.and_then(|it| nodes.get(it)));
            nodes.push(Node { span, parent, depth, self_us: 0, waited_us: 0, is_orphan });
            let at = nodes.len() - 1;
            let below = parts.get(number).into_iter().flatten().rev();
            open.extend(below.map(|part| (*part, Some(at), depth + 1)));
        }
        measure(&mut nodes);
        let first = nodes.iter().map(|node| node.span.start_us).min().unwrap_or_default();
        let last = nodes.iter().map(|node| node.span.end_us).max().unwrap_or_default();
        let mut seen = BTreeSet::new();
        let mut by_start: Vec<&Node> = nodes.iter().collect();
        by_start.sort_by_key(|node| node.span.start_us);
        let functions = by_start.into_iter().filter_map(|node| node.span.function.clone());
        let functions = functions.filter(|name| seen.insert(name.clone())).collect();
        let origin = origin(&nodes);
        Self {
            id,
            start_us: first,
            duration_us: last - first,
            nodes,
            origin,
            functions,
            came_from: Vec::new(),
            goes_on_in: Vec::new(),
        }
    }

    /// Numbers of the nodes from the root to a node.
    #[must_use]
    pub fn way_to(&self, node: usize) -> Vec<usize> {
        let mut way = Vec::new();
        let mut at = Some(node);
        while let Some(number) = at {
            way.push(number);
            at = self.nodes.get(number).and_then(|node| node.parent);
        }
        way.reverse();
        way
    }

    /// Whether a span of it failed.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.origin.is_some()
    }
}

/// What has no function of its own runs in that of its parent; a call is not in what it calls.
fn inherit(span: &Span, parent: Option<&Node>) -> Span {
    let mut span = span.clone();
    if span.function.is_none() {
        span.function = parent.and_then(|it| it.span.function.clone());
    }
    span
}

/// The parent of each span by number; where parents go round in a ring, one of them has none.
fn parents(spans: &[Span]) -> Vec<Option<usize>> {
    let numbers: HashMap<&str, usize> =
        spans.iter().enumerate().map(|(number, span)| (span.id.as_str(), number)).collect();
    let mut parents: Vec<Option<usize>> = spans
        .iter()
        .enumerate()
        .map(|(number, span)| {
            let parent = numbers.get(span.parent.as_deref()?).copied()?;
            (parent != number).then_some(parent)
        })
        .collect();
    // By number: in which walk it was met first; met again in the same walk, it closes a ring.
    let mut met = vec![usize::MAX; spans.len()];
    for start in 0..spans.len() {
        let mut at = start;
        loop {
            match met.get_mut(at) {
                Some(walk) if *walk == usize::MAX => *walk = start,
                Some(walk) if *walk == start => {
                    if let Some(parent) = parents.get_mut(at) {
                        *parent = None;
                    }
                    break;
                }
                _ => break,
            }
            match parents.get(at).copied().flatten() {
                Some(parent) => at = parent,
                None => break,
            }
        }
    }
    parents
}

/// Own time and waiting of every node.
fn measure(nodes: &mut [Node]) {
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (number, node) in nodes.iter().enumerate() {
        if let Some(list) = node.parent.and_then(|parent| parts.get_mut(parent)) {
            list.push(number);
        }
    }
    let times: Vec<(i64, i64)> =
        nodes.iter().map(|node| (node.span.start_us, node.span.end_us)).collect();
    let time = |number: usize| times.get(number).copied().unwrap_or_default();
    for (number, node) in nodes.iter_mut().enumerate() {
        let below = parts.get(number).map(Vec::as_slice).unwrap_or_default();
        node.self_us = own_time(time(number), below.iter().map(|part| time(*part)));
    }
    // From the end backwards: what ended last is what was waited for.
    let roots = nodes.iter().enumerate().filter(|(_, node)| node.parent.is_none());
    let mut open: Vec<(usize, i64, i64)> =
        roots.map(|(number, node)| (number, node.span.start_us, node.span.end_us)).collect();
    while let Some((number, from, until)) = open.pop() {
        let (start, end) = time(number);
        // A part with another clock may lie beyond the whole.
        let start = start.max(from);
        let mut at = end.min(until);
        let mut waited = 0;
        let mut below = parts.get(number).cloned().unwrap_or_default();
        below.sort_by_key(|part| std::cmp::Reverse(time(*part).1));
        for part in below {
            let (part_start, part_end) = time(part);
            let part_end = part_end.min(at);
            if part_start >= at || part_end <= start || part_end <= part_start {
                continue;
            }
            waited += at - part_end;
            open.push((part, start, part_end));
            at = part_start.max(start);
        }
        waited += (at - start).max(0);
        if let Some(node) = nodes.get_mut(number) {
            node.waited_us = waited;
        }
    }
}

/// Length of a stretch without what others cover of it.
fn own_time((start, end): (i64, i64), others: impl Iterator<Item = (i64, i64)>) -> i64 {
    let mut covered: Vec<_> =
        others.map(|(from, to)| (from.max(start), to.min(end))).filter(|it| it.0 < it.1).collect();
    covered.sort_unstable();
    let (mut own, mut at) = (0, start);
    for (from, to) in covered {
        own += (from - at).max(0);
        at = at.max(to);
    }
    own + (end - at).max(0)
}

fn origin(nodes: &[Node]) -> Option<usize> {
    let mut has_failed_part = vec![false; nodes.len()];
    // Parts stand behind what they are part of.
    for (number, node) in nodes.iter().enumerate().rev() {
        let is_failed =
            node.span.fault.is_fault() || has_failed_part.get(number).copied().unwrap_or_default();
        if is_failed && let Some(above) = node.parent.and_then(|it| has_failed_part.get_mut(it)) {
            *above = true;
        }
    }
    let lowest = nodes.iter().enumerate().filter(|(number, node)| {
        node.span.fault.is_fault() && !has_failed_part.get(*number).copied().unwrap_or_default()
    });
    lowest.min_by_key(|(_, node)| node.span.end_us).map(|(number, _)| number)
}
