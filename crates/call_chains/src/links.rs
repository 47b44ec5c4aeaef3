//! Traces that go on in others: functions that work on messages begin traces of their own, with links to their senders.

use std::collections::{BTreeSet, HashMap};

use crate::Trace;

/// Traces that one trace is joined with, each way.
const MOST: usize = 100;

/// A function that worked on a message of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The function that sent it.
    pub(crate) from: String,
    /// The function that worked on it.
    pub(crate) to: String,
    /// Number of the trace in which it did, and of the node there.
    pub(crate) trace: usize,
    pub(crate) node: usize,
}

/// Tells each trace from which it came and in which it goes on. Gives the links between functions, each once a
/// trace, and how many links lead to spans that never came.
pub(crate) fn join(traces: &mut [Trace]) -> (Vec<Link>, usize) {
    let senders = senders(traces);
    let (mut links, mut ways, mut unlinked) = (Vec::new(), BTreeSet::new(), 0);
    for (number, trace) in traces.iter().enumerate() {
        let mut told = BTreeSet::new();
        for (at, node) in trace.nodes.iter().enumerate() {
            for (of, id) in &node.span.links {
                let Some((sender, from)) = senders.get(&(of.as_str(), id.as_str())) else {
                    unlinked += 1;
                    continue;
                };
                // Within a trace, a span that has a parent is told of by that.
                if *sender == number && node.parent.is_some() {
                    continue;
                }
                if *sender != number {
                    ways.insert((*sender, number));
                }
                if let (Some(from), Some(to)) = (from, &node.span.function)
                    && *from != to
                    && told.insert((of, id, to))
                {
                    let (from, to) = ((*from).clone(), to.clone());
                    links.push(Link { from, to, trace: number, node: at });
                }
            }
        }
    }
    for (from, to) in ways {
        let id = |number: usize| traces.get(number).map(|it| it.id.clone()).unwrap_or_default();
        let (before, after) = (id(from), id(to));
        if let Some(trace) = traces.get_mut(from).filter(|it| it.goes_on_in.len() < MOST) {
            trace.goes_on_in.push(after);
        }
        if let Some(trace) = traces.get_mut(to).filter(|it| it.came_from.len() < MOST) {
            trace.came_from.push(before);
        }
    }
    (links, unlinked)
}

/// A span that others link to: the number of its trace, and its function.
type Sender<'t> = (usize, Option<&'t String>);

/// By trace and id.
fn senders(traces: &[Trace]) -> HashMap<(&str, &str), Sender<'_>> {
    let nodes = traces.iter().flat_map(|it| &it.nodes);
    let wanted: BTreeSet<(&str, &str)> =
        nodes.flat_map(|it| &it.span.links).map(|(of, id)| (of.as_str(), id.as_str())).collect();
    let mut senders = HashMap::new();
    for (number, trace) in traces.iter().enumerate() {
        for node in &trace.nodes {
            let key = (node.span.trace.as_str(), node.span.id.as_str());
            if wanted.contains(&key) {
                senders.insert(key, (number, node.span.function.as_ref()));
            }
        }
    }
    senders
}
