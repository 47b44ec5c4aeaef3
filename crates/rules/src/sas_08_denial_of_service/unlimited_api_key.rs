//! SAS-8.13 `unlimited-api-key`: a usage plan gives its API keys no limit.

use app_model::{Application, Details, Resource, UsagePlan, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, demand::unthrottled, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 13 },
        name: "unlimited-api-key",
        summary: "A usage plan gives its API keys no limit",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[770, 799],
        since: "0.1.0",
        docs: include_str!("unlimited_api_key.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.resources
        .iter()
        .filter_map(|resource| {
            let Details::UsagePlan(plan) = &resource.details else { return None };
            finding(app, resource, plan)
        })
        .collect()
}

fn finding(app: &Application, resource: &Resource, plan: &UsagePlan) -> Option<Finding> {
    let when = unlimited(plan)?;
    let api = plan.apis.iter().find(|api| is_unlimited(app, api))?;
    let message = format!(
        "the keys of the usage plan `{}` call `{}` without limit: one key that leaks or loops uses \
         up the requests of all others",
        resource.name, api
    );
    Some(
        RULE.info
            .finding(resource.place, message)
            .resource(&resource.name)
            .property("Throttle")
            .under(&when.and(&resource.when)?)
            .fix("Set `Throttle` (`RateLimit`, `BurstLimit`) and `Quota` of the usage plan"),
    )
}

/// When a usage plan limits nothing.
fn unlimited(plan: &UsagePlan) -> Option<When> {
    if plan.quota.is_some() { None } else { unthrottled(plan.throttle.as_ref()) }
}

/// Whether an interface asks for keys and has no limit of its own.
fn is_unlimited(app: &Application, api: &str) -> bool {
    app.api(api).is_some_and(|api| {
        api.routes.iter().any(|route| route.api_key_required)
            && api.stages.iter().all(|stage| unthrottled(stage.throttle.as_ref()).is_some())
    })
}

/// Whether this rule tells of the keys of an interface.
pub(super) fn reports(app: &Application, api: &str) -> bool {
    app.resources.iter().any(|resource| match &resource.details {
        Details::UsagePlan(plan) => {
            unlimited(plan).is_some()
                && plan.apis.iter().find(|api| is_unlimited(app, api)).is_some_and(|it| it == api)
        }
        _ => false,
    })
}
