//! SAS-3.23 `unversioned-bucket`: overwritten and deleted objects of a bucket cannot be brought back.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{buckets, is_google},
    rank::AboutFunction,
    settings::wrong_or_missing,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 23 },
        name: "unversioned-bucket",
        summary: "A bucket keeps no old versions of objects",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1188],
        since: "0.1.0",
        docs: include_str!("unversioned_bucket.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    buckets(app)
        .filter_map(|(resource, bucket)| {
            let versioning = bucket.versioning.as_ref();
            let spot = wrong_or_missing(versioning, &resource.when, resource.place, |word| {
                word == "Suspended"
            })?;
            let message = format!(
                "objects of the bucket `{}` that somebody overwrites or deletes are gone for good",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix = if is_google(resource) {
                "Set `versioning.enabled: true`"
            } else {
                "Set `VersioningConfiguration` with `Status: Enabled`"
            };
            Some(found.under(&spot.when).fix(fix))
        })
        .collect()
}
