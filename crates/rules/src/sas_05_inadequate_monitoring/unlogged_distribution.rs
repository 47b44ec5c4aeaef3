//! SAS-5.19 `unlogged-distribution`: nobody can tell later who asked a distribution for what.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::distributions, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 19 },
        name: "unlogged-distribution",
        summary: "A distribution keeps no access log",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("unlogged_distribution.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    distributions(app)
        .filter(|(resource, distribution)| {
            !distribution.access_log && !has_delivery(app, &resource.name)
        })
        .map(|(resource, _)| {
            let message = format!(
                "nobody can tell later who asked `{}` for what, as it writes no access log",
                resource.name
            );
            let found = RULE.info.finding(resource.place, message).resource(&resource.name);
            found.under(&resource.when).fix("Set `Logging` with a bucket, or deliver standard logs")
        })
        .collect()
}

/// Newer logs are resources of their own that name the distribution.
fn has_delivery(app: &Application, distribution: &str) -> bool {
    app.literals.iter().any(|literal| {
        literal.type_name == "AWS::Logs::DeliverySource"
            && literal.value.unresolved().is_some_and(|expression| {
                expression.references.iter().any(|reference| reference.name == distribution)
            })
    })
}
