//! SAS-7.11 `secret-without-rotation`: a secret stays the same for ever.

use app_model::{Application, Details};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 11 },
        name: "secret-without-rotation",
        summary: "A secret of AWS Secrets Manager is never rotated",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[262, 324],
        since: "0.1.0",
        docs: include_str!("secret_without_rotation.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.resources
        .iter()
        .filter_map(|resource| {
            let Details::Secret(secret) = &resource.details else { return None };
            let message = format!(
                "the secret `{}` is never rotated: a copy that leaks once works for ever",
                resource.name
            );
            (!secret.rotates).then(|| {
                RULE.info
                    .finding(resource.place, message)
                    .resource(&resource.name)
                    .under(&resource.when)
                    .fix("Add an `AWS::SecretsManager::RotationSchedule` for it")
            })
        })
        .collect()
}
