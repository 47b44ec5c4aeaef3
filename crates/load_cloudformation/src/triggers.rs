//! What starts each function: routes, URLs, polled sources, notifications, rules, hooks.

mod polled;
mod pushed;
mod requested;

use app_model::{Exposure, Trigger};
use iam_policy::PrincipalKind;

use model_builder::Builder;

/// Reads every trigger.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut triggers = Vec::new();
    requested::read(builder, &mut triggers);
    polled::read(builder, &mut triggers);
    pushed::read(builder, &mut triggers);
    triggers.sort_by_key(|trigger| trigger.place);
    builder.app.triggers = triggers;
}

/// Actions that put an event into a source.
const SENDS: [&str; 7] = [
    "s3:PutObject",
    "sqs:SendMessage",
    "sns:Publish",
    "events:PutEvents",
    "kinesis:PutRecord",
    "kinesis:PutRecords",
    "dynamodb:PutItem",
];

/// Who can put events into a source: everybody when its own policy says so.
fn source_exposure(builder: &Builder<'_>, trigger: &Trigger) -> Exposure {
    let guarded = |resources: &[app_model::SmolStr]| {
        trigger.source_references.iter().any(|reference| resources.contains(&reference.name))
    };
    let mut exposure = Exposure::Service;
    for policy in builder.app.resource_policies.iter().filter(|p| guarded(&p.resources)) {
        let sends = |statement: &&iam_policy::Statement| {
            SENDS.iter().any(|action| statement.matches_action(action))
        };
        if policy.document.public_statements().any(|statement| sends(&statement)) {
            return Exposure::Internet;
        }
        for statement in policy.document.allows().filter(sends) {
            let foreign = statement.principals.iter().any(|principal| {
                principal.kind == PrincipalKind::Aws && principal.account().is_some()
            });
            if foreign {
                exposure = Exposure::Organisation;
            }
        }
    }
    exposure
}
