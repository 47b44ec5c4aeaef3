//! SAS-4.5 `inverted-action`: `NotAction` with `Allow`.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    grants::{grants, list_of},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 5 },
        name: "inverted-action",
        summary: "A statement allows every action but some",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 183],
        since: "0.1.0",
        docs: include_str!("inverted_action.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let grants = grants(app);
    grants
        .iter()
        .filter(|grant| grant.statement.allows_all_but_some())
        .filter_map(|grant| {
            let first = grant.statement.not_actions.first()?;
            let but: Vec<String> =
                grant.statement.not_actions.iter().map(|term| term.text.to_string()).collect();
            let message = format!(
                "{} allows every action but {} on {}, new actions of AWS included",
                grant.subject(app),
                list_of(&but),
                grant.resources("*")
            );
            let found = grant.finding(app, &RULE.info, first, RULE.info.severity, message)?;
            Some(found.fix(
                "Replace `NotAction` by `Action` with what the code calls, or deny the exceptions",
            ))
        })
        .collect()
}
