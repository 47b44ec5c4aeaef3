//! SAS-4.28 `inapplicable-condition-key`: requests do not carry the key that a condition demands.

use app_model::Application;
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use iam_lint::{alien_keys, verb};
use iam_policy::{Condition, Term};

use crate::{Check, Rule, grants::every_grant};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 28 },
        name: "inapplicable-condition-key",
        summary: "A condition demands a key that requests for the action do not carry",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("inapplicable_condition_key.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for grant in every_grant(app) {
        let does = verb(grant.statement);
        for alien in alien_keys(grant.statement).into_iter().filter(|alien| alien.is_fatal) {
            let Condition { place, key, when, .. } = alien.condition;
            let term = Term { when: when.clone(), ..Term::known(*place, key.clone()) };
            let message = alien.message(does);
            let found = grant.finding(app, &RULE.info, &term, Severity::Low, message);
            findings.extend(found.map(|found| {
                found
                    .severity(Severity::Low)
                    .confidence(Confidence::Medium)
                    .property(key.as_str())
                    .fix("Put the actions that carry the key into a statement of their own")
            }));
        }
    }
    findings
}
