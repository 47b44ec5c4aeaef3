//! SAS-5.18 `disabled-trail`: a trail is switched off.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::trails, rank::AboutFunction, settings::written};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 18 },
        name: "disabled-trail",
        summary: "An audit trail is switched off",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("disabled_trail.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    trails(app)
        .filter_map(|(resource, trail)| {
            let spot = written(trail.logging.as_ref(), &resource.when, |on| !on)?;
            let message = format!(
                "the trail `{}` is switched off: what anybody does in the account is not recorded",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            Some(found.under(&spot.when).fix("Set `IsLogging` to `true`"))
        })
        .collect()
}
