//! SAS-8.12 `low-receive-count`: a single failure, or a throttled function, loses a message.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, demand::polled_queues, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 12 },
        name: "low-receive-count",
        summary: "A single failure, or a throttled function, sets a message aside",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[400, 754],
        since: "0.1.0",
        docs: include_str!("low_receive_count.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    polled_queues(app)
        .iter()
        .filter_map(|polling| {
            let (resource, queue) = polling.queue?;
            let count = queue.max_receive_count.as_ref()?;
            let (when, _) = count.value.find(|count| *count <= 1)?;
            let message = format!(
                "`{}` sets a message aside after one receive: a flood that throttles `{}` empties \
                 the queue of good messages",
                resource.name, polling.function.name
            );
            Some(
                RULE.info
                    .finding(count.place, message)
                    .about(app, polling.function, None)
                    .severity(RULE.info.severity)
                    .resource(&resource.name)
                    .property("maxReceiveCount")
                    .under(&when.and(&resource.when)?)
                    .fix("Set `maxReceiveCount` to 5 or more"),
            )
        })
        .collect()
}
