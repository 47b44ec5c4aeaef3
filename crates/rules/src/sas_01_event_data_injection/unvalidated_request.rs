//! SAS-1.1 `unvalidated-request`: a REST API hands any body to a function, though it could check it first.

use std::collections::BTreeSet;

use app_model::{Api, ApiKind, Application, IntegrationKind, Route, RouteForm};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 1, rule: 1 },
        name: "unvalidated-request",
        summary: "A route hands any request body to its function",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[20],
        since: "0.1.0",
        docs: include_str!("unvalidated_request.md"),
    },
    check: Check::Application(check),
};

/// The interface that SAM makes of events that name none; it can have no models.
const IMPLICIT: &str = "ServerlessRestApi";

fn check(app: &Application) -> Vec<Finding> {
    app.apis
        .iter()
        .filter(|api| api.kind == ApiKind::Rest && !api.is_private)
        .filter_map(|api| of_api(app, api))
        .collect()
}

/// One finding an API: models and a validator are written once for all of its routes.
fn of_api(app: &Application, api: &Api) -> Option<Finding> {
    let unchecked: Vec<&Route> = api.routes.iter().filter(|route| is_unchecked(route)).collect();
    let first = unchecked.first()?;
    let name = target(first)?;
    let function = app.function(name)?;
    let more = match unchecked.len() - 1 {
        0 => "hands".to_owned(),
        1 => "and 1 more route hand".to_owned(),
        more => format!("and {more} more routes hand"),
    };
    let others: BTreeSet<&str> = unchecked.iter().filter_map(|route| target(route)).collect();
    let to = match others.len() {
        0 | 1 => format!("`{name}`"),
        2 => format!("`{name}` and 1 more function"),
        all => format!("`{name}` and {} more functions", all - 1),
    };
    let message = format!(
        "`{}` of `{}` {more} any body to {to}: no body is refused before the code runs",
        first.label(),
        api.name
    );
    Some(
        RULE.info
            .finding(first.place, message)
            .about(app, function, None)
            .severity(RULE.info.severity)
            .resource(&api.name)
            .property("RequestValidator")
            .under(&api.when.and(&first.when)?)
            .fix(fix(api, first.form)),
    )
}

/// How the gateway is told to check a body, by how the route is written.
fn fix(api: &Api, form: RouteForm) -> &'static str {
    match form {
        RouteForm::Event if api.name == IMPLICIT => {
            "Declare an `AWS::Serverless::Api` with the model under `Models`, refer to it by \
             `RestApiId` of the event, and set `RequestModel` with `ValidateBody: true` there"
        }
        RouteForm::Event => {
            "Set `RequestModel` with `ValidateBody: true` on the event, and describe the model under \
             `Models` of the API"
        }
        RouteForm::Definition => {
            "Set `x-amazon-apigateway-request-validator` to one of \
             `x-amazon-apigateway-request-validators` that validates bodies, and describe the body of \
             the operation by a schema (`requestBody`)"
        }
        RouteForm::Resource | RouteForm::Target => {
            "Set `RequestValidatorId` and `RequestModels` on the method"
        }
    }
}

/// Whether a route takes a body and gives it to a function of the template unchecked.
fn is_unchecked(route: &Route) -> bool {
    matches!(route.method.as_str(), "POST" | "PUT" | "PATCH")
        && !route.validated
        && target(route).is_some()
}

/// The function of the template that a route leads to.
fn target(route: &Route) -> Option<&str> {
    match &route.integration.kind {
        IntegrationKind::Function(name) => Some(name),
        _ => None,
    }
}
