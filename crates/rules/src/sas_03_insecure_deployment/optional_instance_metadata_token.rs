//! SAS-3.18 `optional-instance-metadata-token`: the metadata service of an instance answers without a session token.

use app_model::{Application, Instance, Resource};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, WrittenProperties, instances},
    rank::AboutFunction,
    settings::{missing, written},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 18 },
        name: "optional-instance-metadata-token",
        summary: "The metadata service of an instance answers without a token",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[918],
        since: "0.1.0",
        docs: include_str!("optional_instance_metadata_token.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let (written, texts) = (WrittenProperties::of(app), PropertyTexts::of(app));
    instances(app)
        .filter(|(resource, _)| has_credentials(&written, resource))
        .filter(|(resource, _)| !is_closed(&texts, &resource.name))
        .filter_map(|(resource, instance)| of_instance(app, resource, instance))
        .collect()
}

/// Without a profile there are no credentials to take; a launch template may be used with one.
fn has_credentials(properties: &WrittenProperties<'_>, resource: &Resource) -> bool {
    resource.type_name == "AWS::EC2::LaunchTemplate"
        || properties.has(&resource.name, "IamInstanceProfile")
        || properties.has(&resource.name, "LaunchTemplate")
}

/// Whether the metadata service is off: in the instance, or in the launch template that it names.
fn is_closed(texts: &PropertyTexts<'_>, name: &str) -> bool {
    let is_off = |name: &str| {
        ["MetadataOptions.HttpEndpoint", "LaunchTemplateData.MetadataOptions.HttpEndpoint"]
            .iter()
            .flat_map(|path| texts.at(name, path))
            .any(|literal| literal.value.all(|word| word == "disabled"))
    };
    let of_template = ["LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LaunchTemplateName"]
        .iter()
        .flat_map(|path| texts.at(name, path))
        .filter_map(|literal| literal.value.unresolved())
        .any(|open| open.references.iter().any(|it| is_off(&it.name)));
    is_off(name) || of_template
}

/// Images of Amazon Linux 2023 ask for tokens unless told otherwise.
fn asks_by_itself(app: &Application, resource: &Resource) -> bool {
    let is_new = |text: &str| text.contains("al2023");
    app.literals
        .iter()
        .filter(|literal| literal.resource == resource.name && literal.name == "ImageId")
        .any(|literal| {
            let by_parameter = literal.value.unresolved().is_some_and(|expression| {
                expression.references.iter().any(|reference| {
                    let parameter = app.parameters.iter().find(|p| p.name == reference.name);
                    parameter
                        .and_then(|parameter| parameter.default.as_ref())
                        .is_some_and(|default| default.value.any(|text| is_new(text)))
                })
            });
            is_new(literal.value.display()) || by_parameter
        })
}

fn of_instance(app: &Application, resource: &Resource, instance: &Instance) -> Option<Finding> {
    let tokens = instance.http_tokens.as_ref();
    let name = &resource.name;
    let (spot, message, fix, severity) =
        if let Some(spot) = written(tokens, &resource.when, |word| word == "optional") {
            (spot, asks_nothing(name), ASK, Severity::Medium)
        } else if let Some(spot) = missing(tokens, &resource.when, resource.place) {
            if asks_by_itself(app, resource) {
                return None;
            }
            (spot, asks_nothing(name), ASK, Severity::Low)
        } else {
            let spot = written(instance.hop_limit.as_ref(), &resource.when, |hops| *hops > 1)?;
            let message = format!(
                "the metadata service of `{name}` answers over several hops, so that containers \
                 on it can take its credentials"
            );
            (spot, message, "Set `HttpPutResponseHopLimit` to 1", Severity::Low)
        };
    let found = RULE.info.finding(spot.place, message).severity(severity).resource(name);
    let found = found.property("MetadataOptions").under(&spot.when).fix(fix);
    // The image and the account have defaults of their own.
    let confidence =
        if tokens.is_none() { found.confidence.min(Confidence::Medium) } else { found.confidence };
    Some(found.confidence(confidence))
}

const ASK: &str = "Set `HttpTokens: required` under `MetadataOptions`";

fn asks_nothing(name: &str) -> String {
    format!(
        "the metadata service of `{name}` gives its credentials to any request, also to one that \
         a program on it was tricked into"
    )
}
