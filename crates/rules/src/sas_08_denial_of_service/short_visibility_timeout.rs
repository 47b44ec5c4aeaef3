//! SAS-8.6 `short-visibility-timeout`: a queue delivers a message again while it is still worked on.

use app_model::{Application, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demand::{Polling, largest, polled_queues, smallest},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 6 },
        name: "short-visibility-timeout",
        summary: "A queue delivers a message again while it is still worked on",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[400, 837],
        since: "0.1.0",
        docs: include_str!("short_visibility_timeout.md"),
    },
    check: Check::Application(check),
};

/// Seconds: what AWS takes where nothing is set.
const DEFAULT_VISIBILITY: i64 = 30;
const DEFAULT_TIMEOUT: i64 = 3;

/// Times the function's limit that AWS recommends, so that throttled batches can be tried again.
const RECOMMENDED: i64 = 6;

fn check(app: &Application) -> Vec<Finding> {
    polled_queues(app).iter().filter_map(|polling| finding(app, polling)).collect()
}

fn finding(app: &Application, polling: &Polling<'_>) -> Option<Finding> {
    let (resource, queue) = polling.queue?;
    let function = polling.function;
    let (hidden_when, hidden) = match &queue.visibility_timeout_s {
        None => (When::ALWAYS, DEFAULT_VISIBILITY),
        Some(setting) => smallest(Some(setting))?,
    };
    let (runs_when, runs) = match &function.timeout_s {
        None => (When::ALWAYS, DEFAULT_TIMEOUT),
        Some(setting) => largest(Some(setting))?,
    };
    let when = hidden_when.and(&runs_when)?.and(&resource.when)?.and(&polling.trigger.when)?;
    let (severity, message) = if hidden < runs {
        let message = format!(
            "`{}` hides a message for {hidden} s but `{}` may work on it for {runs} s: the queue \
             delivers it again meanwhile, and Lambda refuses such a mapping",
            resource.name, function.name
        );
        (Severity::Medium, message)
    } else if hidden < RECOMMENDED * runs {
        // Throttled batches count as received, which a queue without a redrive policy does not heed.
        let harm = if queue.max_receive_count.is_some() || queue.redrive_target.is_some() {
            "delivered twice or given up untried"
        } else {
            "delivered twice"
        };
        let message = format!(
            "`{}` hides a message for {hidden} s, less than six times the {runs} s that `{}` may \
             take: under load, messages are {harm}",
            resource.name, function.name
        );
        (Severity::Low, message)
    } else {
        return None;
    };
    let place = queue.visibility_timeout_s.as_ref().map_or(resource.place, |setting| setting.place);
    Some(
        RULE.info
            .finding(place, message)
            .about(app, function, None)
            .severity(severity)
            .resource(&resource.name)
            .property("VisibilityTimeout")
            .under(&when)
            .fix(format!("Set `VisibilityTimeout` of the queue to {} or more", RECOMMENDED * runs)),
    )
}
