//! SAS-4.84 `administrator-account`: a service account administers a whole service.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, is_wide, width_words},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 84 },
        name: "administrator-account",
        summary: "A service account administers a whole service",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[250, 269],
        since: "0.1.0",
        docs: include_str!("administrator_account.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.bindings
        .iter()
        .filter(|binding| is_wide(binding))
        .filter(|binding| {
            binding.principal.display().contains(".gserviceaccount.com")
                || binding.principal.display().starts_with("serviceAccount:")
        })
        .filter_map(|binding| {
            binding.role.find(|role| {
                let role = role.to_ascii_lowercase();
                role.ends_with("admin") || role == "roles/owner" || role == "roles/editor"
            })?;
            let message = format!(
                "the account `{}` holds `{}` on {}: a program rarely needs to administer",
                binding.principal.display(),
                binding.role.display(),
                width_words(binding)
            );
            let found = bindings::finding(&RULE.info, binding, message);
            Some(found.fix("Give roles that read and write what the program works on"))
        })
        .collect()
}
