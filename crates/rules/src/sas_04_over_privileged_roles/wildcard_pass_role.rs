//! SAS-4.7 `wildcard-pass-role`: any role of the account may be handed to any service.

use std::collections::HashMap;

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Statement, Term};

use super::privilege_escalation::{self, Escalation};
use crate::{
    Check, Rule,
    grants::{Grant, PASS_ROLE, grants, is_pinned, named},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 7 },
        name: "wildcard-pass-role",
        summary: "A role may hand any role of the account to any service",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[269, 250],
        since: "0.1.0",
        docs: include_str!("wildcard_pass_role.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut escalations = HashMap::new();
    grants(app)
        .iter()
        .filter_map(|grant| {
            let escalation = escalations
                .entry(&grant.identity.name)
                .or_insert_with(|| privilege_escalation::of(grant.identity));
            let (term, _) = grant.names(PASS_ROLE)?;
            if !reports(grant, term, escalation.as_ref()) {
                return None;
            }
            let message = format!(
                "{} may hand any role of the account to any service, also one that is stronger \
                 than itself",
                grant.subject(app)
            );
            let place = grant.everything_of("iam")?;
            let found = grant.finding(app, &RULE.info, place, RULE.info.severity, message)?;
            Some(found.fix(
                "Name the roles under `Resource` and pin `iam:PassedToService` in a `Condition`",
            ))
        })
        .collect()
}

/// Whether the rule reports this action of a statement. A way up that needs it is told instead.
pub(super) fn reports(grant: &Grant<'_>, term: &Term, escalation: Option<&Escalation<'_>>) -> bool {
    named(term, PASS_ROLE).is_some()
        && grant.everything_of("iam").is_some()
        && !is_pinned(grant.statement)
        && !pins_service(grant.statement)
        && !escalation.is_some_and(|escalation| escalation.uses(grant.statement, PASS_ROLE))
}

fn pins_service(statement: &Statement) -> bool {
    statement.conditions_on("iam:PassedToService").any(|condition| {
        condition.parsed_operator().is_some_and(|operator| operator.requires_key())
            && !condition.values.iter().any(Term::is_everything)
    })
}
