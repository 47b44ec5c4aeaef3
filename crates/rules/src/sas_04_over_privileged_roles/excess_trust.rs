//! SAS-4.14 `excess-trust`: a function's role may be taken by other services too.

use app_model::{Application, Identity};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Policy, PrincipalKind, Term};

use crate::{Check, Rule, grants::list_of, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 14 },
        name: "excess-trust",
        summary: "The role of a function may be taken by other services too",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[284, 653],
        since: "0.1.0",
        docs: include_str!("excess_trust.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for role in &app.identities {
        let Some(function) = app.functions_of(role).next() else { continue };
        let others: Vec<&Term> = role
            .trust
            .iter()
            .flat_map(Policy::allows)
            .flat_map(|statement| &statement.principals)
            .filter(|principal| principal.kind == PrincipalKind::Service)
            .map(|principal| &principal.term)
            .filter(|term| term.resolved && !is_lambda(&term.text))
            .collect();
        let Some(first) = others.first() else { continue };
        let names: Vec<String> = others.iter().map(|term| term.text.to_string()).collect();
        // A service that runs foreign code hands the role to whoever may start something there.
        let runs_code =
            others.iter().any(|term| RUN_CODE.iter().any(|service| term.text.starts_with(service)));
        let severity = if runs_code { Severity::Medium } else { Severity::Low };
        let message = format!(
            "the role `{}` of `{}` may also be taken by {}",
            role.name,
            function.name,
            list_of(&names)
        );
        let Some(when) = role.when.and(&first.when) else { continue };
        findings.push(
            RULE.info
                .finding(first.place, message)
                .about_identity(app, role, None)
                .severity(severity)
                .under(&when)
                .fix(fix(app, role)),
        );
    }
    findings
}

/// A service that uses the role would stand without one, were it only shut out.
fn fix(app: &Application, role: &Identity) -> String {
    let mut users: Vec<String> = app
        .resources
        .iter()
        .filter(|resource| resource.roles.contains(&role.name))
        .map(|resource| resource.written_name().to_string())
        .collect();
    users.dedup();
    let leave = "eave only `lambda.amazonaws.com` under `Principal` of the trust policy";
    match users.len() {
        0 => format!("L{leave}"),
        1 => format!("Give {} a role of its own, then l{leave}", list_of(&users)),
        _ => format!("Give {} roles of their own, then l{leave}", list_of(&users)),
    }
}

/// Services that run code of whoever starts something there under the role.
const RUN_CODE: [&str; 9] = [
    "ec2.",
    "ecs-tasks.",
    "glue.",
    "codebuild.",
    "sagemaker.",
    "batch.",
    "cloudformation.",
    "datapipeline.",
    "elasticmapreduce.",
];

fn is_lambda(service: &str) -> bool {
    let name = service.split('.').find(|part| *part != "replicator").unwrap_or_default();
    matches!(name, "lambda" | "edgelambda")
}
