//! SAS-8.2 `unthrottled-api`: an interface with open routes has no limit on requests.

use app_model::{Api, ApiKind, Application, IntegrationKind, Route, Stage, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    demand::{Ways, is_open, unthrottled},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 2 },
        name: "unthrottled-api",
        summary: "An interface with open routes has no limit on requests",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[770, 799],
        since: "0.1.0",
        docs: include_str!("unthrottled_api.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let ways = Ways::of(app);
    app.apis.iter().filter_map(|api| finding(app, &ways, api)).collect()
}

fn finding(app: &Application, ways: &Ways<'_>, api: &Api) -> Option<Finding> {
    if api.is_private || api.has_firewall || api.kind == ApiKind::GraphQl || is_told(ways, api) {
        return None;
    }
    let (route, when) = api.routes.iter().find_map(|route| Some((route, open(api, route)?)))?;
    let function = match &route.integration.kind {
        IntegrationKind::Function(name) => app.function(name),
        _ => None,
    };
    let stage = api.stages.iter().find(|stage| !stage.place.is_whole());
    let message = format!(
        "anybody can call `{}` of the {} `{}` and no limit is set: one client can use up the \
         requests per second of the whole account",
        route.label(),
        api.kind.words(),
        api.name
    );
    let mut found = RULE.info.finding(stage.map_or(api.place, |stage| stage.place), message);
    if let Some(function) = function {
        found = found.about(app, function, None).severity(RULE.info.severity);
    }
    let setting = match api.kind {
        ApiKind::Rest if stage.is_some_and(Stage::is_of_deployment) => {
            "`StageDescription` of the deployment"
        }
        ApiKind::Rest => "`MethodSettings` of the stage",
        _ => "`DefaultRouteSettings` of the stage",
    };
    Some(
        found
            .resource(&api.name)
            .property("Throttling")
            .under(&when)
            .fix(format!("Set `ThrottlingRateLimit` and `ThrottlingBurstLimit` in the {setting}")),
    )
}

/// When anybody can call a route without a limit.
fn open(api: &Api, route: &Route) -> Option<When> {
    let limit = route
        .throttle
        .as_ref()
        .or_else(|| api.stages.iter().find_map(|stage| stage.throttle.as_ref()));
    unthrottled(limit)?.and(is_open(route)?)?.and(&route.when)?.and(&api.when)
}

/// Whether SAS-8.3 tells of a function behind the interface.
fn is_told(ways: &Ways<'_>, api: &Api) -> bool {
    api.routes.iter().any(|route| match &route.integration.kind {
        IntegrationKind::Function(name) => {
            ways.open(name).iter().any(|way| way.trigger.api.as_ref() == Some(&api.name))
        }
        _ => false,
    })
}
