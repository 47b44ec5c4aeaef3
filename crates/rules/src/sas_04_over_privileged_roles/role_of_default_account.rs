//! SAS-4.83 `role-of-default-account`: the default account of a project gets a role.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, is_default_account, is_wide, width_words},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 83 },
        name: "role-of-default-account",
        summary: "The default account of a project gets a role",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[250],
        since: "0.1.0",
        docs: include_str!("role_of_default_account.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.bindings
        .iter()
        .filter(|binding| is_wide(binding) && is_default_account(binding.principal.display()))
        .map(|binding| {
            let message = format!(
                "the default account gets `{}` on {}: every machine and function without an account \
                 of its own has it then",
                binding.role.display(),
                width_words(binding)
            );
            let found = bindings::finding(&RULE.info, binding, message);
            found.fix("Make an account for the program, and give the role to that")
        })
        .collect()
}
