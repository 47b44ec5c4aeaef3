//! SAS-5.22 `unlogged-bucket`: nobody can tell later who read or wrote objects of a bucket.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{buckets, is_google},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 22 },
        name: "unlogged-bucket",
        summary: "A bucket keeps no access log",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("unlogged_bucket.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    buckets(app)
        .filter(|(resource, bucket)| !bucket.access_log && !keeps_logs(app, &resource.name))
        .map(|(resource, _)| {
            let message = format!(
                "nobody can tell later who read or wrote objects of `{}`, as it has no access log",
                resource.name
            );
            let found = RULE.info.finding(resource.place, message).resource(&resource.name);
            let fix = if is_google(resource) {
                "Set `logging`, or switch audit logs of data access on"
            } else {
                "Set `LoggingConfiguration` with a bucket for logs, or record data events in a \
                 trail"
            };
            found.under(&resource.when).fix(fix)
        })
        .collect()
}

/// A bucket that logs are written to would otherwise log the writing of its own log.
fn keeps_logs(app: &Application, bucket: &str) -> bool {
    app.literals.iter().any(|literal| {
        (literal.path.contains("DestinationBucketName") || literal.path.contains("Logging."))
            && literal.value.unresolved().is_some_and(|expression| {
                expression.references.iter().any(|reference| reference.name == bucket)
            })
    })
}
