//! SAS-4.100 `idle-permission`: the role of a function may use services that it has not used for long.

use app_model::{Application, Identity, IdentityKind, LiveRole};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 100 },
        name: "idle-permission",
        summary: "The role of a function may use services that it has not used for long",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[250, 272],
        since: "0.1.0",
        docs: include_str!("idle_permission.md"),
    },
    check: Check::Application(check),
};

/// A quarter: jobs at the end of each quarter run within it.
const DAYS: i64 = 92;

/// Names that a message holds; more are counted.
const NAMED: usize = 6;

/// Services that every role of a function may need, and uses only when something goes wrong.
const QUIET: [&str; 4] = ["logs", "xray", "sqs:SendMessage", "sns:Publish"];

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for role in &app.live.roles {
        let named = |identity: &&Identity| {
            identity.kind == IdentityKind::Role && identity.name == role.role
        };
        let Some(identity) = app.identities.iter().find(named) else { continue };
        let Some(function) = app.functions.iter().find(|it| it.role.as_ref() == Some(&role.role))
        else {
            continue;
        };
        // A new role had no time to use what it may.
        if role.age_days.is_none_or(|age| age < DAYS) {
            continue;
        }
        let unused = unused(role);
        if unused.is_empty() {
            continue;
        }
        let name = &role.role;
        let message = format!(
            "the role `{name}` of `{}` may use {}, but did not in {DAYS} days",
            function.name,
            words(&unused)
        );
        let fix = "remove the actions that it does not use; `faasguard iam generate` writes what the code needs";
        findings.push(
            RULE.info
                .finding(identity.place, message)
                .function(&function.name)
                .resource(name)
                .fix(fix),
        );
    }
    findings
}

/// Services that were not used, and actions of services that were.
fn unused(role: &LiveRole) -> Vec<&str> {
    let idle = |name: &str| {
        role.accessed.iter().any(|(known, idle)| known == name && idle.is_at_least(DAYS))
    };
    role.accessed
        .iter()
        .filter(|(_, last)| last.is_at_least(DAYS))
        .filter(|(name, _)| {
            let service = name.split(':').next().unwrap_or(name);
            let is_quiet = QUIET.contains(&name.as_str()) || QUIET.contains(&service);
            let is_told = name.contains(':') && idle(service);
            !is_quiet && !is_told
        })
        .map(|(name, _)| name.as_str())
        .collect()
}

fn words(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let rest = names.len().saturating_sub(NAMED);
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}

#[cfg(test)]
mod tests {
    use app_model::{Idle, LiveRole};

    use super::{unused, words};

    #[test]
    fn an_action_of_an_unused_service_is_not_told_again() {
        let role = LiveRole {
            accessed: vec![
                ("s3".into(), Idle::Never),
                ("s3:PutObject".into(), Idle::Never),
                ("dynamodb".into(), Idle::Days(3)),
                ("dynamodb:DeleteItem".into(), Idle::Days(200)),
                ("dynamodb:GetItem".into(), Idle::Days(3)),
                ("logs".into(), Idle::Never),
            ],
            ..LiveRole::default()
        };
        assert_eq!(unused(&role), ["s3", "dynamodb:DeleteItem"]);
    }

    #[test]
    fn many_names_are_counted() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        assert!(words(&names).ends_with("`f` and 2 more"));
    }
}
