//! SAS-4.2 `wildcard-resource`: a statement allows on every resource actions that could be limited.

use std::collections::HashMap;

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Statement, Term, catalogue, catalogue::Known};

use super::{
    privilege_escalation::{self, Escalation},
    wide_assume_role, wide_secret_read, wildcard_action, wildcard_pass_role,
};
use crate::{
    Check, Rule,
    grants::{
        Grant, grants, harm, is_metadata, is_pinned, is_plumbing, list_of, only_costs, picked,
    },
    sas_05_inadequate_monitoring::log_tampering_permission,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 2 },
        name: "wildcard-resource",
        summary: "A role allows actions on every resource that could be limited to some",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[250, 732],
        since: "0.1.0",
        docs: include_str!("wildcard_resource.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut escalations = HashMap::new();
    grants(app)
        .iter()
        .filter_map(|grant| {
            let escalation = escalations
                .entry(&grant.identity.name)
                .or_insert_with(|| privilege_escalation::of(grant.identity));
            finding(app, grant, &flaw(grant, escalation.as_ref())?)
        })
        .collect()
}

/// What is wrong with a statement on every resource.
struct Flaw<'a> {
    resource: &'a Term,
    /// The actions that should be limited.
    unscoped: Vec<&'a Term>,
    severity: Severity,
    /// Whether they only cost: then no way from the internet makes it worse than `medium`.
    only_costs: bool,
}

fn finding(app: &Application, grant: &Grant<'_>, flaw: &Flaw<'_>) -> Option<Finding> {
    if wildcard_action::reports(app, grant) {
        return None;
    }
    let names = names(flaw.unscoped.iter().copied());
    let message = format!("{} allows {names} on every resource of the account", grant.subject(app));
    let found = grant.finding(app, &RULE.info, flaw.resource, flaw.severity, message)?;
    let found = if flaw.only_costs { found.severity(flaw.severity) } else { found };
    Some(found.fix(fix(grant, flaw)))
}

/// Actions that have an effect on `*` only stay on it, in a statement of their own.
fn fix(grant: &Grant<'_>, flaw: &Flaw<'_>) -> String {
    let what = if flaw.only_costs {
        "of the models that the code calls"
    } else {
        "that the code works on"
    };
    let stays = |term: &&Term| {
        !can_be_limited(term)
            && !is_told_by_action(grant, term)
            && term.known_actions().next().is_some()
    };
    let rest = names(grant.statement.actions.iter().filter(stays));
    if rest.is_empty() {
        return format!("Replace `*` under `Resource` by the ARNs {what}");
    }
    let unscoped = names(flaw.unscoped.iter().copied());
    format!("Split the statement: {unscoped} on the ARNs {what}, {rest} on `*`")
}

fn names<'a>(terms: impl Iterator<Item = &'a Term>) -> String {
    list_of(&terms.map(|term| term.text.to_string()).collect::<Vec<_>>())
}

/// What of a statement on every resource should be limited: actions that can be, are not needed so,
/// do more than tell names and settings, and are in no finding of a more telling rule.
fn flaw<'a>(grant: &Grant<'a>, escalation: Option<&Escalation<'_>>) -> Option<Flaw<'a>> {
    let statement = grant.statement;
    let resource = statement.every_resource()?;
    if statement.is_admin() || is_pinned(statement) {
        return None;
    }
    let told = |term: &Term| {
        wildcard_pass_role::reports(grant, term, escalation)
            || is_told_by_action(grant, term)
            || escalation.is_some_and(|escalation| escalation.reports(grant, term))
    };
    let unscoped: Vec<&Term> =
        statement.actions.iter().filter(|term| can_be_limited(term) && !told(term)).collect();
    let picked: Vec<Known> = unscoped.iter().flat_map(|term| limitable(term)).collect();
    if picked.iter().all(is_metadata) {
        return None;
    }
    let severity = picked.iter().map(harm).max()?;
    // A condition on when or for whom takes some of the harm away.
    let severity = if statement.conditions.is_empty() { severity } else { severity.lowered() };
    // What else the statement allows is told, and the mend is the same: name the resources.
    let is_told =
        statement.actions.iter().any(|term| can_be_limited(term) && is_told_by_action(grant, term));
    if severity <= Severity::Medium && is_told {
        return None;
    }
    let only_costs = picked.iter().all(|known| only_costs(known) || is_metadata(known));
    Some(Flaw { resource, unscoped, severity, only_costs })
}

/// Whether a rule on single actions tells of this one.
fn is_told_by_action(grant: &Grant<'_>, term: &Term) -> bool {
    wide_assume_role::reports(grant, term)
        || wide_secret_read::reports(grant, term)
        || log_tampering_permission::reports(grant, term)
}

/// Whether some action that the term picks can be limited and should be.
pub(super) fn can_be_limited(term: &Term) -> bool {
    if catalogue::find_action(&term.text).is_some_and(|known| is_plumbing(&known)) {
        return false;
    }
    limitable(term).next().is_some()
}

/// Whether all that a statement allows on every resource, and that could be limited, is to tell
/// names and settings.
pub(super) fn only_tells_settings(statement: &Statement) -> bool {
    let mut known = statement.actions.iter().flat_map(limitable).peekable();
    known.peek().is_some() && known.all(|known| is_metadata(&known))
}

/// The actions of a term that `Resource` can limit and that are not used on everything as a rule.
fn limitable(term: &Term) -> impl Iterator<Item = Known> {
    picked(term).filter(|known| known.supports_resource && !is_plumbing(known))
}

/// Whether the rule reports a statement.
pub(super) fn reports(grant: &Grant<'_>, escalation: Option<&Escalation<'_>>) -> bool {
    flaw(grant, escalation).is_some()
}
