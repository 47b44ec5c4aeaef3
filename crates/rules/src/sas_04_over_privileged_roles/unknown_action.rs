//! SAS-4.20 `unknown-action`: a policy names an action that AWS does not have.

use app_model::Application;
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Term, catalogue};

use crate::{
    Check, Rule,
    grants::{Grant, every_grant},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 20 },
        name: "unknown-action",
        summary: "A policy names an action that AWS does not have",
        severity: Severity::Low,
        audience: Audience::Everyone,
        cwe: &[732],
        since: "0.1.0",
        docs: include_str!("unknown_action.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for grant in every_grant(app) {
        for term in grant.statement.actions.iter().chain(&grant.statement.not_actions) {
            findings.extend(finding(app, &grant, term));
        }
    }
    findings
}

fn finding(app: &Application, grant: &Grant<'_>, term: &Term) -> Option<Finding> {
    if !term.resolved || catalogue::expand(&term.text).next().is_some() {
        return None;
    }
    let Some(action) = term.action() else {
        let message = format!("`{}` is not an action: it allows nothing", term.text);
        return report(app, grant, term, message);
    };
    let message =
        if !action.service.contains(['*', '?']) && !catalogue::service_exists(&action.service) {
            format!("AWS has no service `{}`: `{}` allows nothing", action.service, term.text)
        } else {
            let meant = nearest(&action.service, &action.name)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!("no action of AWS is `{}`: it allows nothing{meant}", term.text)
        };
    report(app, grant, term, message)
}

fn report(app: &Application, grant: &Grant<'_>, term: &Term, message: String) -> Option<Finding> {
    let found = grant.finding(app, &RULE.info, term, Severity::Low, message)?;
    // AWS adds actions faster than releases of the table; reachability changes nothing.
    Some(
        found
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .property(term.text.as_str())
            .fix("Correct or remove the action; a wildcard in its place would allow too much"),
    )
}

/// The action of a service whose name is nearest, at most an edit in four letters away.
fn nearest(service: &str, name: &str) -> Option<String> {
    if name.len() > MAX_NAME || name.contains(['*', '?']) {
        return None;
    }
    catalogue::actions_of(service)
        .map(|known| (distance(&known.name.to_ascii_lowercase(), name), known))
        .filter(|(distance, _)| *distance <= (name.len() / 4).min(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known.to_string())
}

/// Longer names are no typing errors of an action's name.
const MAX_NAME: usize = 64;

/// Insertions, removals and replacements of bytes between two texts.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, from) in left.bytes().enumerate() {
        let mut diagonal = above;
        let mut before = above + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, to) in row.iter_mut().skip(1).zip(right.bytes()) {
            let replaced = diagonal + usize::from(from != to);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(before + 1);
            before = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("getitem", "getitem"), 0);
        assert_eq!(distance("getitem", "getitems"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn a_near_name_is_proposed_and_a_far_one_is_not() {
        assert_eq!(nearest("dynamodb", "getitems").as_deref(), Some("dynamodb:GetItem"));
        assert_eq!(nearest("dynamodb", "removeeverything"), None);
    }
}
