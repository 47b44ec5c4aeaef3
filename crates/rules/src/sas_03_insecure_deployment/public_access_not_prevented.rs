//! SAS-3.82 `public-access-not-prevented`: nothing keeps a bucket from becoming public.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 82 },
        name: "public-access-not-prevented",
        summary: "Nothing keeps a bucket from becoming public",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("public_access_not_prevented.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unmet(app, &RULE.info, DEMANDS)
}

static DEMANDS: &[Demand] = &[Demand {
    types: &["storage.googleapis.com/Bucket"],
    path: "iamConfiguration.publicAccessPrevention",
    wrong: Wrong::IsNot(&["enforced"]),
    says: "can be opened to everybody by one mistaken role or list",
    fix: "Set `iamConfiguration.publicAccessPrevention: enforced`",
}];
