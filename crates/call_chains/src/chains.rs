//! All traces together: who calls whom, how often, how long, how often it fails.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use crate::{
    Lost, Span, Trace,
    links::{self, Link},
};

/// Traces and what they say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chains {
    /// The traces, the newest first.
    pub traces: Vec<Trace>,
    /// Who calls whom, what takes longest first.
    pub edges: Vec<Edge>,
    /// The functions, what takes longest itself first.
    pub functions: Vec<FunctionTime>,
    /// What was not taken in.
    pub lost: Lost,
}

/// Calls from one function to another, or to something else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    /// The function that calls.
    pub from: String,
    /// What is called.
    pub to: String,
    /// Whether what is called is a function.
    pub is_function: bool,
    /// How many calls.
    pub calls: u64,
    /// How many of them failed.
    pub faults: u64,
    /// How long they took together, in microseconds.
    pub total_us: i64,
}

/// Time of one function over all traces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionTime {
    /// Its name.
    pub name: String,
    /// In how many traces it ran.
    pub traces: u64,
    /// Own time of its spans together, in microseconds.
    pub self_us: i64,
    /// How much of it traces waited for, in microseconds.
    pub waited_us: i64,
    /// In how many traces an error began in it.
    pub origins: u64,
}

impl Chains {
    pub(crate) fn of(spans: Vec<Span>, lost: Lost) -> Self {
        let mut by_trace: BTreeMap<String, Vec<Span>> = BTreeMap::new();
        for span in spans {
            by_trace.entry(span.trace.clone()).or_default().push(span);
        }
        let mut traces: Vec<Trace> =
            by_trace.into_iter().map(|(id, spans)| Trace::of(id, &spans)).collect();
        traces.sort_by_key(|trace| Reverse(trace.start_us));
        let (links, unlinked) = links::join(&mut traces);
        let orphans = traces.iter().flat_map(|it| &it.nodes).filter(|it| it.is_orphan).count();
        Self {
            edges: edges(&traces, &links),
            functions: functions(&traces),
            traces,
            lost: Lost { orphans, unlinked, ..lost },
        }
    }

    /// The trace with an id.
    #[must_use]
    pub fn trace(&self, id: &str) -> Option<&Trace> {
        self.traces.iter().find(|trace| trace.id == id)
    }
}

fn edges(traces: &[Trace], links: &[Link]) -> Vec<Edge> {
    let mut edges: HashMap<(String, String, bool), Edge> = HashMap::new();
    let mut add = |from: &str, to: &str, is_function: bool, span: &Span| {
        let key = (from.to_owned(), to.to_owned(), is_function);
        let edge = edges.entry(key).or_insert_with(|| Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            is_function,
            ..Edge::default()
        });
        edge.calls += 1;
        edge.faults += u64::from(span.fault.is_fault());
        edge.total_us = edge.total_us.saturating_add(span.end_us - span.start_us);
    };
    for trace in traces {
        // A call that another function answers is told by that function, which says more.
        let mut answered = HashSet::new();
        for node in &trace.nodes {
            let above = node.parent.and_then(|it| trace.nodes.get(it));
            let (Some(function), Some(above)) = (&node.span.function, above) else { continue };
            let Some(caller) = &above.span.function else { continue };
            if caller != function {
                answered.extend(node.parent);
                add(caller, function, true, &node.span);
            }
        }
        for (number, node) in trace.nodes.iter().enumerate() {
            if let (Some(function), Some(callee)) = (&node.span.function, &node.span.callee)
                && !answered.contains(&number)
            {
                add(function, callee, false, &node.span);
            }
        }
    }
    for link in links {
        let node = traces.get(link.trace).and_then(|it| it.nodes.get(link.node));
        if let Some(node) = node {
            add(&link.from, &link.to, true, &node.span);
        }
    }
    let mut edges: Vec<Edge> = edges.into_values().collect();
    edges.sort_by(|one, two| {
        (two.total_us, &one.from, &one.to).cmp(&(one.total_us, &two.from, &two.to))
    });
    edges
}

fn functions(traces: &[Trace]) -> Vec<FunctionTime> {
    let mut all: BTreeMap<&str, FunctionTime> = BTreeMap::new();
    for trace in traces {
        for name in &trace.functions {
            all.entry(name).or_default().traces += 1;
        }
        for (number, node) in trace.nodes.iter().enumerate() {
            let Some(name) = &node.span.function else { continue };
            let of = all.entry(name).or_default();
            of.self_us = of.self_us.saturating_add(node.self_us);
            of.waited_us = of.waited_us.saturating_add(node.waited_us);
            of.origins += u64::from(trace.origin == Some(number));
        }
    }
    let named = |(name, time): (&str, FunctionTime)| FunctionTime { name: name.to_owned(), ..time };
    let mut all: Vec<FunctionTime> = all.into_iter().map(named).collect();
    all.sort_by_key(|it| Reverse(it.self_us));
    all
}
