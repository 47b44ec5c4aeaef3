//! SAS-5.24 `implicit-api-without-access-log`: nobody can tell later who called an interface that SAM makes from events.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::access_log_missing::{is_implicit, message, unlogged_stages};
use crate::{Check, Rule, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 24 },
        name: "implicit-api-without-access-log",
        summary: "An interface made from events keeps no access log",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("implicit_api_without_access_log.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unlogged_stages(app)
        .into_iter()
        .filter(|(api, _)| is_implicit(app, api))
        .filter_map(|(api, stage)| {
            let spot = missing(stage.access_log.as_ref(), &stage.when, stage.place)?;
            let found = RULE.info.finding(spot.place, message(api)).resource(&api.name);
            let fix = "Set `AccessLogSettings` under `Globals.HttpApi`, or declare the API";
            Some(found.property(stage.name.as_str()).under(&spot.when).fix(fix))
        })
        .collect()
}
