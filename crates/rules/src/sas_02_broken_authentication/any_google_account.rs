//! SAS-2.80 `any-google-account`: anybody with a Google account may call a function.

use app_model::{Application, Exposure, Platform, TriggerKind};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, Public, public, target},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 80 },
        name: "any-google-account",
        summary: "Anybody with a Google account may call a function",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[284, 863],
        since: "0.1.0",
        docs: include_str!("any_google_account.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.bindings
        .iter()
        .filter(|binding| public(binding) == Some(Public::AnyAccount))
        .filter_map(|binding| {
            let (known, type_name) = target(app, binding);
            if !TYPES.contains(&type_name) {
                return None;
            }
            let name = bindings::target_name(known, binding);
            let message = format!(
                "anybody with a Google account can call {name}: `allAuthenticatedUsers` holds `{}`",
                binding.role.display()
            );
            let found = bindings::finding(&RULE.info, binding, message);
            let function = known.and_then(|known| app.function(&known.name));
            let found = match function {
                Some(function) if function.platform == Platform::Google => {
                    found.function(&function.name)
                }
                _ => found,
            };
            let is_inside = app.triggers.iter().any(|trigger| {
                function.is_some_and(|function| function.name == trigger.function)
                    && trigger.kind == TriggerKind::Http
                    && trigger.exposure == Exposure::Account
            });
            let fix = "Give the role to the accounts or groups that call it";
            (!is_inside).then(|| found.fix(fix))
        })
        .collect()
}

/// What is called over HTTP.
const TYPES: [&str; 4] = [
    "cloudfunctions.googleapis.com/CloudFunction",
    "cloudfunctions.googleapis.com/Function",
    "run.googleapis.com/Service",
    "run.googleapis.com/Job",
];
