//! SAS-4.22 `escalation-chain`: a role gains the rights of others of the application, step by step.

use app_model::{Application, Identity};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::escalation::PathKind;
use role_paths::{Certainty, Edge, NodeKind, RoleGraph, RolePath, Way, graph};

use super::privilege_escalation;
use crate::{
    Check, Rule,
    grants::{list_of, subject},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 22 },
        name: "escalation-chain",
        summary: "A role gains the rights of other roles through functions or roles of the application",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[269, 266],
        since: "0.1.0",
        docs: include_str!("escalation_chain.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let graph = graph(app);
    let all = graph.paths();
    let mut findings = Vec::new();
    for identity in &app.identities {
        // A way up that needs no other part of the application is told by itself.
        if privilege_escalation::of(identity).is_some() {
            continue;
        }
        let Some(node) = node_of(&graph, identity) else { continue };
        let path = graph.path_from(node).filter(|path| path.certainty != Certainty::Possible);
        findings.extend(match path {
            Some(path) if is_chain(&graph, identity, &path) => {
                to_administrator(app, identity, &graph, &path, &all)
            }
            None if app.functions_of(identity).next().is_some() => {
                to_others(app, identity, &graph, node)
            }
            _ => None,
        });
    }
    findings
}

/// The node of a principal, which may bear the name of a function.
pub(super) fn node_of(graph: &RoleGraph, identity: &Identity) -> Option<usize> {
    graph.nodes.iter().position(|node| {
        node.name == identity.name && matches!(node.kind, NodeKind::Role | NodeKind::User)
    })
}

/// Whether a path leads through something else of the application, from a statement on: that a
/// managed policy of AWS allows too much has rules of its own.
fn is_chain(graph: &RoleGraph, identity: &Identity, path: &RolePath) -> bool {
    let first = edges(graph, path).next();
    path.edges.len() > 1
        && first.is_some_and(|edge| edge.way != Way::Is && is_written(identity, edge))
}

/// Whether a step is taken by statements, not by what a managed policy of AWS allows.
fn is_written(identity: &Identity, edge: &Edge) -> bool {
    let is_managed = |place| identity.managed.iter().any(|managed| managed.place == place);
    !edge.by.iter().any(|grant| is_managed(grant.place))
}

pub(super) fn edges<'a>(
    graph: &'a RoleGraph,
    path: &'a RolePath,
) -> impl Iterator<Item = &'a Edge> {
    path.edges.iter().filter_map(|number| graph.edges.get(*number))
}

fn to_administrator(
    app: &Application,
    identity: &Identity,
    graph: &RoleGraph,
    path: &RolePath,
    all: &[(usize, RolePath)],
) -> Option<Finding> {
    let first = edges(graph, path).next()?;
    let names: Vec<String> = edges(graph, path)
        .skip(1)
        .map(|edge| graph.name(edge.to).to_owned())
        .filter(|name| name != "administrator")
        .collect();
    let through = match names.as_slice() {
        [] => format!("`{}`", graph.name(first.to)),
        names => {
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and then ")
        }
    };
    let message = format!(
        "{} can {}: `{}`, and through {through} become an administrator{}",
        subject(app, identity),
        gain(first)?,
        graph.name(first.to),
        only_when(&path.only_when),
    );
    let severity = severity(Severity::High, path.certainty);
    let mut found = finding(app, identity, first, severity, message)?;
    found = found.under(&path.when).path(hops(app, identity, graph, path));
    for edge in edges(graph, path) {
        for grant in edge.by.iter().take(1) {
            found = found.hop(grant.place, graph.sentence(edge));
        }
    }
    let cut = graph.cut(path, all)?;
    Some(found.fix(capital(&graph.remedy(cut))))
}

/// What the role may take over of the application, which lets it do what it may not by itself.
///
/// To assume a named role and to pass one is how roles are meant to be used; SAS-4.1 tells of a whole
/// service.
fn to_others(
    app: &Application,
    identity: &Identity,
    graph: &RoleGraph,
    node: usize,
) -> Option<Finding> {
    let mut gained: Vec<&Edge> = graph
        .edges_from(node)
        .filter(|edge| {
            edge.adds
                && is_written(identity, edge)
                && edge.certainty != Certainty::Possible
                && matches!(edge.way, Way::Path(path) if path.kind == PathKind::RunningRole)
                && !edge.by.iter().all(|grant| grant.written.ends_with(":*"))
                && !matches!(
                    graph.nodes.get(edge.to).map(|node| node.kind),
                    Some(NodeKind::OtherRole | NodeKind::Administrator) | None
                )
        })
        .collect();
    gained.sort_by_key(|edge| edge.certainty);
    let first = *gained.first()?;
    let mut names: Vec<String> = gained
        .iter()
        .filter(|edge| edge.way == first.way)
        .map(|edge| graph.name(edge.to).to_owned())
        .collect();
    names.dedup();
    let role = graph.edges_from(first.to).find(|edge| edge.way == Way::RunsAs);
    let role = role.map_or_else(|| graph.name(first.to), |edge| graph.name(edge.to));
    let message = format!(
        "{} can {}: {}, and so do what `{role}` may and it may not{}",
        subject(app, identity),
        gain(first)?,
        list_of(&names),
        only_when(&first.only_when),
    );
    let severity = severity(Severity::Medium, first.certainty);
    let found = finding(app, identity, first, severity, message)?.under(&first.when);
    let mut found = found;
    if !found.path.is_empty() {
        found.path.extend(names.first().cloned());
    }
    for grant in &first.by {
        found = found.hop(grant.place, format!("`{}` is allowed here", grant.action));
    }
    Some(found.fix(capital(&graph.remedy(first))))
}

/// A finding at the statement that lets the first step.
fn finding(
    app: &Application,
    identity: &Identity,
    first: &Edge,
    severity: Severity,
    message: String,
) -> Option<Finding> {
    let grant = first.by.iter().find(|grant| !grant.is_trust).or(first.by.first())?;
    let found = RULE.info.finding(grant.place, message).severity(severity);
    Some(found.about_identity(app, identity, None).property(first.way.id()).under(&identity.when))
}

/// The way from outside, or from the function of the role that is easiest to reach, to the end.
pub(super) fn hops(
    app: &Application,
    identity: &Identity,
    graph: &RoleGraph,
    path: &RolePath,
) -> Vec<String> {
    let function = app.functions_of(identity).max_by_key(|function| {
        app.reach(&function.name).map(|reach| (reach.exposure, reach.unauthenticated))
    });
    let start = function.and_then(|function| graph.node(&function.name));
    let Some(start) = start.or_else(|| node_of(graph, identity)) else { return Vec::new() };
    let way = RolePath { edges: Vec::new(), ..path.clone() };
    let mut hops = graph.hops(start, &way);
    if function.is_some() {
        hops.push(identity.name.to_string());
    }
    hops.extend(edges(graph, path).map(|edge| graph.name(edge.to).to_owned()));
    hops
}

fn gain(edge: &Edge) -> Option<&'static str> {
    match edge.way {
        Way::Path(path) => Some(path.gain),
        _ => None,
    }
}

fn severity(base: Severity, certainty: Certainty) -> Severity {
    if certainty == Certainty::Certain { base } else { base.lowered() }
}

pub(super) fn only_when(words: &[String]) -> String {
    if words.is_empty() { String::new() } else { format!(", only when {}", words.join(" and ")) }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
