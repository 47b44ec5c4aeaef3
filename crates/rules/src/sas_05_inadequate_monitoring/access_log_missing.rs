//! SAS-5.2 `access-log-missing`: nobody can tell later who called an interface.

use app_model::{Api, ApiKind, Application, Stage};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, settings::missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 2 },
        name: "access-log-missing",
        summary: "An interface on the internet keeps no access log",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("access_log_missing.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    unlogged_stages(app)
        .into_iter()
        .filter(|(api, _)| !is_implicit(app, api))
        .filter_map(|(api, stage)| {
            let spot = missing(stage.access_log.as_ref(), &stage.when, stage.place)?;
            let found = RULE.info.finding(spot.place, message(api)).resource(&api.name);
            let fix = match api.kind {
                ApiKind::Rest if stage.is_of_deployment() => {
                    "Set `DestinationArn` and `Format` under `StageDescription.AccessLogSetting`"
                }
                ApiKind::Rest => "Set `DestinationArn` and `Format` under `AccessLogSetting`",
                _ if stage.name == "$default" => {
                    "Set `DestinationArn` and `Format` under `Stage.AccessLogSettings` of an \
                     `AWS::ApiGatewayV2::ApiGatewayManagedOverrides`"
                }
                _ => "Set `DestinationArn` and `Format` under `AccessLogSettings`",
            };
            Some(found.property(stage.name.as_str()).under(&spot.when).fix(fix))
        })
        .collect()
}

/// Stages of interfaces on the internet that write no access log.
pub(super) fn unlogged_stages(app: &Application) -> Vec<(&Api, &Stage)> {
    app.apis
        .iter()
        .filter(|api| !api.is_private && api.kind != ApiKind::GraphQl)
        .flat_map(|api| api.stages.iter().map(move |stage| (api, stage)))
        .filter(|(_, stage)| missing(stage.access_log.as_ref(), &stage.when, stage.place).is_some())
        .collect()
}

/// What an interface without a log means.
pub(super) fn message(api: &Api) -> String {
    format!("nobody can tell later who called `{}`, as its stage writes no access log", api.name)
}

/// Whether the SAM transform makes the interface from the events of functions.
pub(super) fn is_implicit(app: &Application, api: &Api) -> bool {
    app.resource(&api.name).is_some_and(|resource| resource.is_generated)
        || matches!(api.name.as_str(), "ServerlessRestApi" | "ServerlessHttpApi")
}
