//! SAS-8.80 `unset-instance-limit`: a function has no limit of instances of its own.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 80 },
        name: "unset-instance-limit",
        summary: "A function has no limit of instances of its own",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[770],
        since: "0.1.0",
        docs: include_str!("unset_instance_limit.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unmet(app, &RULE.info, DEMANDS)
}

static DEMANDS: &[Demand] = &[
    Demand {
        types: &["cloudfunctions.googleapis.com/CloudFunction"],
        path: "maxInstances",
        wrong: Wrong::IsOrMissing(&["0"]),
        says: "may run as many instances as the region allows, at the expense of the owner",
        fix: "Set `maxInstances` to what the function needs at its busiest",
    },
    Demand {
        types: &["cloudfunctions.googleapis.com/Function"],
        path: "serviceConfig.maxInstanceCount",
        wrong: Wrong::IsOrMissing(&["0"]),
        says: "has no limit of instances but the one of the platform",
        fix: "Set `serviceConfig.maxInstanceCount` to what the function needs at its busiest",
    },
];
