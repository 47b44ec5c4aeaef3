//! SAS-9.5 `unauthenticated-direct-integration`: anybody reaches a service behind an API.

use app_model::{Api, Application, Integration, IntegrationKind, Route};
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
    let (does, severity) = deed(service)?;
    let open = route.auth.open()?;
    let when = api.when.and(&route.when)?.and(open)?;
    let label = route.label();
    let target = match &route.integration.target {
        Some(target) => format!("`{target}`"),
        None => format!("`{service}`"),
    };
    let severity = if route.api_key_required { severity.lowered() } else { severity };
    let message = format!(
        "anybody on the internet can {does} {target} through `{label}`, and no code checks what \
         comes in"
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
            .fix("Set an authorizer on the route (`AWS_IAM`, a JWT or a Lambda authorizer)"),
    )
}

fn hops(integration: &Integration) -> impl Iterator<Item = String> {
    integration.role.iter().chain(&integration.target).map(ToString::to_string)
}

/// What a caller does through an integration with a service; `None` for those that do no harm or
/// are told as something else.
fn deed(service: &str) -> Option<(&'static str, Severity)> {
    Some(match service {
        "sqs" => ("put messages into", Severity::Medium),
        "sns" => ("publish to", Severity::Medium),
        "events" => ("put events on", Severity::High),
        "states" => ("start the workflow", Severity::High),
        "dynamodb" => ("read or change the table", Severity::High),
        "s3" => ("read or change the bucket", Severity::High),
        "kinesis" | "firehose" => ("put records into", Severity::Medium),
        "lambda" | "execute-api" | "elasticloadbalancing" | "servicediscovery" => return None,
        _ => ("call the service behind", Severity::Medium),
    })
}
