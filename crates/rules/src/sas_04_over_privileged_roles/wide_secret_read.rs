//! SAS-4.13 `wide-secret-read`: a role may read every secret of the account.

use app_model::Application;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::Term;

use crate::{
    Check, Rule,
    grants::{Grant, SECRET_READS, grants, is_pinned, list_of, named},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 13 },
        name: "wide-secret-read",
        summary: "A role may read every secret of the account",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 522],
        since: "0.1.0",
        docs: include_str!("wide_secret_read.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    grants(app)
        .iter()
        .filter_map(|grant| {
            let terms: Vec<&Term> =
                grant.statement.actions.iter().filter(|term| reports(grant, term)).collect();
            let action = named(terms.first()?, SECRET_READS)?;
            let place = grant.everything_of(service(action))?;
            let reads_only_keys = terms.iter().all(|term| {
                named(term, SECRET_READS).is_some_and(|action| action.starts_with("kms:"))
            });
            let reads = |service: &str| {
                terms.iter().any(|term| {
                    named(term, SECRET_READS).is_some_and(|action| action.starts_with(service))
                })
            };
            let (one, many) = match (reads("secretsmanager:"), reads("ssm:")) {
                (true, true) => ("secret and parameter", "secrets and parameters"),
                (false, true) => ("parameter", "parameters"),
                _ => ("secret", "secrets"),
            };
            let (severity, gain) = if reads_only_keys {
                // The policy of each key must allow it too.
                (Severity::Medium, "decrypt with every key that leaves it to IAM".to_owned())
            } else if place.text.contains(":secretsmanager:") && place.text.ends_with(":*/*") {
                // Unlike parameters, secrets have a slash only in names that were given one.
                let gain = "read every secret of the account with a slash in its name";
                (Severity::High, gain.to_owned())
            } else {
                (Severity::High, format!("read every {one} of the account"))
            };
            let names: Vec<String> = terms.iter().map(|term| term.text.to_string()).collect();
            let message = format!("with {} {} may {gain}", list_of(&names), grant.subject(app));
            let found = grant.finding(app, &RULE.info, place, severity, message)?;
            let what = if reads_only_keys {
                "keys that the code uses".to_owned()
            } else {
                format!("{many} that the code reads")
            };
            Some(found.fix(format!("Name under `Resource` the {what}")))
        })
        .collect()
}

fn service(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
}

/// Whether the rule reports this action of a statement.
pub(super) fn reports(grant: &Grant<'_>, term: &Term) -> bool {
    named(term, SECRET_READS).is_some_and(|action| grant.everything_of(service(action)).is_some())
        && !is_pinned(grant.statement)
}
