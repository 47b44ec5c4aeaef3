//! SAS-5.8 `single-region-trail`: a trail misses what happens in other regions.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::trails, rank::AboutFunction, settings::off_or_missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 8 },
        name: "single-region-trail",
        summary: "An audit trail misses other regions",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("single_region_trail.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    trails(app)
        .filter_map(|(resource, trail)| {
            let regions = trail.multi_region.as_ref();
            let spot = off_or_missing(regions, &resource.when, resource.place)?;
            let message = format!(
                "the trail `{}` misses what happens in other regions, where an intruder goes unseen",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            Some(found.under(&spot.when).fix("Set `IsMultiRegionTrail` to `true`"))
        })
        .collect()
}
