//! SAS-7.14 `plaintext-stored-secret`: a secret is put into its store by the template, in plain
//! text.

use app_model::{Application, Details, Resource, SmolStr, Text, Value};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use source_text::{FileId, Limits, parse_yaml};

use crate::{
    Check, Rule,
    rank::AboutFunction,
    secrets::{Leak, leak},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 14 },
        name: "plaintext-stored-secret",
        summary: "The template puts a secret into its store in plain text",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[798, 312],
        since: "0.1.0",
        docs: include_str!("plaintext_stored_secret.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.resources
        .iter()
        .filter_map(|resource| {
            let leak = leak_of(resource)?;
            let Details::Secret(secret) = &resource.details else { return None };
            let message = format!(
                "the value of the secret `{}` stands in the template: the store protects what \
                 every reader of the template has",
                resource.name
            );
            let found = RULE
                .info
                .finding(secret.value.as_ref()?.place, message)
                .resource(&resource.name)
                .under(&resource.when);
            Some(leak.attach(found).fix(
                "Use `GenerateSecretString`, or set the value with `aws secretsmanager \
                 put-secret-value` after deployment",
            ))
        })
        .collect()
}

/// The secret in the value of a stored secret. A default is told of where it stands.
pub(super) fn leak_of(resource: &Resource) -> Option<Leak> {
    let Details::Secret(secret) = &resource.details else { return None };
    let value = &secret.value.as_ref()?.value;
    in_fields(value)
        .or_else(|| leak(&[&resource.name, "secret"], value))
        .filter(|leak| !leak.is_default())
}

/// A value that is a JSON object has a secret in a field.
fn in_fields(value: &Text) -> Option<Leak> {
    value.possible().find_map(|(when, text)| {
        if !text.trim_start().starts_with('{') {
            return None;
        }
        let parsed = parse_yaml(FileId::default(), text, &Limits::default()).ok()?;
        let document = parsed.documents.into_iter().next()?;
        document.as_map()?.iter().find_map(|(name, node)| {
            let field = Value::Known(SmolStr::new(node.as_str()?));
            let leak = leak(&[name], &field)?;
            Some(leak.under(when.clone()))
        })
    })
}
