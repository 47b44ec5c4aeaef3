//! SAS-8.9 `maximum-timeout`: one request from outside may hold a function for minutes.

use app_model::{Application, Exposure, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demand::{largest, triggers_by_function},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 9 },
        name: "maximum-timeout",
        summary: "One request from outside may hold a function for minutes",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[400, 770],
        since: "0.1.0",
        docs: include_str!("maximum_timeout.md"),
    },
    check: Check::Application(check),
};

/// Seconds from which a time limit is more than a request should take.
const LONG: i64 = 300;

fn check(app: &Application) -> Vec<Finding> {
    let triggers = triggers_by_function(app);
    app.functions
        .iter()
        .filter_map(|function| {
            let timeout = function.timeout_s.as_ref()?;
            let (when, seconds) = largest(Some(timeout)).filter(|(_, seconds)| *seconds >= LONG)?;
            let trigger = triggers.get(function.name.as_str())?.iter().find(|trigger| {
                trigger.exposure == Exposure::Internet
                    && trigger.auth.open().is_some()
                    && matches!(trigger.kind, TriggerKind::FunctionUrl | TriggerKind::LoadBalancer)
            })?;
            let when = when.and(&trigger.when)?.and(trigger.auth.open()?)?;
            let message = format!(
                "a request to the {} of `{}` may take {seconds} s: few slow requests are enough \
                 to occupy it and to run up its cost",
                if trigger.kind == TriggerKind::FunctionUrl { "URL" } else { "load balancer" },
                function.name
            );
            Some(
                RULE.info
                    .finding(timeout.place, message)
                    .about(app, function, None)
                    .severity(RULE.info.severity)
                    .property("Timeout")
                    .under(&when)
                    .fix("Set `Timeout` to what a request needs, and hand longer work to a queue"),
            )
        })
        .collect()
}
