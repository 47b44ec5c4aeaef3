//! SAS-5.81 `unlogged-subnet`: a subnet keeps no log of its connections.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 81 },
        name: "unlogged-subnet",
        summary: "A subnet keeps no log of its connections",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("unlogged_subnet.md"),
    },
    check: Check::Application(check),
};

/// Subnets of load balancers, which take no log.
const PROXIES: [&str; 3] =
    ["REGIONAL_MANAGED_PROXY", "INTERNAL_HTTPS_LOAD_BALANCER", "GLOBAL_MANAGED_PROXY"];

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    of_type(app, "compute.googleapis.com/Subnetwork")
        .filter(|subnet| {
            let mut purposes = texts.at(&subnet.name, "purpose");
            let is_proxy = purposes.any(|it| it.value.any(|word| PROXIES.contains(&word.as_str())));
            !is_proxy && !texts.holds_below(&subnet.name, "logConfig")
        })
        .map(|subnet| {
            let message =
                format!("nobody can tell later what connected to what in `{}`", subnet.name);
            let found = RULE.info.finding(subnet.place, message).resource(&subnet.name);
            found.property("logConfig").under(&subnet.when).fix("Set `logConfig`")
        })
        .collect()
}
