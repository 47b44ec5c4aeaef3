//! SAS-7.4 `secret-parameter-default`: a parameter for a secret has one as its default.

use app_model::{Application, Parameter};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use secret_patterns::secret_name;

use super::secret_in_environment;
use crate::{
    Check, Rule, secret_words,
    secrets::{Leak, is_hidden_secret, leak},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 4 },
        name: "secret-parameter-default",
        summary: "A parameter for a secret has one as its default",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[1392, 798],
        since: "0.1.0",
        docs: include_str!("secret_parameter_default.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let found: Vec<(&Parameter, Leak)> = app
        .parameters
        .iter()
        .filter_map(|parameter| Some((parameter, leak_of(parameter)?)))
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    let in_environment = secret_in_environment::told_parameters(app);
    let words = secret_words::of(app);
    found
        .into_iter()
        .filter(|(parameter, _)| !in_environment.contains(parameter.name.as_str()))
        .map(|(parameter, leak)| {
            let place = parameter.default.as_ref().map_or(parameter.place, |default| default.place);
            let message = format!(
                "the default of the parameter `{}` is {}: every deployment that does not override \
                 it has the same one, known to all readers of the template",
                parameter.name,
                leak.title()
            );
            let severity = if leak.is_certain() { Severity::High } else { Severity::Medium };
            let found = RULE
                .info
                .finding(place, message)
                .severity(severity)
                .property(parameter.name.as_str());
            leak.attach(found).fix(words.without_default)
        })
        .collect()
}

/// The secret that a parameter has as its default.
pub(super) fn leak_of(parameter: &Parameter) -> Option<Leak> {
    let default = parameter.default.as_ref()?;
    let mut names = vec![parameter.name.as_str()];
    // What the author hides is a secret under any name.
    if is_hidden_secret(parameter) && secret_name(&parameter.name).is_none() {
        names.push("password");
    }
    leak(&names, &default.value)
}
