//! SAS-4.32 `missing-permission`: the role of a function does not allow what its code does.

use app_model::{Application, Function};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use least_privilege::Need;

use crate::{Check, Rights, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 32 },
        name: "missing-permission",
        summary: "The role of a function does not allow what the function does",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[284],
        since: "0.1.0",
        docs: include_str!("missing_permission.md"),
    },
    check: Check::Rights(check),
};

fn check(rights: &Rights<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (function, privileges) in rights.known() {
        for need in &privileges.comparison.missing {
            if need.is_certain && !is_allowed_elsewhere(rights.app, need) {
                findings.extend(finding(rights.app, function, need));
            }
        }
    }
    findings
}

/// Whether the resource may let the role in by itself: by a policy on it, a key's policy, the trust
/// policy of a role.
fn is_allowed_elsewhere(app: &Application, need: &Need) -> bool {
    let service = need.action.split(':').next().unwrap_or_default();
    matches!(service, "kms" | "sts")
        || app.resource_policies.iter().any(|policy| policy.service == service)
        || (service == "lambda" && !app.permissions.is_empty())
}

fn finding(app: &Application, function: &Function, need: &Need) -> Option<Finding> {
    let reason = need.reasons.first()?;
    let message = format!(
        "the role of `{}` does not allow `{}` on `{}`, which it needs: {}",
        function.name, need.action, need.resource, reason.note
    );
    let fix = format!("Allow `{}` on `{}`, or remove the call", need.action, need.resource);
    let found = RULE.info.finding(reason.place?, message).confidence(Confidence::Medium);
    let found = found.about(app, function, None).severity(Severity::Medium);
    Some(found.property(need.action.to_string()).fix(fix))
}
