//! SAS-8.15 `zero-concurrency`: a function that has triggers is switched off.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::of_lambda, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 15 },
        name: "zero-concurrency",
        summary: "A function that has triggers is switched off",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[400],
        since: "0.1.0",
        docs: include_str!("zero_concurrency.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        .filter_map(|function| {
            let reserved = function.reserved_concurrency.as_ref()?;
            let (when, _) = reserved.value.find(|number| *number == 0)?;
            app.triggers_of(&function.name).next()?;
            let message = format!(
                "`{}` reserves no concurrency, so that none of its triggers ever runs it",
                function.name
            );
            Some(
                RULE.info
                    .finding(reserved.place, message)
                    .function(&function.name)
                    .property("ReservedConcurrentExecutions")
                    .under(when)
                    .fix("Set `ReservedConcurrentExecutions` above 0, or remove the triggers"),
            )
        })
        .collect()
}
