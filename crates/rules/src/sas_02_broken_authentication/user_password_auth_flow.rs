//! SAS-2.18 `user-password-auth-flow`: clients send the password itself to sign in.

use app_model::{Application, SmolStr};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::clients;
use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 18 },
        name: "user-password-auth-flow",
        summary: "Passwords are sent to the application instead of proven",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[522],
        since: "0.1.0",
        docs: include_str!("user_password_auth_flow.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, client) in clients(app) {
        let Some((flow, (when, word))) = client
            .auth_flows
            .iter()
            .find_map(|flow| Some((flow, flow.value.find(sends_password)?)))
        else {
            continue;
        };
        let Some(when) = resource.when.and(when) else { continue };
        let message = format!(
            "`{}` lets clients sign in by sending the password itself (`{word}`), so that whatever \
             stands between sees it",
            resource.name
        );
        findings.push(
            RULE.info
                .finding(flow.place, message)
                .resource(&resource.name)
                .property("ExplicitAuthFlows")
                .under(&when)
                .fix("Use `ALLOW_USER_SRP_AUTH` and the hosted sign-in page instead"),
        );
    }
    findings
}

/// Flows of administrators need IAM credentials besides, and run on servers.
fn sends_password(word: &SmolStr) -> bool {
    matches!(word.as_str(), "ALLOW_USER_PASSWORD_AUTH" | "USER_PASSWORD_AUTH")
}
