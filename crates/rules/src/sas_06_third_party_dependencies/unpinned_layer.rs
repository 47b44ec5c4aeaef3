//! SAS-6.3 `unpinned-layer`: which version of a layer runs is decided elsewhere, at each deployment.

use app_model::{Application, Function, Layer, Text};
use cloud_names::Arn;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, grants::texts, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 3 },
        name: "unpinned-layer",
        summary: "A layer has no fixed version",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[829, 494],
        since: "0.1.0",
        docs: include_str!("unpinned_layer.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in &app.functions {
        findings.extend(function.layers.iter().filter_map(|layer| finding(app, function, layer)));
    }
    findings
}

fn finding(app: &Application, function: &Function, layer: &Layer) -> Option<Finding> {
    let source = mutable_source(app, &layer.arn)?;
    let message = format!(
        "which layer runs inside `{}` is not fixed: {source} decides at each deployment",
        function.name
    );
    let when = function.when.and(&layer.when)?;
    Some(
        RULE.info
            .finding(layer.place, message)
            .about(app, function, None)
            .severity(RULE.info.severity)
            .property(format!("Layers/{}", layer.arn.display()))
            .under(&when)
            .fix("Write the ARN of the layer with its version, or the version of the parameter"),
    )
}

/// What decides on the version, when the text itself does not.
fn mutable_source(app: &Application, arn: &Text) -> Option<String> {
    for (_, text) in texts(arn) {
        if let Some(name) = unversioned_parameter(text) {
            return Some(format!("the newest value of the parameter `{name}`"));
        }
        let is_bare = Arn::parse(text).is_ok_and(|arn| {
            arn.service == "lambda"
                && arn.resource.starts_with("layer:")
                && arn.resource.split(':').count() == 2
                && !arn.resource.ends_with('}')
        });
        if is_bare {
            return Some("an ARN without a version".to_owned());
        }
    }
    let reference = arn.unresolved()?.references.first()?;
    let parameter = app.parameters.iter().find(|parameter| parameter.name == reference.name)?;
    parameter
        .kind
        .starts_with("AWS::SSM::Parameter::Value")
        .then(|| format!("the newest value of the parameter behind `{}`", parameter.name))
}

/// The name in `{{resolve:ssm:name}}`, when no version follows.
fn unversioned_parameter(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix("{{resolve:ssm:")?.strip_suffix("}}")?;
    let is_versioned = name
        .rsplit_once(':')
        .is_some_and(|(_, version)| version.bytes().all(|byte| byte.is_ascii_digit()));
    (!is_versioned).then_some(name)
}
