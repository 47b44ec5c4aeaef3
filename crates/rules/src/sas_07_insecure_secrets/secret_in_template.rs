//! SAS-7.2 `secret-in-template`: a property of a resource holds a secret in plain text.

use std::collections::HashSet;

use app_model::{Application, Literal, Platform, Resource};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::{
    plain_parameter_reference, plaintext_database_password, plaintext_stored_secret,
    secret_in_environment, secret_parameter_default,
};
use crate::{
    Check, Rule,
    secrets::{Leak, Parameters, leak, leaks_in_program},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 2 },
        name: "secret-in-template",
        summary: "A property of a resource holds a secret in plain text",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[798, 312],
        since: "0.1.0",
        docs: include_str!("secret_in_template.md"),
    },
    check: Check::Application(check),
};

/// Texts longer than this are programs and documents, which hold secrets and are none.
const LONGEST_VALUE: usize = 1024;

fn check(app: &Application) -> Vec<Finding> {
    // What the SAM transform copies from one line to several resources is one flaw.
    let mut seen = HashSet::new();
    let (told, parameters) = (told_resources(app), Parameters::of(app));
    // Settings of other platforms are no property of one name: their places tell.
    let of_variables = secret_in_environment::told_places(app);
    let literals = app.literals.iter().filter(|literal| {
        !is_of_another_rule(&told, literal) && !of_variables.contains(&literal.place)
    });
    literals
        .flat_map(|literal| {
            leaks_of(&parameters, literal).into_iter().map(move |leak| (literal, leak))
        })
        .filter(|(literal, leak)| seen.insert((literal.place, leak.title().to_owned())))
        .map(|(literal, leak)| finding(app, literal, &leak))
        .collect()
}

fn finding(app: &Application, literal: &Literal, leak: &Leak) -> Finding {
    let message = format!(
        "`{}` of `{}` holds {}: everybody who reads the template has it",
        literal.path,
        literal.resource,
        leak.title()
    );
    let mut found = RULE
        .info
        .finding(literal.place, message)
        .resource(&literal.resource)
        .property(literal.path.as_str());
    if app.function(&literal.resource).is_some() {
        found = found.function(&literal.resource);
    }
    leak.attach(found).fix(match platform_of(app, literal) {
        Platform::Aws => {
            "Revoke it, keep a new one in AWS Secrets Manager and write \
             `{{resolve:secretsmanager:…}}` in its place"
        }
        Platform::Azure => {
            "Revoke it, keep a new one in Key Vault and pass it as a secure parameter that refers to it"
        }
        Platform::Google => {
            "Revoke it, keep a new one in Secret Manager and let what needs it read it there"
        }
    })
}

/// Whose platform a value is for: that of its function, else the one that its type names.
fn platform_of(app: &Application, literal: &Literal) -> Platform {
    let kind = literal.type_name.as_str();
    match app.function(&literal.resource) {
        Some(function) => function.platform,
        None if kind.starts_with("Microsoft.") => Platform::Azure,
        None if kind.contains("google") => Platform::Google,
        None => Platform::Aws,
    }
}

/// The secrets in a text: by its name and shape, and in a long one all that have a known shape.
fn leaks_of(parameters: &Parameters<'_>, literal: &Literal) -> Vec<Leak> {
    // A state machine writes so where the value comes from: `"Token.$": "$$.Task.Token"`.
    if literal.name.ends_with(".$") {
        return Vec::new();
    }
    let is_long = literal
        .value
        .any(|text| text.len() > LONGEST_VALUE || text.contains('\n') || is_program(literal));
    let found = if is_long || literal.value.is_unresolved() {
        leaks_in_program(&literal.value)
    } else {
        leak(&[&literal.name], &literal.value).into_iter().collect()
    };
    found
        .into_iter()
        .filter(|leak| !leak.is_default() || !default_is_told(parameters, literal))
        .collect()
}

/// Whether a property holds a script whatever its length.
fn is_program(literal: &Literal) -> bool {
    matches!(literal.name.as_str(), "UserData" | "ZipFile" | "BuildSpec" | "DefinitionString")
}

/// Whether the rule on defaults of parameters tells of the secret where it is written.
fn default_is_told(parameters: &Parameters<'_>, literal: &Literal) -> bool {
    parameters
        .behind(&literal.value)
        .iter()
        .any(|parameter| secret_parameter_default::leak_of(parameter).is_some())
}

/// Names of the resources of which other rules tell.
fn told_resources(app: &Application) -> HashSet<&str> {
    let parameters = Parameters::of(app);
    let is_told = |resource: &&Resource| {
        plain_parameter_reference::stores_secret(&parameters, resource)
            || plaintext_stored_secret::leak_of(resource).is_some()
            || plaintext_database_password::leak_of(resource).is_some()
    };
    app.resources.iter().filter(is_told).map(|resource| resource.name.as_str()).collect()
}

/// Places of secrets that have a rule of their own, with a better mend.
fn is_of_another_rule(told: &HashSet<&str>, literal: &Literal) -> bool {
    let path = literal.path.as_str();
    match literal.type_name.as_str() {
        "AWS::Lambda::Function" => path.starts_with("Environment.Variables."),
        "AWS::ApiGateway::Stage" => path.starts_with("Variables."),
        "AWS::ApiGateway::Deployment" => path.starts_with("StageDescription.Variables."),
        "AWS::ApiGatewayV2::Stage" => path.starts_with("StageVariables."),
        _ => {
            matches!(path, "Value" | "SecretString" | "MasterUserPassword" | "MasterPassword")
                && told.contains(literal.resource.as_str())
        }
    }
}
