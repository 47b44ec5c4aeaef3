//! SAS-4.81 `basic-role`: somebody holds a role that takes in every service.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, is_wide, width_words},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 81 },
        name: "basic-role",
        summary: "Somebody holds a role that takes in every service",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[250, 269],
        since: "0.1.0",
        docs: include_str!("basic_role.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.bindings
        .iter()
        .filter(|binding| is_wide(binding))
        .filter_map(|binding| {
            binding.role.find(|role| {
                matches!(role.as_str(), "roles/owner" | "roles/editor" | "roles/viewer")
            })?;
            let message = format!(
                "`{}` holds `{}` on {}, which takes in every service",
                binding.principal.display(),
                binding.role.display(),
                width_words(binding)
            );
            let found = bindings::finding(&RULE.info, binding, message);
            Some(found.fix("Give roles of the services that are needed"))
        })
        .collect()
}
