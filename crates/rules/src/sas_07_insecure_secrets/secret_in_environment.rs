//! SAS-7.1 `secret-in-environment`: an environment variable holds a secret that stands in the
//! template.

use std::collections::HashSet;

use app_model::{Application, Place, Platform};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    secrets::{Leak, Parameters, SharedVariable, is_hidden_secret, leak, variables},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 1 },
        name: "secret-in-environment",
        summary: "An environment variable of a function holds a secret in plain text",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[798, 526],
        since: "0.1.0",
        docs: include_str!("secret_in_environment.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let parameters = Parameters::of(app);
    variables(app)
        .iter()
        .filter_map(|shared| {
            let leak = leak_of(&parameters, shared)?;
            let message = if leak.is_default() {
                format!(
                    "{} holds {} unless a parameter overrides its default",
                    shared.subject(),
                    leak.title()
                )
            } else {
                format!(
                    "{} holds {}: everybody who reads the template or the configuration of the \
                     function has it",
                    shared.subject(),
                    leak.title()
                )
            };
            let severity = if leak.is_default() { Severity::Medium } else { Severity::High };
            let found = shared.finding(app, &RULE.info, severity, leak.is_certain(), message);
            Some(leak.attach(found).fix(fix_of(shared.platform())))
        })
        .collect()
}

/// What keeps secrets on a platform, and how a function comes by them.
fn fix_of(platform: Platform) -> &'static str {
    match platform {
        Platform::Aws => {
            "Revoke it, put a new one into AWS Secrets Manager and pass only the ARN of that \
             secret; the function reads the value when it starts"
        }
        Platform::Azure => {
            "Revoke it, put a new one into Key Vault and refer to it in the setting: \
             `@Microsoft.KeyVault(SecretUri=…)`"
        }
        Platform::Google => {
            "Revoke it, put a new one into Secret Manager and let the platform hand it over \
             (`secret_environment_variables`, `--set-secrets`)"
        }
    }
}

/// Places of the variables in which this rule reports a secret.
pub(super) fn told_places(app: &Application) -> HashSet<Place> {
    let parameters = Parameters::of(app);
    variables(app)
        .iter()
        .filter(|shared| leak_of(&parameters, shared).is_some())
        .map(|shared| shared.variable.place)
        .collect()
}

/// The secret in a variable; that of a hidden parameter is told of by the rules on parameters.
pub(super) fn leak_of(parameters: &Parameters<'_>, shared: &SharedVariable<'_>) -> Option<Leak> {
    let variable = shared.variable;
    let parameters = parameters.behind(&variable.value);
    if parameters.iter().any(|parameter| is_hidden_secret(parameter)) {
        return None;
    }
    let mut names = vec![variable.name.as_str()];
    names.extend(parameters.iter().map(|parameter| parameter.name.as_str()));
    leak(&names, &variable.value)
}

/// Names of the parameters whose default this rule reports in an environment.
pub(super) fn told_parameters(app: &Application) -> HashSet<&str> {
    let parameters = Parameters::of(app);
    variables(app)
        .iter()
        .filter(|shared| leak_of(&parameters, shared).is_some())
        .flat_map(|shared| parameters.behind(&shared.variable.value))
        .map(|parameter| parameter.name.as_str())
        .collect()
}
