//! SAS-7.7 `plain-parameter-reference`: a secret is kept in a plain-text parameter of Systems
//! Manager.

use std::collections::HashSet;

use app_model::{Application, Details, Literal, Parameter, Resource, SmolStr, StoredParameter};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use secret_patterns::secret_name;

use crate::{
    Check, Rule,
    rank::AboutFunction,
    secrets::{Leak, Parameters, leak, texts},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 7 },
        name: "plain-parameter-reference",
        summary: "A secret is kept in a plain-text parameter of Systems Manager",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[312, 522],
        since: "0.1.0",
        docs: include_str!("plain_parameter_reference.md"),
    },
    check: Check::Application(check),
};

const FIX: &str = "Keep it as a `SecureString` or in AWS Secrets Manager, and read it with \
     `{{resolve:ssm-secure:…}}`, `{{resolve:secretsmanager:…}}` or in the code";

fn check(app: &Application) -> Vec<Finding> {
    let parameters = Parameters::of(app);
    let mut seen = HashSet::new();
    let read = app
        .literals
        .iter()
        .filter(|literal| reads_plain_parameter(literal))
        .filter(|literal| seen.insert(literal.place))
        .map(|literal| of_literal(app, literal));
    let taken = app.parameters.iter().filter(|it| takes_plain_parameter(it)).map(of_parameter);
    let stored = app.resources.iter().filter_map(|resource| of_resource(&parameters, resource));
    read.chain(taken).chain(stored).collect()
}

/// Whether a property that names a secret is read from a plain-text parameter.
fn reads_plain_parameter(literal: &Literal) -> bool {
    secret_name(&literal.name).is_some()
        && texts(&literal.value).any(|(_, text)| text.contains("{{resolve:ssm:"))
}

fn of_literal(app: &Application, literal: &Literal) -> Finding {
    let message = format!(
        "`{}` of `{}` is read from a parameter that Systems Manager keeps in plain text",
        literal.path, literal.resource
    );
    let found = RULE.info.finding(literal.place, message).property(literal.path.as_str()).fix(FIX);
    match app.function(&literal.resource) {
        Some(function) => found.about(app, function, None).severity(RULE.info.severity),
        None => found.resource(&literal.resource),
    }
}

/// CloudFormation cannot take a parameter's value from a `SecureString`.
fn takes_plain_parameter(parameter: &Parameter) -> bool {
    parameter.kind.starts_with("AWS::SSM::Parameter::Value<String>")
        && secret_name(&parameter.name).is_some()
}

fn of_parameter(parameter: &Parameter) -> Finding {
    let message = format!(
        "the parameter `{}` takes its secret from a parameter that Systems Manager keeps in plain \
         text",
        parameter.name
    );
    RULE.info.finding(parameter.place, message).property(parameter.name.as_str()).fix(FIX)
}

/// What a stored parameter holds in plain text: a secret by shape or name, or a hidden parameter.
enum Stored<'a> {
    Leak(Leak),
    Hidden(&'a SmolStr),
}

fn of_resource(parameters: &Parameters<'_>, resource: &Resource) -> Option<Finding> {
    let Details::StoredParameter(stored) = &resource.details else { return None };
    let held = held(parameters, resource, stored)?;
    let value = stored.value.as_ref()?;
    let of = |what: &str| {
        let message = format!(
            "the parameter `{}` of Systems Manager keeps {what} in plain text",
            resource.name
        );
        RULE.info.finding(value.place, message).resource(&resource.name).under(&resource.when).fix(
            "Keep it in a secret of Secrets Manager, or as a `SecureString`, which CloudFormation \
             cannot make",
        )
    };
    Some(match held {
        Stored::Leak(leak) => leak.attach(of(leak.title())),
        Stored::Hidden(name) => of(&format!("the secret of the parameter `{name}`")),
    })
}

fn held<'a>(
    parameters: &Parameters<'a>,
    resource: &Resource,
    stored: &StoredParameter,
) -> Option<Stored<'a>> {
    // CloudFormation cannot make one, Terraform can.
    if stored.kind.as_ref().is_some_and(|kind| kind.value.all(|kind| kind == "SecureString")) {
        return None;
    }
    let value = &stored.value.as_ref()?.value;
    if let Some(hidden) = parameters.hidden_behind(value) {
        return Some(Stored::Hidden(&hidden.name));
    }
    let physical = stored.physical_name.as_ref().map_or("", |name| name.value.display());
    let last = physical.rsplit('/').next().unwrap_or(physical);
    leak(&[last, &resource.name], value).map(Stored::Leak)
}

/// Whether this rule tells of a resource.
pub(super) fn stores_secret(parameters: &Parameters<'_>, resource: &Resource) -> bool {
    match &resource.details {
        Details::StoredParameter(stored) => held(parameters, resource, stored).is_some(),
        _ => false,
    }
}
