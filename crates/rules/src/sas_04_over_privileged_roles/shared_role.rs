//! SAS-4.8 `shared-role`: several functions with different tasks run as one role.

use std::collections::BTreeSet;

use app_model::{Application, Function, Identity};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Statement, managed};

use crate::{
    Check, Rule,
    grants::{list_of, picked, texts},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 8 },
        name: "shared-role",
        summary: "Functions with different tasks run as one role",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[250, 653],
        since: "0.1.0",
        docs: include_str!("shared_role.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.identities.iter().filter_map(|role| finding(app, role)).collect()
}

fn finding(app: &Application, role: &Identity) -> Option<Finding> {
    let functions: Vec<&Function> = app.functions_of(role).collect();
    if functions.len() < 2 || !has_data(role) {
        return None;
    }
    let starts: BTreeSet<Vec<String>> =
        functions.iter().map(|function| starts_of(app, function)).collect();
    if starts.len() < 2 {
        return None;
    }
    let names: Vec<String> = functions.iter().map(|function| function.name.to_string()).collect();
    let message = format!(
        "{} run as the role `{}`: each may do what any of them needs",
        list_of(&names),
        role.name
    );
    Some(
        RULE.info
            .finding(role.place, message)
            .about_identity(app, role, None)
            .under(&role.when)
            .fix("Give each function a role of its own (in SAM: `Policies` instead of `Role`)"),
    )
}

/// What starts a function, in words that tell two functions apart.
fn starts_of(app: &Application, function: &Function) -> Vec<String> {
    let mut starts: Vec<String> = app
        .triggers_of(&function.name)
        .map(|trigger| {
            let what = trigger
                .label()
                .or_else(|| trigger.source.as_ref().map(|source| source.display().to_owned()));
            format!("{} {}", trigger.kind.as_str(), what.unwrap_or_default())
        })
        .collect();
    starts.sort();
    starts
}

/// Whether a role may do more than keep a function running.
fn has_data(role: &Identity) -> bool {
    let in_statements =
        role.statements().any(|(_, statement)| statement.is_allow() && does(statement));
    in_statements
        || role.managed.iter().any(|attached| {
            texts(&attached.arn).iter().any(|(_, text)| {
                managed::find(text).is_some_and(|policy| !is_for_running(policy.name))
            })
        })
}

/// Whether a statement allows more than logs, traces, metrics and network interfaces.
fn does(statement: &Statement) -> bool {
    !statement.not_actions.is_empty()
        || statement.actions.iter().any(|term| {
            term.is_every_action()
                || term.whole_service().is_some_and(|service| {
                    !matches!(service.as_str(), "logs" | "xray" | "cloudwatch")
                })
                || picked(term).any(|known| !crate::grants::is_plumbing(&known))
        })
}

/// Policies that Lambda itself wants.
fn is_for_running(name: &str) -> bool {
    matches!(
        name,
        "AWSLambdaBasicExecutionRole"
            | "AWSLambdaVPCAccessExecutionRole"
            | "AWSXRayDaemonWriteAccess"
            | "AWSXrayWriteOnlyAccess"
            | "CloudWatchLambdaInsightsExecutionRolePolicy"
            | "CloudWatchLambdaApplicationSignalsExecutionRolePolicy"
    )
}
