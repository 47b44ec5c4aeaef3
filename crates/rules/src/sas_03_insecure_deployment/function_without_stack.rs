//! SAS-3.102 `function-without-stack`: nothing says what deployed a function.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 102 },
        name: "function-without-stack",
        summary: "Nothing says what deployed a function",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1059],
        since: "0.1.0",
        docs: include_str!("function_without_stack.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.live
        .functions
        .iter()
        .filter(|it| it.tags_read && it.stack.is_none() && !it.is_tooled)
        .map(|function| {
            let name = &function.function;
            let message =
                format!("`{name}` belongs to no stack, and no tag tells what deployed it");
            let fix = "deploy it from a template, or tag it with what does";
            RULE.info.finding(function.place, message).function(name).resource(name).fix(fix)
        })
        .collect()
}
