//! SAS-7.10 `generated-access-key-exposed`: the secret half of a generated access key is copied to
//! where others read it.

use std::collections::HashSet;

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction, secrets::AccessKeys};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 7, rule: 10 },
        name: "generated-access-key-exposed",
        summary: "The secret half of a generated access key is copied to where others read it",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[522, 312],
        since: "0.1.0",
        docs: include_str!("generated_access_key_exposed.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let keys = AccessKeys::of(app);
    let mut seen = HashSet::new();
    let of_outputs = app.outputs.iter().filter_map(|output| {
        let key = keys.behind(&output.value)?;
        let message = format!(
            "the output `{}` shows the secret half of the access key `{key}` to everybody who may \
             describe the stack",
            output.name
        );
        let found = RULE.info.finding(output.place, message).under(&output.when);
        Some(found.resource(key).property(output.name.as_str()).fix(FIX))
    });
    let of_properties = app
        .literals
        .iter()
        .filter(|literal| literal.type_name != "AWS::SecretsManager::Secret")
        .filter_map(|literal| {
            let key = keys.behind(&literal.value)?;
            seen.insert(literal.place).then_some(())?;
            let message = format!(
                "`{}` of `{}` holds the secret half of the access key `{key}` in plain text",
                literal.path, literal.resource
            );
            let found = RULE.info.finding(literal.place, message).property(literal.path.as_str());
            let found = match app.function(&literal.resource) {
                Some(function) => found.about(app, function, Some(key)),
                None => found,
            };
            Some(found.resource(key).fix(FIX))
        });
    of_outputs.chain(of_properties).collect()
}

const FIX: &str = "Give the workload a role instead of the user's key; where a key must be, put it only into an \
     `AWS::SecretsManager::Secret`";
