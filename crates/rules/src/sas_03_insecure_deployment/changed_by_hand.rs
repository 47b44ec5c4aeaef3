//! SAS-3.101 `changed-by-hand`: a deployed function has another setting than its template says.

use app_model::{Application, Change};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 101 },
        name: "changed-by-hand",
        summary: "A deployed function has another setting than its template says",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[1188, 16],
        since: "0.1.0",
        docs: include_str!("changed_by_hand.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.live.changes.iter().map(finding).collect()
}

fn finding(change: &Change) -> Finding {
    let Change { function, property, .. } = change;
    let runs = change.deployed.as_ref().map_or("not set".to_owned(), |it| format!("`{it}`"));
    let says =
        change.declared.as_ref().map_or("does not set it".to_owned(), |it| format!("says `{it}`"));
    let message = if property.starts_with("Environment.Variables.") {
        // Values of variables may be secrets.
        let words = match (&change.deployed, &change.declared) {
            (Some(_), None) => "is set, but not in its template",
            (None, _) => "is set in its template, but not here",
            (Some(_), Some(_)) => "has another value than in its template",
        };
        format!("`{property}` of `{function}` {words}")
    } else {
        format!("`{property}` of `{function}` is {runs}, but its template {says}")
    };
    let fix = "deploy the template again, or write the change into it";
    RULE.info
        .finding(change.place, message)
        .function(function)
        .resource(function)
        .property(property.as_str())
        .hop(change.template_place, "the template says so here")
        .fix(fix)
}
