//! SAS-10.5 `leaking-gateway-response`: the gateway puts inner details into its answer to an error.

use app_model::{Api, Application, GatewayResponse, Place, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 5 },
        name: "leaking-gateway-response",
        summary: "An answer of the gateway tells how the backend failed",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[209],
        since: "0.1.0",
        docs: include_str!("leaking_gateway_response.md"),
    },
    check: Check::Application(check),
};

/// Variables of the gateway that tell of the inside; `$context.error.message` is the default text.
const INNER: [&str; 9] = [
    "context.integrationErrorMessage",
    "context.integration.error",
    "context.integration.latency",
    "context.authorizer.",
    "context.authorize.",
    "context.authenticate.",
    "context.waf",
    "context.requestOverride",
    "stageVariables",
];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        let found = api.gateway_responses.iter();
        findings.extend(found.filter_map(|response| of_response(api, response)));
    }
    findings
}

fn of_response(api: &Api, response: &GatewayResponse) -> Option<Finding> {
    let (variable, place, when) = leak(response)?;
    let message = format!(
        "the answer `{}` of `{}` tells callers `${variable}`, which is of the inside",
        response.kind, api.name
    );
    Some(
        RULE.info
            .finding(place, message)
            .resource(&api.name)
            .property(response.kind.as_str())
            .under(&api.when.and(&when)?)
            .fix("Answer with a fixed text and `$context.requestId`, and log the details"),
    )
}

fn leak(response: &GatewayResponse) -> Option<(&'static str, Place, When)> {
    let settings = response.templates.iter().chain(response.headers.iter().map(|(_, value)| value));
    for setting in settings {
        for (when, text) in setting.value.possible() {
            if let Some(variable) = INNER.iter().find(|variable| text.contains(**variable)) {
                return Some((variable.trim_end_matches('.'), setting.place, when.clone()));
            }
        }
    }
    None
}
