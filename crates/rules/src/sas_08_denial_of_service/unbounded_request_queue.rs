//! SAS-8.62 `unbounded-request-queue`: a host that anybody reaches takes requests without a bound.

use app_model::{Application, Exposure, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, azure::hosts, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 62 },
        name: "unbounded-request-queue",
        summary: "A host that anybody reaches takes requests without a bound",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[770, 400],
        since: "0.1.0",
        docs: include_str!("unbounded_request_queue.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let is_open = |function: &str| {
        app.triggers_of(function).any(|trigger| {
            trigger.kind == TriggerKind::Http && trigger.exposure == Exposure::Internet
        })
    };
    hosts(app)
        .filter(|(function, _)| is_open(&function.name))
        .filter_map(|(function, host)| {
            let outstanding = ("maxOutstandingRequests", host.max_outstanding_requests.as_ref());
            let concurrent = ("maxConcurrentRequests", host.max_concurrent_requests.as_ref());
            let (name, setting) = [outstanding, concurrent].into_iter().find_map(|(name, it)| {
                it.filter(|it| it.value.any(|number| *number < 0)).map(|it| (name, it))
            })?;
            let message = format!(
                "the host of the function app `{}` takes requests from the internet without a bound: \
                 a flood fills its memory",
                function.name
            );
            let found = RULE.info.finding(setting.place, message).held_by(app, function);
            let fix = "Set a number, or leave the setting out where the plan has a bound of its own";
            Some(found.property(name).under(&function.when).fix(fix))
        })
        .collect()
}
