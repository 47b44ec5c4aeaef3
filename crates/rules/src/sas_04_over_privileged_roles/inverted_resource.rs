//! SAS-4.6 `inverted-resource`: `NotResource` with `Allow`.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    grants::{grants, list_of},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 6 },
        name: "inverted-resource",
        summary: "A statement allows actions on every resource but some",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 183],
        since: "0.1.0",
        docs: include_str!("inverted_resource.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let grants = grants(app);
    grants
        .iter()
        // `NotAction` with `NotResource` is told by `inverted-action`.
        .filter(|grant| grant.statement.not_actions.is_empty())
        .filter_map(|grant| {
            let first = grant.statement.not_resources.first()?;
            let actions: Vec<String> =
                grant.statement.actions.iter().map(|term| term.text.to_string()).collect();
            let message = format!(
                "{} allows {} on every resource but `{}`, also on those that are made later",
                grant.subject(app),
                list_of(&actions),
                first.text
            );
            let found = grant.finding(app, &RULE.info, first, RULE.info.severity, message)?;
            Some(found.fix("Replace `NotResource` by `Resource` with the ARNs that the code uses"))
        })
        .collect()
}
