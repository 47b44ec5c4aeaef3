//! SAS-7.5 `secret-in-output`: an output of the template shows a secret.

use std::collections::HashSet;

use app_model::{Application, Details, Output, Reference};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use secret_patterns::secret_name;

use crate::{
    Check, Rule,
    rank::AboutFunction,
    secret_words,
    secrets::{
        AccessKeys, Parameters, entry_names, is_hidden_secret, leak, names_an_entry, references,
        texts,
    },
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 5 },
        name: "secret-in-output",
        summary: "An output of the template shows a secret",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[200, 522],
        since: "0.1.0",
        docs: include_str!("secret_in_output.md"),
    },
    check: Check::Application(check),
};

const FIX: &str = "Remove the output; where another stack needs the secret, export the ARN of its entry in AWS \
     Secrets Manager";

fn check(app: &Application) -> Vec<Finding> {
    let known = Known {
        app,
        keys: AccessKeys::of(app),
        parameters: Parameters::of(app),
        entries: entry_names(app),
    };
    app.outputs.iter().filter_map(|output| finding(&known, output)).collect()
}

/// What is looked up for every output.
struct Known<'a> {
    app: &'a Application,
    keys: AccessKeys<'a>,
    parameters: Parameters<'a>,
    entries: HashSet<&'a str>,
}

fn finding(known: &Known<'_>, output: &Output) -> Option<Finding> {
    // SAS-7.10 tells of access keys.
    if known.keys.behind(&output.value).is_some() {
        return None;
    }
    let readers = if output.exported {
        "everybody who may describe the stack or list its exports"
    } else {
        secret_words::of(known.app).readers
    };
    let of = |what: &str| {
        let message = format!("the output `{}` shows {what} to {readers}", output.name);
        RULE.info.finding(output.place, message).property(output.name.as_str()).fix(FIX)
    };
    if let Some(leak) = leak(&[&output.name], &output.value) {
        return Some(leak.attach(of(leak.title())).under(&output.when.and(&leak.when)?));
    }
    if texts(&output.value).any(|(_, text)| is_resolved_secret(text)) {
        return Some(of("a secret that deployment reads from its store").under(&output.when));
    }
    if let Some(parameter) = known.parameters.behind(&output.value).into_iter().find(|parameter| {
        let by_name = secret_name(&parameter.name).is_some();
        (is_hidden_secret(parameter) || (by_name && parameter.kind == "String"))
            && !names_an_entry(&known.entries, parameter)
    }) {
        let found = of(&format!("the parameter `{}`", parameter.name)).under(&output.when);
        let confidence = if parameter.no_echo { Confidence::High } else { Confidence::Medium };
        return Some(found.confidence(confidence));
    }
    let secret =
        references(&output.value).iter().find(|reference| is_secret(known.app, reference))?;
    let attribute = secret.attribute.as_deref().unwrap_or_default();
    Some(of(&format!("`{attribute}` of `{}`", secret.name)).under(&output.when))
}

fn is_resolved_secret(text: &str) -> bool {
    ["{{resolve:secretsmanager:", "{{resolve:ssm-secure:"].iter().any(|it| text.contains(it))
}

/// Whether an attribute of a resource is a secret: a client's secret, a generated password.
fn is_secret(app: &Application, reference: &Reference) -> bool {
    let Some(attribute) = &reference.attribute else { return false };
    let Some(resource) = app.resource(&reference.name) else { return false };
    let by_name = secret_name(attribute.rsplit('.').next().unwrap_or(attribute));
    match resource.details {
        Details::UserPoolClient(_) => attribute == "ClientSecret",
        _ if resource.type_name == "AWS::AppSync::ApiKey" => false,
        _ => by_name.is_some(),
    }
}
