//! SAS-4.2 `wildcard-resource`: a statement allows on every resource actions that could be limited.

use std::collections::HashMap;

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Term, catalogue};

use super::{
    privilege_escalation::{self, Escalation},
    wide_assume_role, wide_secret_read, wildcard_action, wildcard_pass_role,
};
use crate::{
    Check, Rule,
    grants::{Grant, grants, harm, is_pinned, is_plumbing, list_of, picked},
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
            let unscoped = unscoped(grant, escalation.as_ref());
            finding(app, grant, &unscoped)
        })
        .collect()
}

fn finding(app: &Application, grant: &Grant<'_>, unscoped: &[&Term]) -> Option<Finding> {
    let resource = grant.statement.every_resource()?;
    if unscoped.is_empty() || wildcard_action::reports(app, grant) {
        return None;
    }
    let severity = unscoped
        .iter()
        .flat_map(|term| picked(term))
        .map(|known| harm(&known))
        .max()
        .unwrap_or(Severity::Medium);
    // A condition on when or for whom takes some of the harm away.
    let severity =
        if grant.statement.conditions.is_empty() { severity } else { severity.lowered() };
    // What else the statement allows is told, and the mend is the same: name the resources.
    let is_told = unscoped.len() < grant.statement.actions.len()
        && grant.statement.actions.iter().any(|term| is_told_by_action(grant, term));
    if severity <= Severity::Medium && is_told {
        return None;
    }
    let names: Vec<String> = unscoped.iter().map(|term| term.text.to_string()).collect();
    let message = format!(
        "{} allows {} on every resource of the account",
        grant.subject(app),
        list_of(&names)
    );
    let fix = "Replace `*` under `Resource` by the ARNs that the code works on";
    Some(grant.finding(app, &RULE.info, resource, severity, message)?.fix(fix))
}

/// The actions of a statement on every resource that could be limited, are not needed so, and are
/// in no finding of a more telling rule.
fn unscoped<'a>(grant: &Grant<'a>, escalation: Option<&Escalation<'_>>) -> Vec<&'a Term> {
    let statement = grant.statement;
    if statement.every_resource().is_none() || statement.is_admin() || is_pinned(statement) {
        return Vec::new();
    }
    let told = |term: &Term| {
        wildcard_pass_role::reports(grant, term, escalation)
            || is_told_by_action(grant, term)
            || escalation.is_some_and(|escalation| escalation.reports(grant, term))
    };
    statement.actions.iter().filter(|term| can_be_limited(term) && !told(term)).collect()
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
    picked(term).any(|known| known.supports_resource && !is_plumbing(&known))
}

/// Whether the rule reports a statement.
pub(super) fn reports(grant: &Grant<'_>, escalation: Option<&Escalation<'_>>) -> bool {
    !unscoped(grant, escalation).is_empty()
}
