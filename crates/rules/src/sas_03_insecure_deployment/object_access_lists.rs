//! SAS-3.81 `object-access-lists`: access to a bucket hangs on lists of single objects.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 81 },
        name: "object-access-lists",
        summary: "Access to a bucket hangs on lists of single objects",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("object_access_lists.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unmet(app, &RULE.info, DEMANDS)
}

static DEMANDS: &[Demand] = &[Demand {
    types: &["storage.googleapis.com/Bucket"],
    path: "iamConfiguration.uniformBucketLevelAccess.enabled",
    wrong: Wrong::IsNot(&["true"]),
    says: "lets lists of single objects open them, which no role of the bucket shows",
    fix: "Set `iamConfiguration.uniformBucketLevelAccess.enabled: true`",
}];
