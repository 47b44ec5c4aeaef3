//! SAS-7.60 `service-key-in-setting`: a setting of a function app holds the key of a service.

use app_model::{Application, Platform, Variable};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 60 },
        name: "service-key-in-setting",
        summary: "A setting of a function app holds the key of a service",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[522, 526],
        since: "0.1.0",
        docs: include_str!("service_key_in_setting.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in app.functions.iter().filter(|it| it.platform == Platform::Azure) {
        for variable in function.environment.iter().filter(|it| holds_key(it)) {
            let message = format!(
                "the setting `{}` of the function app `{}` holds the key of a service, which opens \
                 all of it to everybody who reads the settings",
                variable.name, function.name
            );
            let found = RULE.info.finding(variable.place, message).held_by(app, function);
            let fix = "Connect by identity (`AzureWebJobsStorage__accountName`), or refer to Key Vault: \
                       `@Microsoft.KeyVault(SecretUri=…)`";
            findings.push(found.property(variable.name.as_str()).under(&function.when).fix(fix));
        }
    }
    findings
}

/// Whether a value is put together from `listKeys(…)` or its kin.
fn holds_key(variable: &Variable) -> bool {
    let Some(expression) = variable.value.unresolved() else { return false };
    let lower = expression.text.to_ascii_lowercase();
    [
        "listkeys(",
        "listkeys.",
        "listconnectionstrings(",
        "primary_access_key",
        "primary_connection_string",
    ]
    .iter()
    .any(|name| lower.contains(name))
}
