//! SAS-4.11 `privilege-escalation`: what a role may do adds up to more than it was given.

use app_model::{Application, Identity, IdentityKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{
    Statement, Term,
    escalation::{Certainty, Held, Holder, OpenWay, PathKind, Principal, open_ways},
};

use role_paths::RoleGraph;

use super::escalation_chain;
use crate::{
    Check, Rule,
    grants::{Grant, grants, list_of, takes_all},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 11 },
        name: "privilege-escalation",
        summary: "A role may give itself more permissions than it has",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[269, 266],
        since: "0.1.0",
        docs: include_str!("privilege_escalation.md"),
    },
    check: Check::Application(check),
};

/// The ways up that the policies of one principal open.
pub(super) struct Escalation<'a> {
    /// Surest and worst first.
    ways: Vec<OpenWay<'a>>,
    /// The first statement of the first.
    at: &'a Statement,
}

fn check(app: &Application) -> Vec<Finding> {
    let grants = grants(app);
    let mut findings = Vec::new();
    let mut graph = None;
    for identity in &app.identities {
        let Some(escalation) = of(identity) else { continue };
        let graph = graph.get_or_insert_with(|| role_paths::graph(app));
        let at = grants.iter().find(|grant| std::ptr::eq(grant.statement, escalation.at));
        let found = at.and_then(|grant| finding(app, grant, &escalation));
        findings.extend(found.map(|found| lengthened(found, app, identity, graph)));
    }
    findings
}

/// The same with the way to the administrator, where the application itself holds all of it.
fn lengthened(
    found: Finding,
    app: &Application,
    identity: &Identity,
    graph: &RoleGraph,
) -> Finding {
    let path = escalation_chain::node_of(graph, identity).and_then(|node| graph.path_from(node));
    let Some(path) = path.filter(|path| path.certainty != Certainty::Possible) else {
        return found;
    };
    let hops = escalation_chain::hops(app, identity, graph, &path);
    let names: Vec<String> = escalation_chain::edges(graph, &path)
        .map(|edge| graph.name(edge.to).to_owned())
        .filter(|name| name != "administrator")
        .collect();
    let mut found = found.path(hops);
    if !names.is_empty() {
        found.message = format!(
            "{}; through {} that makes it an administrator{}",
            found.message,
            list_of(&names),
            escalation_chain::only_when(&path.only_when)
        );
        if path.certainty == Certainty::Certain {
            found.severity = Severity::Critical;
        }
    }
    found
}

fn finding(app: &Application, grant: &Grant<'_>, escalation: &Escalation<'_>) -> Option<Finding> {
    let way = escalation.ways.first()?;
    let first = way.by.first()?;
    let severity = match way.path.kind {
        PathKind::OwnPolicy | PathKind::OtherPrincipal => Severity::Critical,
        PathKind::PassRole | PathKind::RunningRole => Severity::High,
    };
    let severity = if way.certainty == Certainty::Certain { severity } else { severity.lowered() };
    let mut found = grant.finding(
        app,
        &RULE.info,
        first.term()?,
        severity,
        message(app, grant, escalation)?,
    )?;
    found = found.under(&way.when());
    for held in escalation.ways.iter().flat_map(|way| &way.by) {
        let note = format!("`{}` is allowed here", held.action);
        let hop = finding::Hop { place: held.by.place, note };
        if found.trace.len() < 8 && !found.trace.contains(&hop) {
            found = found.hop(hop.place, hop.note);
        }
    }
    Some(found.fix(format!(
        "Take `{}` out of the role, or name under `Resource` only what it may be used on",
        first.action
    )))
}

/// ``with `iam:PassRole` … the role of `Build` can …; only when …; 2 more ways are open``.
fn message(app: &Application, grant: &Grant<'_>, escalation: &Escalation<'_>) -> Option<String> {
    let way = escalation.ways.first()?;
    let actions: Vec<String> = way.path.actions().map(str::to_owned).collect();
    let is_wide = way.by.iter().all(|held| {
        let service = held.action.split(':').next().unwrap_or_default();
        held.by.resources.iter().any(|term| takes_all(term, service))
    });
    let on = if is_wide { " on every resource" } else { "" };
    let more = match escalation.ways.len().saturating_sub(1) {
        0 => String::new(),
        1 => "; 1 more way is open".to_owned(),
        more => format!("; {more} more ways are open"),
    };
    let only = escalation_chain::only_when(&way.only_when);
    Some(format!(
        "with {}{on} {} can {}{only}{more}",
        list_of(&actions),
        grant.subject(app),
        way.path.gain
    ))
}

/// The ways up that a principal's statements open together, save those that a whole service opens
/// (`wildcard-action`) and taking any role (`wide-assume-role`).
///
/// Ways through roles and functions that the statements name are `escalation-chain`'s to tell.
pub(super) fn of(identity: &Identity) -> Option<Escalation<'_>> {
    let holder = Holder {
        policies: identity.policies.iter().map(|policy| &policy.document).collect(),
        boundary: None,
        unknown_boundary: identity.boundary.as_ref().map(|it| it.value.display().into()),
    };
    let principal = match identity.kind {
        IdentityKind::Role => Principal::Role,
        IdentityKind::User | IdentityKind::Group => Principal::User,
        IdentityKind::Detached => Principal::Any,
    };
    let is_cut = holder.policies.iter().any(|policy| policy.denies().next().is_some());
    let mut ways = open_ways(&holder, principal);
    ways.retain(|way| {
        way.certainty != Certainty::Possible
            && way.path.id != "sts-001"
            && way.by.iter().any(|held| is_cut || !is_blanket(held) || !held.only_when.is_empty())
    });
    let at = ways.first()?.by.first()?.by;
    Some(Escalation { ways, at })
}

/// Whether a statement allows an action only as one of a whole service, or of all.
fn is_blanket(held: &Held<'_>) -> bool {
    held.by.not_actions.is_empty()
        && !held.by.actions.iter().any(|term| {
            term.matches_action(held.action)
                && !term.is_every_action()
                && term.whole_service().is_none()
        })
}

impl Escalation<'_> {
    /// Whether the finding stands at this statement and is about this action of it.
    pub(super) fn reports(&self, grant: &Grant<'_>, term: &Term) -> bool {
        std::ptr::eq(self.at, grant.statement)
            && self.ways.iter().flat_map(|way| &way.by).any(|held| {
                std::ptr::eq(held.by, grant.statement) && term.matches_action(held.action)
            })
    }

    /// Whether a way up takes one of `actions` from this statement.
    pub(super) fn uses(&self, statement: &Statement, actions: &[&str]) -> bool {
        self.ways
            .iter()
            .flat_map(|way| &way.by)
            .any(|held| actions.contains(&held.action) && std::ptr::eq(held.by, statement))
    }
}
