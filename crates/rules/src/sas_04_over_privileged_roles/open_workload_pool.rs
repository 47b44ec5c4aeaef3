//! SAS-4.87 `open-workload-pool`: programs of strangers may act in the project.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
    settings::Spot,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 87 },
        name: "open-workload-pool",
        summary: "Programs of strangers may act in the project",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[284, 863],
        since: "0.1.0",
        docs: include_str!("open_workload_pool.md"),
    },
    check: Check::Application(check),
};

/// Issuers that sign tokens for everybody's programs: without a condition all of them are let in.
const SHARED: [&str; 5] = [
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "agent.buildkite.com",
    "oidc.circleci.com",
];

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    of_type(app, "iam.googleapis.com/WorkloadIdentityPoolProvider")
        .filter_map(|provider| {
            let issuer = texts.wrong(provider, "oidc.issuerUri", |issuer| {
                let host = issuer.trim_start_matches("https://");
                SHARED.iter().any(|shared| host.starts_with(shared))
            })?;
            let condition = "attributeCondition";
            let spot =
                texts.wrong_or_missing(provider, condition, |text| text.trim().is_empty())?;
            let spot = Spot { place: issuer.place, ..spot };
            let message = format!(
                "`{}` takes tokens of every program that the issuer signs for, also of strangers",
                provider.name
            );
            let found = RULE.info.finding(spot.place, message).resource(&provider.name);
            let fix = "Set `attributeCondition`, such as `assertion.repository_owner == 'shop'`";
            Some(found.property(condition).under(&spot.when).fix(fix))
        })
        .collect()
}
