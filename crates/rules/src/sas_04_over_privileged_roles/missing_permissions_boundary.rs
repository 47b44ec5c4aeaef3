//! SAS-4.18 `missing-permissions-boundary`: nothing caps what a function's role may be given.

use app_model::{Application, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, grants::subject, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 18 },
        name: "missing-permissions-boundary",
        summary: "The role of a function has no permissions boundary",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[250],
        since: "0.1.0",
        docs: include_str!("missing_permissions_boundary.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.identities
        .iter()
        .filter(|role| app.functions_of(role).next().is_some())
        .filter_map(|role| {
            let when = absence(role.boundary.as_ref())?.and(&role.when)?;
            let message = format!(
                "{} has no permissions boundary: a policy that is attached later holds in full",
                subject(app, role)
            );
            Some(
                RULE.info
                    .finding(role.place, message)
                    .about_identity(app, role, None)
                    .severity(Severity::Low)
                    .property("PermissionsBoundary")
                    .under(&when)
                    .fix("Set `PermissionsBoundary` on the role, or on the function in SAM"),
            )
        })
        .collect()
}
