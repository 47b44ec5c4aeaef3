//! SAS-3.87 `weak-zone-signature`: answers of a name server can be forged.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demands::{Demand, Wrong, unmet},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 87 },
        name: "weak-zone-signature",
        summary: "Answers of a name server can be forged",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[345],
        since: "0.1.0",
        docs: include_str!("weak_zone_signature.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unmet(app, &RULE.info, DEMANDS)
}

static DEMANDS: &[Demand] = &[
    Demand {
        types: &["dns.googleapis.com/ManagedZone"],
        path: "dnssecConfig.state",
        wrong: Wrong::IsNot(&["on"]),
        says: "gives answers that anybody on the way can forge",
        fix: "Set `dnssecConfig.state: on`",
    },
    Demand {
        types: &["dns.googleapis.com/ManagedZone"],
        path: "dnssecConfig.defaultKeySpecs.algorithm",
        wrong: Wrong::Is(&["rsasha1"]),
        says: "signs its answers with SHA-1, which is broken",
        fix: "Set `algorithm: rsasha256` or better",
    },
];
