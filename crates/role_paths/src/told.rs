//! Paths for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};
use source_text::{Place, Sources};

use crate::{Certainty, Edge, Node, NodeKind, RoleGraph, RolePath, Way};

/// The paths of one input.
#[derive(Clone, Debug)]
pub struct Told {
    /// What the input is called.
    pub title: String,
    /// Who comes to hold what.
    pub graph: RoleGraph,
    /// Each path with the number of its first node.
    pub paths: Vec<(usize, RolePath)>,
    /// Where hostile data runs as code, by the number of the function's node.
    pub injections: Vec<(usize, Place)>,
}

/// What all inputs come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody who counts becomes an administrator.
    Closed,
    /// Somebody does: certainly, or when a named condition holds.
    Open,
    /// Somebody may: what the input does not tell decides.
    NotKnown,
}

impl Told {
    /// Whether somebody who counts becomes an administrator: functions that the internet reaches,
    /// whoever is `named`, and in an input without functions every principal that is none yet.
    #[must_use]
    pub fn outcome(&self, named: Option<usize>) -> Outcome {
        let has_functions = self.graph.nodes.iter().any(|node| node.kind == NodeKind::Function);
        let counts = |number: usize, path: &RolePath| {
            let is_already = path
                .edges
                .first()
                .and_then(|number| self.graph.edges.get(*number))
                .is_some_and(|edge| edge.way == Way::Is);
            let node = self.graph.nodes.get(number);
            named == Some(number)
                || node.is_some_and(|it| it.is_internet_reachable)
                || node.is_some_and(|it| it.kind == NodeKind::Document)
                || !has_functions && !is_already
        };
        let best = self
            .paths
            .iter()
            .filter(|(number, path)| counts(*number, path))
            .map(|(_, path)| path.certainty)
            .min();
        match best {
            None => Outcome::Closed,
            Some(Certainty::Possible) => Outcome::NotKnown,
            Some(Certainty::Certain | Certainty::Conditional) => Outcome::Open,
        }
    }

    /// Where hostile data runs as code in the first node of a path.
    fn injection(&self, start: usize) -> Option<Place> {
        self.injections.iter().find(|(number, _)| *number == start).map(|(_, place)| *place)
    }
}

/// The paths in words.
#[must_use]
pub fn to_words(all: &[Told], sources: &Sources) -> String {
    let mut out = String::new();
    for told in all {
        if !told.paths.is_empty() {
            // Writing to a text can not fail, here and below.
            let _ = writeln!(out, "{}\n", told.title);
        }
        for (number, (start, path)) in told.paths.iter().enumerate() {
            let hops = told.graph.hops(*start, path).join(" → ");
            let _ = writeln!(out, "{}. {hops}", number + 1);
            let _ = writeln!(out, "   {}", certainty(path));
            if let Some(place) = told.injection(*start) {
                let name = told.graph.name(*start);
                let _ = writeln!(
                    out,
                    "   data of an event runs as code in `{name}`: {}",
                    at(place, sources)
                );
            }
            for edge in path.edges.iter().filter_map(|it| told.graph.edges.get(*it)) {
                step(&mut out, told, edge, sources);
            }
            if let Some(edge) = told.graph.cut(path, &told.paths) {
                let _ = writeln!(out, "   to cut it: {}", told.graph.remedy(edge));
            }
            out.push('\n');
        }
    }
    if out.is_empty() { "no path to an administrator was found\n".to_owned() } else { out }
}

fn certainty(path: &RolePath) -> String {
    let mut words: Vec<String> = path.when.words().into_iter().collect();
    words.extend(path.only_when.iter().cloned());
    let begin = match path.certainty {
        Certainty::Certain => "open",
        Certainty::Conditional => "open only",
        Certainty::Possible => "not known; open only",
    };
    if words.is_empty() {
        begin.to_owned()
    } else {
        format!("{begin} when {}", words.join("; and "))
    }
}

fn step(out: &mut String, told: &Told, edge: &Edge, sources: &Sources) {
    let id = match edge.way {
        Way::Path(path) => format!(" ({})", path.id),
        _ => String::new(),
    };
    let _ = writeln!(out, "   - {}{id}", told.graph.sentence(edge));
    for grant in &edge.by {
        let trust = if grant.is_trust { " by its trust policy" } else { "" };
        let _ = writeln!(out, "       {}{trust}  {}", grant.action, at(grant.place, sources));
    }
    let others = told.graph.beside(edge).filter(|other| other.way != edge.way);
    let others: Vec<&str> = others.map(|other| other.way.id()).collect();
    if !others.is_empty() && edge.way != Way::RunsAs {
        let shown = others.iter().take(6).copied().collect::<Vec<_>>().join(", ");
        let more = others.len().saturating_sub(6);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(out, "       also by {shown}{more}");
    }
}

fn at(place: Place, sources: &Sources) -> String {
    format!("{}:{}", sources.path(place.file), place.line)
}

/// The paths as JSON, `faasguard-iam-paths/1`; ends with a line break.
#[must_use]
pub fn to_json(all: &[Told], sources: &Sources) -> String {
    let inputs: Vec<Value> = all
        .iter()
        .map(|told| {
            let paths: Vec<Value> =
                told.paths.iter().map(|(start, path)| one(told, *start, path, sources)).collect();
            json!({"input": told.title, "paths": paths})
        })
        .collect();
    let whole = json!({"schema": "faasguard-iam-paths/1", "inputs": inputs});
    format!("{whole:#}\n")
}

fn one(told: &Told, start: usize, path: &RolePath, sources: &Sources) -> Value {
    let node = told.graph.nodes.get(start);
    let edges = path.edges.iter().filter_map(|number| told.graph.edges.get(*number));
    let steps: Vec<Value> = edges
        .map(|edge| {
            let statements: Vec<Value> = edge
                .by
                .iter()
                .map(|grant| {
                    json!({
                        "action": grant.action.as_str(),
                        "trust": grant.is_trust,
                        "place": place(grant.place, sources),
                    })
                })
                .collect();
            json!({
                "from": told.graph.name(edge.from),
                "to": told.graph.name(edge.to),
                "kind": told.graph.nodes.get(edge.to).map(|node| node.kind.as_str()),
                "way": edge.way.id(),
                "certainty": edge.certainty.as_str(),
                "only_when": edge.only_when,
                "when": edge.when.words(),
                "message": told.graph.sentence(edge),
                "statements": statements,
            })
        })
        .collect();
    json!({
        "from": told.graph.name(start),
        "kind": node.map(|node| node.kind.as_str()),
        "internet": node.is_some_and(|node: &Node| node.is_internet_reachable),
        "injection": told.injection(start).map(|at| place(at, sources)),
        "certainty": path.certainty.as_str(),
        "only_when": path.only_when,
        "when": path.when.words(),
        "hops": told.graph.hops(start, path),
        "steps": steps,
        "cut": told.graph.cut(path, &told.paths).map(|edge| told.graph.remedy(edge)),
    })
}

fn place(place: Place, sources: &Sources) -> Value {
    json!({"path": &*sources.path(place.file), "line": place.line, "column": place.column})
}
