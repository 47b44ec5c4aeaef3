//! SAS-8.60 `unbounded-scale-out`: a function app that anybody reaches has no limit of instances.

use app_model::{Application, Exposure, Platform, TriggerKind, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 60 },
        name: "unbounded-scale-out",
        summary: "A function app that anybody reaches has no limit of instances",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[770, 400],
        since: "0.1.0",
        docs: include_str!("unbounded_scale_out.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let of_azure = app.functions.iter().filter(|it| it.platform == Platform::Azure);
    of_azure
        .filter_map(|function| {
            let is_open = app.triggers_of(&function.name).any(|trigger| {
                trigger.kind == TriggerKind::Http && trigger.exposure == Exposure::Internet
            });
            // Of a function whose app stands elsewhere no limit can be known.
            let is_app = app.resource(&function.name).is_some_and(|it| it.type_name.contains("/sites"))
                && !app.resource(&function.name).is_some_and(|it| it.type_name.ends_with("/functions"));
            if !is_open || !is_app {
                return None;
            }
            let absent = absence(function.reserved_concurrency.as_ref())?;
            let when = function.when.and(&absent)?;
            let message = format!(
                "the function app `{}` starts up to 200 instances when requests flood it, and you pay \
                 for each",
                function.name
            );
            let found = RULE.info.finding(function.place, message).held_by(app, function);
            let fix = "Set `siteConfig.functionAppScaleLimit` to what the app needs at its busiest";
            Some(found.property("functionAppScaleLimit").under(&when).fix(fix))
        })
        .collect()
}
