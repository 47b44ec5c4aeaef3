//! SAS-3.22 `default-endpoint-beside-domain`: the web firewall of a distribution can be walked around by the default address of its API.

use app_model::{Api, Application, Resource};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::distributions, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 22 },
        name: "default-endpoint-beside-domain",
        summary: "The default address of an API walks around the firewall before it",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[288, 424],
        since: "0.1.0",
        docs: include_str!("default_endpoint_beside_domain.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.apis
        .iter()
        .filter(|api| !api.default_endpoint_disabled && !api.is_private)
        // A firewall on the stage, or a policy on the interface, holds on every address of it.
        .filter(|api| !api.has_firewall && api.resource_policy.is_none())
        .filter_map(|api| {
            let distribution = distribution_of(app, api)?;
            let message = format!(
                "callers of the default address of `{}` walk around the web firewall of `{}`",
                api.name, distribution.name
            );
            let when = api.when.and(&distribution.when)?;
            // Where callers prove themselves to the API, the firewall is only the second lock.
            let severity = if has_open_route(api) { Severity::Medium } else { Severity::Low };
            let found = RULE.info.finding(api.place, message).severity(severity);
            let found = found.resource(&api.name);
            let fix = "Let the distribution reach the API by a custom domain, and set \
                       `DisableExecuteApiEndpoint` to `true`";
            Some(found.property(distribution.name.as_str()).under(&when).fix(fix))
        })
        .collect()
}

/// The distribution with a firewall whose origin is the interface.
fn distribution_of<'a>(app: &'a Application, api: &Api) -> Option<&'a Resource> {
    distributions(app)
        .find(|(_, distribution)| {
            distribution.firewall.is_some()
                && distribution.origins.iter().any(|origin| origin.name == api.name)
        })
        .map(|(resource, _)| resource)
}

fn has_open_route(api: &Api) -> bool {
    api.routes.iter().any(|route| route.auth.open().is_some() && !route.is_preflight())
}
