//! SAS-2.23 `mutual-tls-bypass`: the default address of an API needs no client certificate, though its domain does.

use app_model::{Api, Application, Details, Route};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 23 },
        name: "mutual-tls-bypass",
        summary: "Client certificates can be avoided through the default address",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[288],
        since: "0.1.0",
        docs: include_str!("mutual_tls_bypass.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let asks = |api: &&Api| {
        app.resources.iter().any(|resource| match &resource.details {
            Details::DomainName(domain) => domain.mutual_tls && domain.apis.contains(&api.name),
            _ => false,
        })
    };
    app.apis
        .iter()
        .filter(|api| !api.default_endpoint_disabled && !api.is_private)
        .filter(asks)
        .filter_map(of_api)
        .collect()
}

fn of_api(api: &Api) -> Option<Finding> {
    // Routes that ask for another proof stay guarded on the default address.
    let is_open = |route: &Route| route.auth.open().is_some() && !route.is_preflight();
    if !api.routes.is_empty() && !api.routes.iter().any(is_open) {
        return None;
    }
    let message = format!(
        "the custom domain of `{}` asks callers for a certificate, but the default `execute-api` \
         address lets them in without one",
        api.name
    );
    Some(
        RULE.info
            .finding(api.place, message)
            .resource(&api.name)
            .property("DisableExecuteApiEndpoint")
            .under(&api.when)
            .fix("Set `DisableExecuteApiEndpoint: true` on the API"),
    )
}
