//! SAS-4.26 `mismatched-resource`: a policy allows an action on resources it does not work on.

use app_model::Application;
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use iam_lint::{idle_actions, idle_resources, verb};
use iam_policy::Term;

use crate::{
    Check, Rule,
    grants::{Grant, every_grant},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 26 },
        name: "mismatched-resource",
        summary: "A policy allows an action on resources it does not work on",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("mismatched_resource.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for grant in every_grant(app) {
        let does = verb(grant.statement);
        for idle in idle_actions(grant.statement) {
            findings.extend(finding(app, &grant, idle.term, idle.message(does)));
        }
        let resources = idle_resources(grant.statement).into_iter();
        for idle in resources.filter(|idle| !idle.has_sibling) {
            findings.extend(finding(app, &grant, idle.term, idle.message(does)));
        }
    }
    findings
}

fn finding(app: &Application, grant: &Grant<'_>, term: &Term, message: String) -> Option<Finding> {
    let found = grant.finding(app, &RULE.info, term, Severity::Low, message)?;
    // A grant of nothing harms the function, not its owner: reachability changes nothing.
    Some(
        found
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .property(term.text.as_str())
            .fix("Name a resource of the type that the action works on, in a statement of its own"),
    )
}
