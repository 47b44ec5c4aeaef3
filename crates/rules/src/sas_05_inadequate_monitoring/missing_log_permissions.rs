//! SAS-5.16 `missing-log-permissions`: a function may not write its own log.

use app_model::{Application, Identity, Origin};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use iam_policy::managed;

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 5, rule: 16 },
        name: "missing-log-permissions",
        summary: "A function may not write its own log",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[778],
        since: "0.1.0",
        docs: include_str!("missing_log_permissions.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.identities
        .iter()
        .filter(|role| !role.is_generated && role.boundary.is_none())
        .filter_map(|role| {
            let function = app.functions_of(role).next()?;
            if ["logs:PutLogEvents", "logs:CreateLogStream"]
                .iter()
                .all(|action| may_allow(role, action))
            {
                return None;
            }
            let message = format!(
                "the role `{}` lets `{}` write no log, so that what it does leaves no trace",
                role.name, function.name
            );
            let found = RULE.info.finding(role.place, message).about_identity(app, role, None);
            // A policy of another stack may be attached to the role.
            let confidence = found.confidence.min(Confidence::Medium);
            let fix = "Attach the managed policy `AWSLambdaBasicExecutionRole` to it";
            Some(
                found
                    .severity(RULE.info.severity)
                    .under(&role.when)
                    .confidence(confidence)
                    .fix(fix),
            )
        })
        .collect()
}

/// Whether a role allows an action, or may do so by a policy that is not known.
fn may_allow(role: &Identity, action: &str) -> bool {
    let by_statement = role.policies.iter().any(|policy| {
        let is_unread = policy.document.statements.is_empty() && policy.origin != Origin::Generated;
        is_unread || policy.document.allows().any(|statement| statement.matches_action(action))
    });
    by_statement
        || role.managed.iter().any(|policy| match policy.arn.known() {
            None => true,
            Some(arn) => managed::find(arn).is_none_or(|policy| policy.reach_of(action).is_some()),
        })
}
