//! SAS-10.10 `leaking-integration-response`: a route copies the error of its function into its answer.

use app_model::{Api, Application, IntegrationKind, Place, Route, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 10 },
        name: "leaking-integration-response",
        summary: "Errors of a function are handed to callers as they are",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[209],
        since: "0.1.0",
        docs: include_str!("leaking_integration_response.md"),
    },
    check: Check::Application(check),
};

/// Parts of a failed function's answer that tell of its code.
const INNER: [&str; 3] = ["$.stackTrace", "$.trace", "$.stack"];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in &app.apis {
        findings.extend(api.routes.iter().filter_map(|route| of_route(app, api, route)));
    }
    findings
}

fn of_route(app: &Application, api: &Api, route: &Route) -> Option<Finding> {
    let (part, place, when) = leak(route)?;
    let label = route.label();
    let message = format!(
        "`{label}` of `{}` copies `{part}` of a failed call into its answer: callers see the code's \
         inside",
        api.name
    );
    let mut finding = RULE.info.finding(place, message);
    if let IntegrationKind::Function(name) = &route.integration.kind
        && let Some(function) = app.function(name)
    {
        finding = finding.about(app, function, None).severity(RULE.info.severity);
    }
    Some(
        finding
            .resource(&api.name)
            .property(label)
            .under(&api.when.and(&route.when)?.and(&when)?)
            .fix("Answer with a fixed text, and pick the status by `selectionPattern` alone"),
    )
}

fn leak(route: &Route) -> Option<(&'static str, Place, When)> {
    route.integration.response_templates.iter().find_map(|template| {
        template.value.possible().find_map(|(when, text)| {
            let part = INNER.iter().find(|part| text.contains(**part))?;
            Some((*part, template.place, when.clone()))
        })
    })
}
