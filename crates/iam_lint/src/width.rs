//! What a policy allows too widely: wildcards, everything but some, and ways to become an
//! administrator.

use super::{note, warning};
use iam_policy::{
    Policy, Statement,
    escalation::{Certainty, Holder, Principal, open_ways},
    grammar::Fault,
};

/// Most ways up that are told one by one.
const MAX_WAYS: usize = 5;

/// Most statements for which ways up are looked for.
const MAX_STATEMENTS: usize = 500;

pub(super) fn lint(policy: &Policy, faults: &mut Vec<Fault>) {
    for statement in policy.allows() {
        lint_statement(statement, faults);
    }
    if policy.public_statements().next().is_some() {
        for statement in policy.public_statements() {
            let message = "this allows everybody in the world; name who, or pin the source by a \
                           condition";
            faults.push(warning("public", statement.place, message));
        }
    }
    // An administrator needs no way up.
    if policy.statements.len() > MAX_STATEMENTS || policy.allows().any(Statement::is_admin) {
        return;
    }
    // A policy with principals lets others in; nobody holds it.
    let of_holder = |statement: &Statement| {
        statement.principals.is_empty() && statement.not_principals.is_empty()
    };
    if policy.statements.iter().all(of_holder) {
        lint_ways(policy, faults);
    }
}

/// The ways up that the policy opens by itself, the surest first.
fn lint_ways(policy: &Policy, faults: &mut Vec<Fault>) {
    let holder = Holder { policies: vec![policy], ..Holder::default() };
    let ways = open_ways(&holder, Principal::Any);
    for (at, way) in ways.iter().take(MAX_WAYS).enumerate() {
        let Some(first) = way.by.first() else { continue };
        let actions: Vec<_> = way.path.actions().map(|action| format!("`{action}`")).collect();
        let more = match ways.len().saturating_sub(MAX_WAYS) {
            more if more > 0 && at + 1 == MAX_WAYS => format!("; {more} more ways are open"),
            _ => String::new(),
        };
        let only = match way.only_when.as_slice() {
            [] => String::new(),
            conditions => format!(", only when {}", conditions.join(" and ")),
        };
        let message = format!(
            "with {} whoever holds this can {} ({}){only}{more}",
            actions.join(" and "),
            way.path.gain,
            way.path.id
        );
        let place = first.by.place;
        faults.push(match way.certainty {
            Certainty::Certain => warning("escalation", place, message),
            Certainty::Conditional | Certainty::Possible => note("escalation", place, message),
        });
    }
}

fn lint_statement(statement: &Statement, faults: &mut Vec<Fault>) {
    if statement.is_admin() {
        let message = "this allows every action on every resource; name what is needed";
        faults.push(warning("administrator", statement.place, message));
        return;
    }
    if statement.allows_all_but_some() {
        let message = "`NotAction` with `Allow` allows all actions but these, those that AWS will \
                       add too; name the ones that are needed";
        faults.push(warning("not-action", statement.place, message));
    }
    if !statement.not_resources.is_empty() {
        let message = "`NotResource` with `Allow` allows all resources but these; name the ones \
                       that are needed";
        faults.push(warning("not-resource", statement.place, message));
    }
    for term in &statement.actions {
        if let Some(service) = term.whole_service() {
            let message = format!("this allows every action of `{service}`; name what is needed");
            faults.push(note("wildcard-action", term.place, message));
        }
    }
    let can_limit = statement.actions.iter().any(|term| term.supports_resource() == Some(true));
    if let Some(term) = statement.every_resource()
        && can_limit
        && statement.conditions.is_empty()
    {
        let message = "actions here can be limited to resources; name them in place of `*`";
        faults.push(note("wildcard-resource", term.place, message));
    }
}
