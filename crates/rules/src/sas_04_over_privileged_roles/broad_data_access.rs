//! SAS-4.19 `broad-data-access`: the actions are listed, but they hold on every bucket, table or
//! queue.

use app_model::Application;
use cloud_names::Breadth;
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

/// Services whose resources hold data or messages of the application.
const HOLDS_DATA: [&str; 22] = [
    "aoss",
    "athena",
    "cassandra",
    "codecommit",
    "cognito-identity",
    "cognito-idp",
    "dynamodb",
    "ecr",
    "elasticfilesystem",
    "es",
    "events",
    "firehose",
    "glue",
    "iot",
    "kinesis",
    "rds-data",
    "redshift-data",
    "s3",
    "ses",
    "sns",
    "sqs",
    "timestream",
];

/// Whether an action that does more than read settings works on a resource that takes in all of
/// its service, or all of one type of a service that holds data.
fn reaches(term: &Term, resource: &Term) -> bool {
    let Some(action) = term.action().filter(|action| takes_all(resource, &action.service)) else {
        return false;
    };
    let is_type = matches!(resource.breadth(), Breadth::Type { .. });
    if is_type && !HOLDS_DATA.contains(&action.service.as_str()) {
        return false;
    }
    picked(term).any(|known| {
        known.supports_resource && !is_plumbing(&known) && harm(&known) > Severity::Low
    })
}

fn is_told_elsewhere(grant: &Grant<'_>, term: &Term) -> bool {
    named(term, PASS_ROLE).is_some()
        || wide_assume_role::reports(grant, term)
        || wide_secret_read::reports(grant, term)
        // SAS-9 `wide-invoke` and `wide-start-execution` tell of these.
        || named(term, &["lambda:InvokeFunction", "states:StartExecution"]).is_some()
}
