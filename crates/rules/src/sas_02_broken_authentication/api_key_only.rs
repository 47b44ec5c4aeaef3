//! SAS-2.3 `api-key-only`: routes of an API ask for nothing but an API key.

use app_model::{Api, ApiKind, Application, Auth, IntegrationKind, Route};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 3 },
        name: "api-key-only",
        summary: "An API key is the only proof that an API asks for",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[287, 798],
        since: "0.1.0",
        docs: include_str!("api_key_only.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in app.apis.iter().filter(|api| !api.is_private && api.kind != ApiKind::GraphQl) {
        // A WebSocket is asked for its key when it connects.
        let asks = |route: &Route| api.kind != ApiKind::WebSocket || route.path == "$connect";
        let by_key =
            |route: &&Route| route.auth == Auth::ApiKey && !route.is_preflight() && asks(route);
        let routes = api.routes.iter().filter(by_key);
        findings.extend(routes.filter_map(|route| of_route(app, api, route)));
    }
    findings
}

fn of_route(app: &Application, api: &Api, route: &Route) -> Option<Finding> {
    let label = route.label();
    let message = format!(
        "whoever has an API key can call `{label}` of the {} `{}`: a key meters a client, it does \
         not prove who calls",
        api.kind.words(),
        api.name
    );
    let mut finding = RULE.info.finding(route.place, message);
    if let IntegrationKind::Function(name) = &route.integration.kind
        && let Some(function) = app.function(name)
    {
        finding = finding.about(app, function, None).severity(RULE.info.severity);
    }
    Some(
        finding.resource(&api.name).property(label).under(&api.when.and(&route.when)?).fix(
            "Add an authorizer (IAM, Cognito, JWT or Lambda) and keep the key for usage plans",
        ),
    )
}
