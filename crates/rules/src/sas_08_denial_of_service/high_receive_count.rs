//! SAS-8.17 `high-receive-count`: a message that cannot be processed is tried hundreds of times.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, demand::polled_queues, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 17 },
        name: "high-receive-count",
        summary: "A message that cannot be processed is tried hundreds of times",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[400, 770],
        since: "0.1.0",
        docs: include_str!("high_receive_count.md"),
    },
    check: Check::Application(check),
};

/// Receives above which nobody hopes any more.
const HOPELESS: i64 = 100;

fn check(app: &Application) -> Vec<Finding> {
    polled_queues(app)
        .iter()
        .filter_map(|polling| {
            let (resource, queue) = polling.queue?;
            let count = queue.max_receive_count.as_ref()?;
            let (when, times) = count.value.find(|count| *count > HOPELESS)?;
            let message = format!(
                "`{}` delivers a message that fails {times} times to `{}`: each bad message is \
                 paid for as often, and takes the place of good ones",
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
                    .fix("Set `maxReceiveCount` to some number from 5 to 20"),
            )
        })
        .collect()
}
