//! SAS-9.5 `unauthenticated-direct-integration`: anybody reaches a service behind an API.

use app_model::{Api, ApiKind, Application, Integration, IntegrationKind, Route};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 9, rule: 5 },
        name: "unauthenticated-direct-integration",
        summary: "A route without authorization acts on a service of AWS, with no function between",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[306, 841],
        since: "0.1.0",
        docs: include_str!("unauthenticated_direct_integration.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in app.apis.iter().filter(|api| !api.is_private) {
        for route in api.routes.iter().filter(|route| !route.is_preflight()) {
            findings.extend(finding(api, route));
        }
    }
    findings
}

fn finding(api: &Api, route: &Route) -> Option<Finding> {
    let IntegrationKind::Service(service) = &route.integration.kind else { return None };
    let (some, severity) = behind(service)?;
    let open = door(api, route).auth.open()?;
    let when = api.when.and(&route.when)?.and(open)?;
    let label = route.label();
    let what = match &route.integration.target {
        Some(target) => format!("`{target}`"),
        None => some.to_owned(),
    };
    let severity = if route.api_key_required { severity.lowered() } else { severity };
    let message = format!(
        "through `{label}` anybody on the internet reaches {what} with the rights of the gateway, \
         and no code checks what comes in"
    );
    let mut path = vec!["internet".to_owned(), format!("{} {label}", api.name)];
    path.extend(hops(&route.integration));
    Some(
        RULE.info
            .finding(route.place, message)
            .severity(severity)
            .resource(&api.name)
            .property(label)
            .path(path)
            .under(&when)
            .fix(fix(api)),
    )
}

/// The route at which a caller is asked who it is: of a WebSocket API that is `$connect`.
fn door<'a>(api: &'a Api, route: &'a Route) -> &'a Route {
    if api.kind == ApiKind::WebSocket { connect(api).unwrap_or(route) } else { route }
}

fn connect(api: &Api) -> Option<&Route> {
    api.routes.iter().find(|route| route.path == "$connect")
}

/// Which authorizers the kind of API knows, and where it takes them.
fn fix(api: &Api) -> &'static str {
    match api.kind {
        ApiKind::WebSocket if connect(api).is_some() => {
            "Set `AuthorizationType` on the `$connect` route to `AWS_IAM`, or to `CUSTOM` with a \
             Lambda authorizer: no other route of a WebSocket API asks who calls"
        }
        ApiKind::WebSocket => {
            "Add a `$connect` route with `AWS_IAM` or a Lambda authorizer as its \
             `AuthorizationType`: no other route of a WebSocket API asks who calls"
        }
        ApiKind::Rest => {
            "Set an authorizer on the route (`AWS_IAM`, a Cognito or a Lambda authorizer)"
        }
        ApiKind::Http | ApiKind::GraphQl => {
            "Set an authorizer on the route (`AWS_IAM`, a JWT or a Lambda authorizer)"
        }
    }
}

fn hops(integration: &Integration) -> impl Iterator<Item = String> {
    integration.role.iter().chain(&integration.target).map(ToString::to_string)
}

/// What a service behind a route is; `None` for services that hold neither data nor messages of
/// the application.
fn behind(service: &str) -> Option<(&'static str, Severity)> {
    Some(match service {
        "sqs" => ("a queue", Severity::Medium),
        "sns" => ("a topic", Severity::Medium),
        "kinesis" | "firehose" => ("a stream", Severity::Medium),
        "events" => ("an event bus", Severity::High),
        "states" => ("a workflow", Severity::High),
        "dynamodb" => ("a table", Severity::High),
        "s3" => ("a bucket", Severity::High),
        _ => return None,
    })
}
