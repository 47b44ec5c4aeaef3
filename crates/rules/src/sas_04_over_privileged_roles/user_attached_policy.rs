//! SAS-4.17 `user-attached-policy`: a user of the template has policies of its own.

use app_model::{Application, IdentityKind, Origin};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 17 },
        name: "user-attached-policy",
        summary: "A user, who has keys that never end, gets permissions directly",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[250, 798],
        since: "0.1.0",
        docs: include_str!("user_attached_policy.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.identities
        .iter()
        .filter(|user| user.kind == IdentityKind::User)
        .filter(|user| {
            !user.managed.is_empty()
                || user
                    .policies
                    .iter()
                    .any(|policy| matches!(policy.origin, Origin::Inline | Origin::Resource(_)))
        })
        .map(|user| {
            let message = format!(
                "the user `{}` has permissions of its own, and keys of users hold until somebody \
                 removes them",
                user.name
            );
            RULE.info
                .finding(user.place, message)
                .resource(&user.name)
                .property("Policies")
                .under(&user.when)
                .fix("Replace the user by a role that programs take for an hour at a time")
        })
        .collect()
}
