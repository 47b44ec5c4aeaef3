//! SAS-4.62 `service-without-identity`: an app or service has no identity of its own.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    azure::{Row, Wrong, findings},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 62 },
        name: "service-without-identity",
        summary: "An app or service has no identity of its own",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[522],
        since: "0.1.0",
        docs: include_str!("service_without_identity.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    findings(app, &RULE.info, ROWS, |subject| {
        format!("{subject} has no identity, and so needs keys to reach other services")
    })
}

const ROWS: &[Row] = &[Row {
    types: &[
        "Microsoft.Web/sites",
        "Microsoft.Web/sites/slots",
        "Microsoft.EventGrid/topics",
        "Microsoft.SignalRService/webPubSub",
        "Microsoft.CognitiveServices/accounts",
    ],
    path: "identity.type",
    wrong: Wrong::IsNotOrMissing(&[
        "SystemAssigned",
        "UserAssigned",
        "SystemAssigned, UserAssigned",
        "SystemAssigned,UserAssigned",
    ]),
    unless: &[],
    fix: "Set `identity.type` to `SystemAssigned`",
}];
