//! SAS-6.2 `foreign-layer`: a layer comes from an account that nobody vouches for.

use app_model::{Application, Function, Layer};
use cloud_names::Arn;
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, grants::texts, publishers::publisher, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 6, rule: 2 },
        name: "foreign-layer",
        summary: "A layer comes from an account that is neither the own nor a known publisher's",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[829, 494],
        since: "0.1.0",
        docs: include_str!("foreign_layer.md"),
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
    let (when, account, name) = texts(&layer.arn).into_iter().find_map(|(when, text)| {
        let arn = Arn::parse(text).ok().filter(|arn| arn.service == "lambda")?;
        let is_foreign = cloud_names::is_account_id(&arn.account)
            && publisher(&arn.account).is_none()
            && !is_own(app, &arn.account);
        is_foreign.then(|| (when, arn.account.to_string(), layer_name(&arn).to_owned()))
    })?;
    let message = format!(
        "the layer `{name}` of the account `{account}` runs inside `{}` with its role and its data",
        function.name
    );
    let when = function.when.and(&layer.when)?.and(&when)?;
    Some(
        RULE.info
            .finding(layer.place, message)
            .about(app, function, None)
            .severity(RULE.info.severity)
            // The account may be another one of the same owner.
            .confidence(Confidence::Medium)
            .property(format!("Layers/{account}:{name}"))
            .under(&when)
            .fix("Publish a reviewed copy of the layer in the own account and use that"),
    )
}

/// `Name` of `layer:Name:3`.
fn layer_name(arn: &Arn) -> &str {
    arn.resource.split(':').nth(1).unwrap_or(&arn.resource)
}

/// Whether the template names the account elsewhere, as one writes the own account.
fn is_own(app: &Application, account: &str) -> bool {
    app.literals
        .iter()
        .filter(|literal| !literal.path.starts_with("Layers"))
        .any(|literal| texts(&literal.value).iter().any(|(_, text)| text.contains(account)))
}
