//! SAS-3.86 `plaintext-function-address`: a function answers calls without TLS.

use app_model::{Application, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{PropertyTexts, of_type},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 86 },
        name: "plaintext-function-address",
        summary: "A function answers calls without TLS",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[319],
        since: "0.1.0",
        docs: include_str!("plaintext_function_address.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let texts = PropertyTexts::of(app);
    let is_called = |name: &str| {
        app.triggers.iter().any(|it| it.function == name && it.kind == TriggerKind::Http)
    };
    of_type(app, "cloudfunctions.googleapis.com/CloudFunction")
        .filter(|resource| is_called(&resource.name))
        .filter_map(|resource| {
            let path = "httpsTrigger.securityLevel";
            let spot = texts.wrong_or_missing(resource, path, |level| level != "SECURE_ALWAYS")?;
            let message = format!(
                "`{}` also answers calls over HTTP, where others can read them with the tokens in \
                 them",
                resource.name
            );
            let found = RULE.info.finding(spot.place, message).function(&resource.name);
            let found = found.property(path).under(&spot.when);
            Some(found.fix("Set `httpsTrigger.securityLevel: SECURE_ALWAYS`"))
        })
        .collect()
}
