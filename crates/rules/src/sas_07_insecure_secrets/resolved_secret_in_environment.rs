//! SAS-7.8 `resolved-secret-in-environment`: deployment copies a stored secret into the
//! environment.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    rank::AboutFunction,
    secrets::{texts, variables},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 8 },
        name: "resolved-secret-in-environment",
        summary: "Deployment copies a stored secret into the environment of a function",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[526, 522],
        since: "0.1.0",
        docs: include_str!("resolved_secret_in_environment.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    variables(app)
        .iter()
        .filter_map(|shared| {
            let (when, store) = texts(&shared.variable.value)
                .find_map(|(when, text)| Some((when, store_of(text)?)))?;
            let message = format!(
                "{} is a copy of a secret of {store}: everybody who may read the configuration of \
                 the function has it, and rotation does not change it",
                shared.subject()
            );
            let found =
                shared.finding(app, &RULE.info, RULE.info.severity, false, message).under(&when);
            Some(found.fix(
                "Pass the ARN or name of the secret and read the value in the code (the Lambda \
                 extension for parameters and secrets caches it)",
            ))
        })
        .collect()
}

/// Fields that database secrets have beside the password.
const PUBLIC_FIELDS: [&str; 9] =
    ["username", "user", "host", "port", "dbname", "engine", "database", "endpoint", "region"];

/// The store that a dynamic reference in `text` takes a secret from.
fn store_of(text: &str) -> Option<&'static str> {
    if let Some((_, reference)) = text.split_once("{{resolve:secretsmanager:") {
        let field = reference.split_once(":SecretString:").map_or("", |(_, field)| field);
        let field = field.split([':', '}']).next().unwrap_or_default();
        let is_public = PUBLIC_FIELDS.contains(&field.to_ascii_lowercase().as_str());
        (!is_public).then_some("AWS Secrets Manager")
    } else if text.contains("{{resolve:ssm-secure:") {
        Some("the parameter store")
    } else {
        None
    }
}
