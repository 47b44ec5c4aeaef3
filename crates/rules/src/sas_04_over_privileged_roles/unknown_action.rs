//! SAS-4.20 `unknown-action`: a policy names an action that AWS does not have.

use app_model::Application;
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use iam_lint::{unknown_actions, verb};
use iam_policy::Term;

use crate::{
    Check, Rule,
    grants::{Grant, every_grant},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 20 },
        name: "unknown-action",
        summary: "A policy names an action that AWS does not have",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("unknown_action.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for grant in every_grant(app) {
        let does = verb(grant.statement);
        for unknown in unknown_actions(grant.statement) {
            findings.extend(finding(app, &grant, unknown.term, unknown.message(does)));
        }
    }
    findings
}

fn finding(app: &Application, grant: &Grant<'_>, term: &Term, message: String) -> Option<Finding> {
    let found = grant.finding(app, &RULE.info, term, Severity::Low, message)?;
    // AWS adds actions faster than releases of the table; reachability changes nothing.
    Some(
        found
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .property(term.text.as_str())
            .fix("Correct or remove the action; a wildcard in its place would allow too much"),
    )
}
