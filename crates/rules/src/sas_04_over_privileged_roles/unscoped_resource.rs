//! SAS-4.21 `unscoped-resource`: `*` where `wildcard-resource` has a reason to be silent.

use std::collections::HashMap;

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::{
    privilege_escalation, wide_assume_role, wide_secret_read, wildcard_action, wildcard_pass_role,
    wildcard_resource,
};
use crate::{
    Check, Rule,
    grants::{Grant, grants, list_of},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 21 },
        name: "unscoped-resource",
        summary: "A statement holds on every resource, as its actions or a condition may justify",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("unscoped_resource.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut escalations = HashMap::new();
    let mut findings = Vec::new();
    for grant in &grants(app) {
        let Some(resource) = grant.statement.every_resource() else { continue };
        let escalation = escalations
            .entry(&grant.identity.name)
            .or_insert_with(|| privilege_escalation::of(grant.identity));
        let told = |term| {
            wildcard_pass_role::reports(grant, term, escalation.as_ref())
                || wide_assume_role::reports(grant, term)
                || wide_secret_read::reports(grant, term)
                || escalation.as_ref().is_some_and(|one| one.reports(grant, term))
        };
        if grant.statement.is_admin()
            || grant.statement.allows_all_but_some()
            || wildcard_action::reports(app, grant)
            || wildcard_resource::reports(grant, escalation.as_ref())
            || grant.statement.actions.iter().any(told)
        {
            continue;
        }
        findings.extend(finding(app, grant, resource));
    }
    findings
}

fn finding(app: &Application, grant: &Grant<'_>, resource: &iam_policy::Term) -> Option<Finding> {
    let names: Vec<String> =
        grant.statement.actions.iter().map(|term| term.text.to_string()).collect();
    let why = if !grant.statement.conditions.is_empty() {
        "only a condition limits them"
    } else if wildcard_resource::only_tells_settings(grant.statement) {
        "they only tell names and settings"
    } else if grant.statement.actions.iter().any(wildcard_resource::can_be_limited) {
        "a rule of another risk tells what follows"
    } else {
        "they can hardly be limited further"
    };
    let message =
        format!("{} allows {} on every resource; {why}", grant.subject(app), list_of(&names));
    let found = grant.finding(app, &RULE.info, resource, Severity::Low, message)?;
    Some(found.severity(Severity::Low).fix("Check that no ARN can stand in the place of `*`"))
}
