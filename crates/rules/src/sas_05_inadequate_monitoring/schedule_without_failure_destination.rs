//! SAS-5.23 `schedule-without-failure-destination`: runs of a schedule that fail are noticed by nobody.

use app_model::{Application, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::async_without_failure_destination::{sources, unguarded};
use crate::{Check, Rule, kinds::of_lambda, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 23 },
        name: "schedule-without-failure-destination",
        summary: "Runs of a schedule that fail are noticed by nobody",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[391, 778],
        since: "0.1.0",
        docs: include_str!("schedule_without_failure_destination.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        .filter(|function| sources(app, function).next().is_none())
        .filter_map(|function| {
            let trigger = app
                .triggers_of(&function.name)
                .find(|trigger| trigger.kind == TriggerKind::Schedule)?;
            let spot = unguarded(function)?;
            let when = spot.when.and(&trigger.when)?;
            let message =
                format!("nobody is told when a scheduled run of `{}` fails", function.name);
            let found = RULE.info.finding(spot.place, message).function(&function.name);
            let fix = "Set `OnFailure` under `EventInvokeConfig` to a topic or queue";
            Some(found.under(&when).fix(fix))
        })
        .collect()
}
