//! SAS-4.12 `wide-assume-role`: a role may take any other role.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::Term;

use crate::{
    Check, Rule,
    grants::{ASSUME_ROLE, Grant, grants, is_pinned, named},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 12 },
        name: "wide-assume-role",
        summary: "A role may take any other role that trusts the account",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[269, 250],
        since: "0.1.0",
        docs: include_str!("wide_assume_role.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    grants(app)
        .iter()
        .filter_map(|grant| {
            let (term, _) = grant.names(ASSUME_ROLE)?;
            let place = grant.everything_of("sts").filter(|_| reports(grant, term))?;
            let message = format!(
                "{} may take any role, of this account and of others, that trusts the account",
                grant.subject(app)
            );
            let found = grant.finding(app, &RULE.info, place, RULE.info.severity, message)?;
            Some(found.fix("Name under `Resource` the roles that the code takes"))
        })
        .collect()
}

/// Whether the rule reports this action of a statement.
pub(super) fn reports(grant: &Grant<'_>, term: &Term) -> bool {
    named(term, ASSUME_ROLE).is_some()
        && grant.everything_of("sts").is_some()
        && !is_pinned(grant.statement)
}
