//! SAS-4.11 `privilege-escalation`: what a role may do adds up to more than it was given.

use app_model::{Application, Identity};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{
    Policy, Statement, Term,
    escalation::{Path, PathKind, paths_of},
};

use crate::{
    Check, Rule,
    grants::{Grant, grants, list_of},
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
    /// Worst first; each with the statements that open it, in the order of its actions.
    paths: Vec<(&'static Path, Vec<&'a Statement>)>,
    /// The first statement of the worst.
    at: &'a Statement,
}

fn check(app: &Application) -> Vec<Finding> {
    let grants = grants(app);
    let mut findings = Vec::new();
    for identity in &app.identities {
        let Some(escalation) = of(identity) else { continue };
        let at = grants.iter().find(|grant| std::ptr::eq(grant.statement, escalation.at));
        findings.extend(at.and_then(|grant| finding(app, grant, &escalation)));
    }
    findings
}

fn finding(app: &Application, grant: &Grant<'_>, escalation: &Escalation<'_>) -> Option<Finding> {
    let (path, _) = escalation.paths.first()?;
    let first = path.actions.first()?;
    let term = grant.statement.actions.iter().find(|term| term.matches_action(first))?;
    let severity = match path.kind {
        PathKind::OwnPolicy | PathKind::OtherPrincipal => Severity::Critical,
        PathKind::PassRole | PathKind::RunningRole => Severity::High,
    };
    let actions: Vec<String> = path.actions.iter().map(ToString::to_string).collect();
    let more = match escalation.paths.len().saturating_sub(1) {
        0 => String::new(),
        1 => "; 1 more way is open".to_owned(),
        more => format!("; {more} more ways are open"),
    };
    let message = format!(
        "with {} on every resource {} can {}{more}",
        list_of(&actions),
        grant.subject(app),
        path.gain
    );
    let mut found = grant.finding(app, &RULE.info, term, severity, message)?;
    for (path, statements) in &escalation.paths {
        for (action, statement) in path.actions.iter().zip(statements) {
            let note = format!("`{action}` is allowed here");
            let hop = finding::Hop { place: statement.place, note };
            if found.trace.len() < 8 && !found.trace.contains(&hop) {
                found = found.hop(hop.place, hop.note);
            }
        }
    }
    Some(found.fix(format!(
        "Take `{first}` out of the role, or name under `Resource` only what it may be used on"
    )))
}

/// The ways up that a principal's statements open together, save those that a whole service opens
/// (`wildcard-action`) and taking any role (`wide-assume-role`).
pub(super) fn of(identity: &Identity) -> Option<Escalation<'_>> {
    let policies: Vec<&Policy> = identity.policies.iter().map(|policy| &policy.document).collect();
    let mut paths = paths_of(&policies);
    paths.retain(|(path, statements)| {
        path.id != "sts-001"
            && path
                .actions
                .iter()
                .zip(statements)
                .any(|(action, statement)| !is_blanket(statement, action))
    });
    paths.sort_by_key(|(path, _)| match path.kind {
        PathKind::OwnPolicy => 0,
        PathKind::OtherPrincipal => 1,
        PathKind::PassRole => 2,
        PathKind::RunningRole => 3,
    });
    let at = paths.first().and_then(|(_, statements)| statements.first().copied())?;
    Some(Escalation { paths, at })
}

/// Whether a statement allows an action only as one of a whole service, or of all.
fn is_blanket(statement: &Statement, action: &str) -> bool {
    !statement.actions.iter().any(|term| {
        term.matches_action(action) && !term.is_every_action() && term.whole_service().is_none()
    })
}

impl Escalation<'_> {
    /// Whether the finding stands at this statement and is about this action of it.
    pub(super) fn reports(&self, grant: &Grant<'_>, term: &Term) -> bool {
        std::ptr::eq(self.at, grant.statement)
            && self.paths.iter().any(|(path, statements)| {
                path.actions.iter().zip(statements).any(|(action, statement)| {
                    std::ptr::eq(*statement, grant.statement) && term.matches_action(action)
                })
            })
    }

    /// Whether a way up takes one of `actions` from this statement.
    pub(super) fn uses(&self, statement: &Statement, actions: &[&str]) -> bool {
        self.paths.iter().any(|(path, statements)| {
            path.actions
                .iter()
                .zip(statements)
                .any(|(action, by)| actions.contains(action) && std::ptr::eq(*by, statement))
        })
    }
}
