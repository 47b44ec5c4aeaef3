//! SAS-7.3 `secret-parameter-echoed`: a parameter for a secret shows its value to everybody.

use std::collections::HashSet;

use app_model::{Application, Parameter};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use secret_patterns::secret_name;

use super::{secret_in_environment, secret_parameter_default};
use crate::{
    Check, Rule, secret_words,
    secrets::{entry_names, names_an_entry},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 3 },
        name: "secret-parameter-echoed",
        summary: "A parameter for a secret shows its value in consoles and API answers",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[200, 522],
        since: "0.1.0",
        docs: include_str!("secret_parameter_echoed.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let entries = entry_names(app);
    let parameters: Vec<&Parameter> =
        app.parameters.iter().filter(|parameter| is_echoed_secret(&entries, parameter)).collect();
    if parameters.is_empty() {
        return Vec::new();
    }
    let in_environment = secret_in_environment::told_parameters(app);
    let words = secret_words::of(app);
    parameters
        .into_iter()
        .filter(|parameter| !in_environment.contains(parameter.name.as_str()))
        .map(|parameter| {
            let message = format!(
                "the parameter `{}` takes a secret {}: {} reads it",
                parameter.name, words.open, words.readers
            );
            RULE.info
                .finding(parameter.place, message)
                .property(parameter.name.as_str())
                .fix(words.hide)
        })
        .collect()
}

fn is_echoed_secret(entries: &HashSet<&str>, parameter: &Parameter) -> bool {
    !parameter.no_echo
        && parameter.kind == "String"
        && secret_name(&parameter.name).is_some()
        && !may_be_public(&parameter.name)
        && !has_choices(parameter)
        && secret_parameter_default::leak_of(parameter).is_none()
        && !names_an_entry(entries, parameter)
}

/// An SSH key that is not called private is the public half more often than not.
fn may_be_public(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("ssh") && lower.ends_with("key") && !lower.contains("private")
}

/// A switch or a number: whoever gives it a default of this kind does not take a secret.
fn has_choices(parameter: &Parameter) -> bool {
    parameter.default.as_ref().is_some_and(|default| {
        default.value.any(|text| {
            matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no")
                || text.parse::<i32>().is_ok()
        })
    })
}
