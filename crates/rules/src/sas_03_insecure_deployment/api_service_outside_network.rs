//! SAS-3.71 `api-service-outside-network`: an API Management service stands outside of a virtual network.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 71 },
        name: "api-service-outside-network",
        summary: "An API Management service stands outside of a virtual network",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[1188],
        since: "0.1.0",
        docs: include_str!("api_service_outside_network.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} stands outside of a virtual network")
    })
}

const ROWS: &[Row] = &[Row {
    types: &["Microsoft.ApiManagement/service"],
    path: "properties.virtualNetworkConfiguration",
    wrong: Wrong::Missing,
    unless: &[],
    fix: "Give it a subnet in `virtualNetworkConfiguration`",
}];
