//! SAS-10.7 `user-existence-errors`: errors of a sign-in tell whether a user exists.

use app_model::{Application, Details};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, settings::wrong_or_missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 10, rule: 7 },
        name: "user-existence-errors",
        summary: "A sign-in error tells whether a user exists",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[204],
        since: "0.1.0",
        docs: include_str!("user_existence_errors.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &app.resources {
        let Details::UserPoolClient(client) = &resource.details else { continue };
        let setting = client.prevent_user_existence_errors.as_ref();
        let spot = wrong_or_missing(setting, &resource.when, resource.place, |word| {
            word.eq_ignore_ascii_case("LEGACY")
        });
        let Some(spot) = spot else { continue };
        let message = format!(
            "errors of a sign-in at `{}` tell whether a user exists, so that users can be listed",
            resource.name
        );
        findings.push(
            RULE.info
                .finding(spot.place, message)
                .resource(&resource.name)
                .property("PreventUserExistenceErrors")
                .under(&spot.when)
                .fix("Set `PreventUserExistenceErrors: ENABLED`"),
        );
    }
    findings
}
