//! SAS-4.19 `broad-data-access`: the actions are listed, but they hold on every bucket, table or
//! queue.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::Term;

use super::{wide_assume_role, wide_secret_read, wildcard_action};
use crate::{
    Check, Rule,
    grants::{
        Grant, PASS_ROLE, grants, harm, is_pinned, is_plumbing, list_of, named, picked, takes_all,
    },
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 19 },
        name: "broad-data-access",
        summary: "A role allows actions on every bucket, table or queue of the account",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[250, 732],
        since: "0.1.0",
        docs: include_str!("broad_data_access.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    grants(app).iter().filter_map(|grant| finding(app, grant)).collect()
}

fn finding(app: &Application, grant: &Grant<'_>) -> Option<Finding> {
    let statement = grant.statement;
    if statement.is_on_every_resource() || is_pinned(statement) {
        return None;
    }
    let (resource, terms) = statement.resources.iter().find_map(|resource| {
        let terms: Vec<&Term> = statement
            .actions
            .iter()
            .filter(|term| !is_told_elsewhere(grant, term) && reaches(term, resource))
            .collect();
        (!terms.is_empty()).then_some((resource, terms))
    })?;
    if wildcard_action::reports(app, grant) {
        return None;
    }
    let severity = terms.iter().flat_map(|term| picked(term)).map(|known| harm(&known)).max()?;
    let names: Vec<String> = terms.iter().map(|term| term.text.to_string()).collect();
    let message = format!(
        "{} allows {} on `{}`, which is everything of that kind in the account",
        grant.subject(app),
        list_of(&names),
        resource.text
    );
    let found = grant.finding(app, &RULE.info, resource, severity, message)?;
    Some(found.fix("Name under `Resource` the one bucket, table or queue that the code uses"))
}

/// Whether an action, not mere plumbing, works on a resource that takes in all of its service.
fn reaches(term: &Term, resource: &Term) -> bool {
    term.action().is_some_and(|action| takes_all(resource, &action.service))
        && picked(term).any(|known| known.supports_resource && !is_plumbing(&known))
}

fn is_told_elsewhere(grant: &Grant<'_>, term: &Term) -> bool {
    named(term, PASS_ROLE).is_some()
        || wide_assume_role::reports(grant, term)
        || wide_secret_read::reports(grant, term)
        // SAS-9 `wide-invoke` and `wide-start-execution` tell of these.
        || named(term, &["lambda:InvokeFunction", "states:StartExecution"]).is_some()
}
