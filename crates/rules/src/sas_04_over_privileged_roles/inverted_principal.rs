//! SAS-4.15 `inverted-principal`: `NotPrincipal` with `Allow`.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::Policy;

use crate::{Check, Rule};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 15 },
        name: "inverted-principal",
        summary: "A policy allows everybody but some",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[284, 183],
        since: "0.1.0",
        docs: include_str!("inverted_principal.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let on_resources = app.resource_policies.iter().map(|policy| {
        let guarded = policy.resources.first().unwrap_or(&policy.name);
        (&policy.document, guarded, &policy.when)
    });
    let on_roles = app
        .identities
        .iter()
        .filter_map(|role| Some((role.trust.as_ref()?, &role.name, &role.when)));
    let on_interfaces = app
        .apis
        .iter()
        .filter_map(|api| Some((api.resource_policy.as_ref()?, &api.name, &api.when)));
    on_resources
        .chain(on_roles)
        .chain(on_interfaces)
        .flat_map(|(document, guarded, when)| of_policy(document, guarded, when))
        .collect()
}

fn of_policy(document: &Policy, guarded: &str, when: &app_model::When) -> Vec<Finding> {
    use crate::rank::AboutFunction;
    let mut findings = Vec::new();
    for statement in document.allows() {
        let Some(but) = statement.not_principals.first() else { continue };
        let Some(when) = when.and(&statement.when) else { continue };
        let message =
            format!("everybody on the internet but `{}` is allowed on `{guarded}`", but.term.text);
        findings.push(
            RULE.info
                .finding(but.term.place, message)
                .resource(guarded)
                .property(statement.sid.as_deref().unwrap_or("NotPrincipal"))
                .under(&when)
                .fix("Replace `NotPrincipal` by `Principal`, or `Allow` by `Deny`"),
        );
    }
    findings
}
