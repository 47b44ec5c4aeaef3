//! SAS-2.13 `guest-identities`: an identity pool gives AWS credentials to whoever asks.

use app_model::{Application, Details};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 13 },
        name: "guest-identities",
        summary: "An identity pool gives AWS credentials to guests",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[287, 306],
        since: "0.1.0",
        docs: include_str!("guest_identities.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &app.resources {
        let Details::IdentityPool(pool) = &resource.details else { continue };
        let Some(setting) = &pool.allows_guests else { continue };
        let Some((when, _)) = setting.value.find(|on| *on) else { continue };
        let Some(when) = resource.when.and(when) else { continue };
        let message = format!(
            "`{}` gives AWS credentials to whoever knows its id, without a sign-in",
            resource.name
        );
        findings.push(
            RULE.info
                .finding(setting.place, message)
                .resource(&resource.name)
                .property("AllowUnauthenticatedIdentities")
                .under(&when)
                .fix("Set `AllowUnauthenticatedIdentities: false`, or keep the guests' role to the least"),
        );
    }
    findings
}
