//! SAS-4.3 `administrator-access`: a role may do everything, or hand itself everything.

use app_model::{Application, Identity};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use super::full_access_managed_policy::{finding_at, name_of};
use crate::{
    Check, Rule,
    grants::{Grant, grants, subject, texts},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 3 },
        name: "administrator-access",
        summary: "A role may do everything in the account",
        severity: Severity::Critical,
        audience: Audience::Everyone,
        cwe: &[250, 269],
        since: "0.1.0",
        docs: include_str!("administrator_access.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let documents = grants(app);
    let documents = documents.iter().filter_map(|grant| of_document(app, grant));
    let managed = app.identities.iter().flat_map(|identity| of_managed(app, identity));
    documents.chain(managed).collect()
}

fn of_document(app: &Application, grant: &Grant<'_>) -> Option<Finding> {
    if !grant.statement.is_admin() {
        return None;
    }
    let term = grant.statement.actions.iter().find(|term| term.is_every_action())?;
    let message = format!(
        "{} allows every action on every resource: whoever takes it over owns the account",
        grant.subject(app)
    );
    let severity =
        if grant.statement.conditions.is_empty() { Severity::Critical } else { Severity::High };
    let fix = "Replace `*` under `Action` and `Resource` by what the code calls and works on";
    Some(grant.finding(app, &RULE.info, term, severity, message)?.fix(fix))
}

fn of_managed(app: &Application, identity: &Identity) -> Vec<Finding> {
    let mut findings = Vec::new();
    for managed in &identity.managed {
        for (when, text) in texts(&managed.arn) {
            let Some(name) = administrator(text) else { continue };
            let message = format!(
                "{} has the managed policy `{name}`: whoever takes it over owns the account",
                subject(app, identity)
            );
            let fix = format!(
                "Replace the managed policy `{name}` by statements with the actions that the code \
                 calls"
            );
            let severity = RULE.info.severity;
            let found = finding_at(app, &RULE.info, identity, managed, &when, severity, message);
            findings.extend(found.map(|finding| finding.property(name).fix(fix)));
        }
    }
    findings
}

/// The name of a managed policy that makes whoever has it an administrator, or lets it become one.
pub(super) fn administrator(text: &str) -> Option<&str> {
    let name = name_of(text)?;
    let is_admin = iam_policy::managed::find(text).is_some_and(|policy| policy.is_admin());
    (is_admin || matches!(name, "AdministratorAccess" | "IAMFullAccess" | "PowerUserAccess"))
        .then_some(name)
}
