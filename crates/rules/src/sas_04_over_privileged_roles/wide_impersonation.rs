//! SAS-4.82 `wide-impersonation`: somebody may act as every service account of a project.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    bindings::{self, is_wide, width_words},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 82 },
        name: "wide-impersonation",
        summary: "Somebody may act as every service account of a project",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[250, 269],
        since: "0.1.0",
        docs: include_str!("wide_impersonation.md"),
    },
    check: Check::Application(check),
};

/// Roles that let their holder act as a service account, or give itself such a role.
const ROLES: [&str; 16] = [
    "roles/iam.serviceAccountUser",
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.serviceAccountOpenIdTokenCreator",
    "roles/iam.serviceAccountKeyAdmin",
    "roles/iam.serviceAccountAdmin",
    "roles/iam.securityAdmin",
    "roles/iam.workloadIdentityUser",
    "roles/resourcemanager.projectIamAdmin",
    "roles/deploymentmanager.editor",
    "roles/cloudbuild.builds.editor",
    "roles/dataflow.admin",
    "roles/dataflow.developer",
    "roles/dataproc.serviceAgent",
    "roles/dataflow.serviceAgent",
    "roles/serverless.serviceAgent",
    "roles/cloudfunctions.serviceAgent",
];

fn check(app: &Application) -> Vec<Finding> {
    app.bindings
        .iter()
        .filter(|binding| is_wide(binding))
        .filter_map(|binding| {
            binding.role.find(|role| ROLES.contains(&role.as_str()))?;
            let message = format!(
                "`{}` holds `{}` on {}, and with it acts as every service account there",
                binding.principal.display(),
                binding.role.display(),
                width_words(binding)
            );
            let found = bindings::finding(&RULE.info, binding, message);
            let found = match binding.functions.first().and_then(|name| app.function(name)) {
                Some(function) => found.about(app, function, None),
                None => found,
            };
            Some(found.fix("Bind the role on the one service account that is meant"))
        })
        .collect()
}
