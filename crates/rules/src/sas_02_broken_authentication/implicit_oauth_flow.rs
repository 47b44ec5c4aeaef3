//! SAS-2.17 `implicit-oauth-flow`: an application gets its tokens in the address of a page.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::{clients, uses_oauth};
use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 17 },
        name: "implicit-oauth-flow",
        summary: "Tokens are handed out in the address of a page",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[522, 598],
        since: "0.1.0",
        docs: include_str!("implicit_oauth_flow.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, client) in clients(app) {
        let Some(oauth) = uses_oauth(client) else { continue };
        let flows = &client.oauth_flows;
        let Some((flow, (when, _))) =
            flows.iter().find_map(|flow| Some((flow, flow.value.find(|word| word == "implicit")?)))
        else {
            continue;
        };
        let Some(when) = resource.when.and(when).and_then(|when| when.and(&oauth)) else {
            continue;
        };
        let message = format!(
            "`{}` hands out tokens in the address of a page (`implicit`), where histories, logs \
             and scripts can read them",
            resource.name
        );
        findings.push(
            RULE.info
                .finding(flow.place, message)
                .resource(&resource.name)
                .property("AllowedOAuthFlows")
                .under(&when)
                .fix("Use the flow `code` with PKCE instead of `implicit`"),
        );
    }
    findings
}
