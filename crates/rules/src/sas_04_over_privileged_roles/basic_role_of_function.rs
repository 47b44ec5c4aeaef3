//! SAS-4.80 `basic-role-of-function`: a function may change everything in a project.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, is_wide, width_words},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 80 },
        name: "basic-role-of-function",
        summary: "A function may change everything in a project",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 269],
        since: "0.1.0",
        docs: include_str!("basic_role_of_function.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.bindings
        .iter()
        .filter(|binding| is_wide(binding))
        .filter_map(|binding| {
            let function = app.function(binding.functions.first()?)?;
            binding.role.find(|role| matches!(role.as_str(), "roles/owner" | "roles/editor"))?;
            let message = format!(
                "`{}` runs as an account with `{}` on {}: whoever takes it over changes every \
                 resource there",
                function.name,
                binding.role.display(),
                width_words(binding)
            );
            let found = bindings::finding(&RULE.info, binding, message);
            let fix = "Give the account the roles that the function needs, on the resources that it \
                       uses";
            Some(found.about(app, function, None).fix(fix))
        })
        .collect()
}
