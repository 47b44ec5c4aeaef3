//! SAS-5.1 `tracing-disabled`: requests cannot be followed through a function, flow or interface.

use app_model::{ApiKind, Application};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{of_lambda, state_machines},
    rank::AboutFunction,
    settings::{Spot, off_or_missing, wrong_or_missing},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 1 },
        name: "tracing-disabled",
        summary: "Requests cannot be followed through a function or interface",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("tracing_disabled.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in of_lambda(app) {
        let tracing = function.tracing.as_ref();
        let spot =
            wrong_or_missing(tracing, &function.when, function.place, |mode| mode != "Active");
        findings.extend(spot.map(|spot| {
            finding(&spot, &function.name, "Set `Tracing` (`TracingConfig.Mode`) to `Active`")
                .function(&function.name)
        }));
    }
    for (resource, machine) in state_machines(app) {
        let spot = off_or_missing(machine.tracing.as_ref(), &resource.when, resource.place);
        findings.extend(spot.map(|spot| {
            finding(&spot, &resource.name, "Set `Enabled: true` under `TracingConfiguration`")
                .resource(&resource.name)
        }));
    }
    for api in &app.apis {
        match api.kind {
            ApiKind::GraphQl => {
                let spot = off_or_missing(api.tracing.as_ref(), &api.when, api.place);
                findings.extend(spot.map(|spot| {
                    finding(&spot, &api.name, "Set `XrayEnabled` to `true`").resource(&api.name)
                }));
            }
            ApiKind::Rest => {
                for stage in &api.stages {
                    let spot = off_or_missing(stage.tracing.as_ref(), &stage.when, stage.place);
                    findings.extend(spot.map(|spot| {
                        finding(&spot, &api.name, "Set `TracingEnabled` of the stage to `true`")
                            .resource(&api.name)
                            .property(stage.name.as_str())
                    }));
                }
            }
            // HTTP and WebSocket APIs cannot trace.
            ApiKind::Http | ApiKind::WebSocket => {}
        }
    }
    findings
}

fn finding(spot: &Spot, name: &str, fix: &str) -> Finding {
    let message = format!("requests cannot be followed through `{name}`, as tracing is off");
    RULE.info.finding(spot.place, message).under(&spot.when).fix(fix)
}
