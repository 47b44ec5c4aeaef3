//! SAS-7.12 `environment-without-customer-key`: everybody who may read the function may read its
//! environment.

use app_model::{Application, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::of_lambda, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 12 },
        name: "environment-without-customer-key",
        summary: "The environment of a function is encrypted with AWS's key, not with one of yours",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[311, 526],
        since: "0.1.0",
        docs: include_str!("environment_without_customer_key.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app)
        .filter_map(|function| {
            let first = function.environment.first()?;
            let when = function.when.and(&absence(function.kms_key.as_ref())?)?;
            let message = format!(
                "the environment of `{}` has no key of yours: no key policy limits who reads it",
                function.name
            );
            Some(
                RULE.info
                    .finding(first.name_place, message)
                    .function(&function.name)
                    .property("KmsKeyArn")
                    .under(&when)
                    .fix("Set `KmsKeyArn` to a key whose policy names who may decrypt"),
            )
        })
        .collect()
}
