//! SAS-2.21 `long-lived-access-key`: a template makes an access key that never expires.

use app_model::{Application, Details};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, kinds::is_google, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 21 },
        name: "long-lived-access-key",
        summary: "A template makes an access key that never expires",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[798, 324],
        since: "0.1.0",
        docs: include_str!("long_lived_access_key.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &app.resources {
        let Details::AccessKey(user) = &resource.details else { continue };
        let is_google = is_google(resource);
        let somebody = if is_google { "a service account" } else { "a user" };
        let fix = if is_google {
            "Let the program run as the account, or use Workload Identity Federation, and drop the key"
        } else {
            "Let the program take a role (OIDC, IAM Roles Anywhere) and drop the key"
        };
        let user = user.as_ref().map_or_else(|| somebody.to_owned(), |user| format!("`{user}`"));
        let message = format!(
            "`{}` is an access key of {user} that never expires: whoever finds it once acts as \
             that user",
            resource.name
        );
        findings.push(
            RULE.info
                .finding(resource.place, message)
                .resource(&resource.name)
                .under(&resource.when)
                .fix(fix),
        );
    }
    findings
}
