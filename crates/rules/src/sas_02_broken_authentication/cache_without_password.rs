//! SAS-2.81 `cache-without-password`: a cache asks nobody for a password.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 81 },
        name: "cache-without-password",
        summary: "A cache asks nobody for a password",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("cache_without_password.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unmet(app, &RULE.info, DEMANDS)
}

static DEMANDS: &[Demand] = &[Demand {
    types: &["redis.googleapis.com/Instance"],
    path: "authEnabled",
    wrong: Wrong::IsNot(&["true"]),
    says: "lets everything in its network read and change what it holds",
    fix: "Set `authEnabled: true`",
}];
