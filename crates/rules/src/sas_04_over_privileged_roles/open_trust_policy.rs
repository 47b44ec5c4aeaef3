//! SAS-4.10 `open-trust-policy`: strangers may take a role.

use app_model::{Application, Identity, IdentityKind, When};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Policy, Principal, PrincipalKind, Statement, Term};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 10 },
        name: "open-trust-policy",
        summary: "Strangers may take a role",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[284, 441],
        since: "0.1.0",
        docs: include_str!("open_trust_policy.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for role in &app.identities {
        for statement in role.trust.iter().flat_map(Policy::allows) {
            let found =
                statement.principals.iter().find_map(|principal| flaw(role, statement, principal));
            findings.extend(found.and_then(|flaw| finding(app, role, statement, flaw)));
        }
    }
    findings
}

/// Who may take a role, and how bad that is.
struct Flaw<'a> {
    term: &'a Term,
    severity: Severity,
    message: String,
    fix: &'static str,
}

fn finding(
    app: &Application,
    role: &Identity,
    statement: &Statement,
    flaw: Flaw<'_>,
) -> Option<Finding> {
    let when: When = role.when.and(&statement.when)?.and(&flaw.term.when)?;
    // Who takes the role over its trust needs no function: reachability does not raise it.
    let mut found = RULE
        .info
        .finding(flaw.term.place, flaw.message)
        .about_identity(app, role, None)
        .severity(flaw.severity)
        .property(flaw.term.text.as_str())
        .under(&when)
        .fix(flaw.fix);
    found.path.clear();
    Some(found)
}

fn flaw<'a>(role: &Identity, statement: &Statement, principal: &'a Principal) -> Option<Flaw<'a>> {
    let term = &principal.term;
    let role = match role.kind {
        IdentityKind::Detached => format!("a role with the trust policy `{}`", role.name),
        _ => format!("the role `{}`", role.name),
    };
    let flaw = |severity, message: String, fix| Some(Flaw { term, severity, message, fix });
    if principal.kind == PrincipalKind::Federated {
        let missing = missing_claim(&term.text, statement)?;
        return flaw(
            Severity::High,
            format!(
                "anybody with an identity of `{}` may take {role}, as no condition pins \
                 `{missing}`",
                provider(&term.text)
            ),
            "Add a `StringEquals` condition on the claims `aud` and `sub` of the provider",
        );
    }
    if statement.restricts_source() {
        return None;
    }
    if principal.is_anybody() {
        return flaw(
            Severity::Critical,
            format!("any principal of any AWS account may take {role}"),
            "Name the account, role or service that needs the role under `Principal`",
        );
    }
    let account = principal.account()?;
    flaw(
        Severity::Medium,
        format!(
            "the account `{account}` may take {role} without an external id, also on \
             behalf of its other customers"
        ),
        "Add a `StringEquals` condition on `sts:ExternalId`, or name one role under `Principal`",
    )
}

/// The host name of an identity provider.
fn provider(text: &str) -> &str {
    text.split_once("oidc-provider/").map_or(text, |(_, host)| host)
}

/// The claim that no condition pins, for providers that give identities to anybody who asks.
fn missing_claim(text: &str, statement: &Statement) -> Option<String> {
    if text.contains(":saml-provider/") || text.contains("${") && !text.contains("oidc-provider/") {
        return None;
    }
    let host = provider(text).split('/').next().unwrap_or(text);
    // An id of a pool stands in `aud`; a build service has one audience for all of its customers.
    let claims: &[&str] = match host {
        "cognito-identity.amazonaws.com" | "accounts.google.com" => &["aud"],
        "graph.facebook.com" => &["app_id"],
        "www.amazon.com" => &["app_id", "user_id"],
        "token.actions.githubusercontent.com" | "gitlab.com" | "app.terraform.io" => &["sub"],
        _ => &["sub", "aud", "azp", "oaud"],
    };
    let is_pinned = statement.conditions.iter().any(|condition| {
        let key = condition.key.to_ascii_lowercase();
        claims.iter().any(|claim| key.ends_with(&format!(":{claim}")))
            && condition.parsed_operator().is_some_and(|operator| !operator.negated)
            && !condition.values.iter().any(fits_anybody)
    });
    (!is_pinned).then(|| format!("{host}:{}", claims.first().copied().unwrap_or("sub")))
}

/// Whether a claim's value fits other customers of the provider: `*`, `repo:*`, `repo:orders*`, whose
/// owner may be `orders-of-mallory`, and claims whose words whoever runs a build chooses.
fn fits_anybody(term: &Term) -> bool {
    let owner = ["repo:", "project_path:"].iter().find_map(|start| term.text.strip_prefix(start));
    let is_open = |rest: &str| rest.split('/').next().is_some_and(|owner| owner.contains('*'));
    term.is_everything()
        || owner.is_some_and(is_open)
        || CHOSEN.iter().any(|claim| term.text.starts_with(claim))
}

/// Claims of builds of `GitHub` whose text the builder chooses; a subject may begin with them.
///
/// Source: `GitHub` Docs, "`OpenID` Connect reference", customizing the subject claims (read 2026-11-27).
const CHOSEN: [&str; 6] =
    ["workflow:", "environment:", "ref:", "context:", "head_ref:", "base_ref:"];
