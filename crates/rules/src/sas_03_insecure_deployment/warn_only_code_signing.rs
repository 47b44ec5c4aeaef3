//! SAS-3.25 `warn-only-code-signing`: code without a signature is deployed with a warning.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::signing_configs, rank::AboutFunction, settings::wrong_or_missing};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 25 },
        name: "warn-only-code-signing",
        summary: "A code-signing configuration only warns",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[347],
        since: "0.1.0",
        docs: include_str!("warn_only_code_signing.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    signing_configs(app)
        .filter_map(|(resource, config)| {
            let untrusted = config.untrusted_artifacts.as_ref();
            let spot = wrong_or_missing(untrusted, &resource.when, resource.place, |word| {
                word.eq_ignore_ascii_case("Warn")
            })?;
            let message = format!(
                "`{}` only warns of code without a valid signature, which is deployed all the same",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&resource.name);
            let fix =
                "Set `UntrustedArtifactOnDeployment` to `Enforce` under `CodeSigningPolicies`";
            Some(found.under(&spot.when).fix(fix))
        })
        .collect()
}
