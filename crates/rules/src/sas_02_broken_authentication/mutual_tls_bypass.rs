//! SAS-2.23 `mutual-tls-bypass`: the default address of an API needs no client certificate, though its domain does.

use app_model::{Api, Application, Details};
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
    let mut findings = Vec::new();
    for resource in &app.resources {
        let Details::DomainName(domain) = &resource.details else { continue };
        if !domain.mutual_tls {
            continue;
        }
        let open = domain
            .apis
            .iter()
            .filter_map(|name| app.api(name))
            .filter(|api| !api.default_endpoint_disabled && !api.is_private);
        findings.extend(open.filter_map(|api| of_api(api, &resource.name)));
    }
    findings
}

fn of_api(api: &Api, domain: &str) -> Option<Finding> {
    // Routes that ask for another proof stay guarded on the default address.
    let route =
        api.routes.iter().find(|route| route.auth.open().is_some() && !route.is_preflight());
    if route.is_none() && !api.routes.is_empty() {
        return None;
    }
    let message = format!(
        "`{domain}` asks callers for a certificate, but `{}` also answers without one at its \
         default `execute-api` address",
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
