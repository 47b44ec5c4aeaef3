//! SAS-5.9 `unvalidated-trail`: the files of a trail can be changed unnoticed.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::trails, rank::AboutFunction, settings::off_or_missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 9 },
        name: "unvalidated-trail",
        summary: "The files of an audit trail can be changed unnoticed",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[345, 354],
        since: "0.1.0",
        docs: include_str!("unvalidated_trail.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    trails(app)
        .filter_map(|(resource, trail)| {
            let signed = trail.validates_files.as_ref();
            let spot = off_or_missing(signed, &resource.when, resource.place)?;
            let message = format!(
                "whoever may write to the bucket of the trail `{}` can change its records unnoticed",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            Some(found.under(&spot.when).fix("Set `EnableLogFileValidation` to `true`"))
        })
        .collect()
}
