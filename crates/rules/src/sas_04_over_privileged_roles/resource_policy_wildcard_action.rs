//! SAS-4.16 `resource-policy-wildcard-action`: a policy on a resource allows every action to
//! somebody who is not the own account.

use app_model::{Application, ResourcePolicy};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Principal, PrincipalKind, Statement, Term};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 16 },
        name: "resource-policy-wildcard-action",
        summary: "A policy on a resource allows every action to others than the own account",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[732, 284],
        since: "0.1.0",
        docs: include_str!("resource_policy_wildcard_action.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in &app.resource_policies {
        for statement in policy.document.allows() {
            findings.extend(finding(policy, statement));
        }
    }
    findings
}

fn finding(policy: &ResourcePolicy, statement: &Statement) -> Option<Finding> {
    let action = statement
        .actions
        .iter()
        .find(|term| term.is_every_action() || term.whole_service().is_some())?;
    // What anybody may do is told by SAS-3, in the rule for the kind of resource.
    if statement.is_public() || is_delegated(statement) {
        return None;
    }
    let principal = statement.principals.iter().find(|principal| !is_own(policy, principal))?;
    let guarded = policy.resources.first().unwrap_or(&policy.name);
    let who = if principal.is_anybody() {
        "everybody whom the condition lets through".to_owned()
    } else {
        format!("`{}`", principal.term.text)
    };
    let is_foreign = principal.account().is_some();
    let severity = if is_foreign { Severity::High } else { Severity::Medium };
    let message = format!(
        "{who} may use every action on `{guarded}`, also those that remove it or change this policy"
    );
    let when = policy.when.and(&statement.when)?.and(&action.when)?;
    Some(
        RULE.info
            .finding(action.place, message)
            .severity(severity)
            .resource(guarded)
            .property(statement.sid.as_deref().unwrap_or(&principal.term.text))
            .under(&when)
            .fix("List under `Action` only the actions that this principal needs"),
    )
}

/// Whether the decision is left to access points or to principals of a named account.
fn is_delegated(statement: &Statement) -> bool {
    ["s3:DataAccessPointAccount", "s3:DataAccessPointArn", "aws:PrincipalAccount"]
        .iter()
        .any(|key| statement.conditions_on(key).next().is_some())
        && statement.restricts_source()
}

/// Whether a principal is the own account, or a part of it that only deployment names.
fn is_own(policy: &ResourcePolicy, principal: &Principal) -> bool {
    let text = &principal.term.text;
    let is_root = text.ends_with(":root") || cloud_names::is_account_id(text);
    let by_reference = text.contains("${AWS::AccountId}");
    // A key cannot be managed by anybody unless its policy lets the own account in, so an account
    // that is written out there is the own one.
    match principal.kind {
        PrincipalKind::Aws => {
            by_reference && (is_root || text == "${AWS::AccountId}")
                || is_root && policy.service == "kms"
                || refers_to_nothing(&principal.term)
        }
        _ => false,
    }
}

/// Whether a name is known to the deployment only.
fn refers_to_nothing(term: &Term) -> bool {
    term.is_open() && !term.text.starts_with("arn:") && term.references.is_empty()
}
