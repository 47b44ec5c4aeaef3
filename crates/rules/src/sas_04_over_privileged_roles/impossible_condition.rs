//! SAS-4.27 `impossible-condition`: a condition of a policy can never hold.

use app_model::Application;
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use iam_lint::{never_holds, verb};
use iam_policy::Term;

use crate::{Check, Rule, grants::every_grant};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 27 },
        name: "impossible-condition",
        summary: "A condition of a policy can never hold",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("impossible_condition.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for grant in every_grant(app) {
        let does = verb(grant.statement);
        for never in never_holds(grant.statement).into_iter().filter(|never| never.is_fatal) {
            let term = Term::known(never.place, never.code);
            let message = never.message(does);
            let found = grant.finding(app, &RULE.info, &term, Severity::Low, message);
            findings.extend(found.map(|found| {
                found
                    .severity(Severity::Low)
                    .confidence(Confidence::High)
                    .fix("Correct the value, or take the condition out")
            }));
        }
    }
    findings
}
