//! SAS-8.16 `missing-budget-alarm`: nobody is told when strangers run up the bill.

use app_model::{Application, Details, Exposure};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::of_lambda};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 16 },
        name: "missing-budget-alarm",
        summary: "Nobody is told when strangers run up the bill",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[770, 778],
        since: "0.1.0",
        docs: include_str!("missing_budget_alarm.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let tells = |details: &Details| match details {
        Details::Budget(budget) => budget.notifies,
        Details::Alarm(alarm) => {
            alarm.namespace.as_ref().is_some_and(|it| it.value.may_be("AWS/Billing"))
        }
        _ => false,
    };
    if app.resources.iter().any(|resource| tells(&resource.details)) {
        return Vec::new();
    }
    let open = of_lambda(app).find(|function| {
        app.reach(&function.name)
            .is_some_and(|reach| reach.exposure == Exposure::Internet && reach.unauthenticated)
    });
    open.map(|function| {
        let message = format!(
            "anybody on the internet runs `{}`, and no budget with a notification stands in the \
             template",
            function.name
        );
        RULE.info
            .finding(function.place, message)
            .property("AWS::Budgets::Budget")
            .fix("Add an `AWS::Budgets::Budget` with `NotificationsWithSubscribers`")
    })
    .into_iter()
    .collect()
}
