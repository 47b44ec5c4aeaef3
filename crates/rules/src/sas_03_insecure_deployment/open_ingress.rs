//! SAS-3.80 `open-ingress`: every network may call a function.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 80 },
        name: "open-ingress",
        summary: "Every network may call a function",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1327],
        since: "0.1.0",
        docs: include_str!("open_ingress.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unmet(app, &RULE.info, DEMANDS)
}

static DEMANDS: &[Demand] = &[
    Demand {
        types: &["cloudfunctions.googleapis.com/CloudFunction"],
        path: "ingressSettings",
        wrong: Wrong::IsOrMissing(&["ALLOW_ALL"]),
        says: "takes calls from every network, so that only roles keep strangers out",
        fix: "Set `ingressSettings: ALLOW_INTERNAL_AND_GCLB`, or `ALLOW_INTERNAL_ONLY`",
    },
    Demand {
        types: &["cloudfunctions.googleapis.com/Function"],
        path: "serviceConfig.ingressSettings",
        wrong: Wrong::IsOrMissing(&["ALLOW_ALL"]),
        says: "takes calls from every network, so that only roles keep strangers out",
        fix: "Set `serviceConfig.ingressSettings: ALLOW_INTERNAL_AND_GCLB`, or `ALLOW_INTERNAL_ONLY`",
    },
];
