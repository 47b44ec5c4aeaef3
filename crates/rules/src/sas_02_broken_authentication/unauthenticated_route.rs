//! SAS-2.2 `unauthenticated-route`: a route of an API reaches its target without any authorizer.

use app_model::{Api, ApiKind, Application, IntegrationKind, Route};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 2 },
        name: "unauthenticated-route",
        summary: "A route of an API asks nobody who they are",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[306],
        since: "0.1.0",
        docs: include_str!("unauthenticated_route.md"),
    },
    check: Check::Application(check),
};

/// Services behind a route without a function between, which SAS-9.5
/// `unauthenticated-direct-integration` tells more of.
const DIRECT: [&str; 8] =
    ["dynamodb", "events", "firehose", "kinesis", "s3", "sns", "sqs", "states"];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in app.apis.iter().filter(|api| !api.is_private) {
        let routes = api.routes.iter().filter(|route| asks(api, route));
        findings.extend(routes.filter_map(|route| of_route(app, api, route)));
    }
    findings
}

/// Whether a caller could be asked for a proof here at all: a WebSocket is asked when it connects,
/// a browser's pre-flight question carries no proof, and a fixed answer tells nothing.
fn asks(api: &Api, route: &Route) -> bool {
    match api.kind {
        _ if matches!(&route.integration.kind, IntegrationKind::Service(service)
            if DIRECT.contains(&service.as_str())) =>
        {
            false
        }
        ApiKind::GraphQl => false,
        ApiKind::WebSocket => route.path == "$connect",
        ApiKind::Rest | ApiKind::Http => {
            !route.is_preflight() && route.integration.kind != IntegrationKind::Mock
        }
    }
}

fn of_route(app: &Application, api: &Api, route: &Route) -> Option<Finding> {
    let when = api.when.and(&route.when)?.and(route.auth.open()?)?;
    let label = route.label();
    let (leads_to, function) = match &route.integration.kind {
        IntegrationKind::Function(name) => (format!("starts `{name}`"), app.function(name)),
        IntegrationKind::ForeignFunction => ("starts a function elsewhere".to_owned(), None),
        IntegrationKind::Service(service) => (format!("calls `{service}` directly"), None),
        IntegrationKind::Http => ("calls an HTTP backend".to_owned(), None),
        IntegrationKind::Mock | IntegrationKind::Unknown => ("has no authorizer".to_owned(), None),
    };
    let message = format!(
        "anybody on the internet can call `{label}` of the {} `{}`, which {leads_to}",
        api.kind.words(),
        api.name
    );
    let finding = RULE.info.finding(route.place, message);
    let finding = match function {
        Some(function) => {
            // The way in is this route, whichever is the shortest.
            let name = function.name.to_string();
            let way = ["internet".to_owned(), format!("{} {label}", api.name), name];
            let hops = app.attack_path(function, None).hops;
            let behind = hops.into_iter().skip_while(|hop| *hop != function.name).skip(1);
            finding.about(app, function, None).path(way.into_iter().chain(behind).collect())
        }
        None => finding.severity(RULE.info.severity.raised()),
    };
    let fix = match api.kind {
        ApiKind::WebSocket => {
            "Set `AuthorizationType` and `AuthorizerId` on the `$connect` route, or accept it with \
             a reason"
        }
        _ => {
            "Set `Auth.Authorizer` on the event or `Auth.DefaultAuthorizer` on the API \
             (`AuthorizationType` on a method or route), or accept a public route with a reason"
        }
    };
    Some(finding.resource(&api.name).property(label).under(&when).fix(fix))
}
