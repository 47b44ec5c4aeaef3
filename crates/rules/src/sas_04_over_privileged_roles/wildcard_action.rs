//! SAS-4.1 `wildcard-action`: a statement allows a whole service, or by a part of a name actions
//! that write.

use app_model::Application;
use cloud_names::Arn;
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{
    AccessLevel, Statement, Term,
    catalogue::{self, Known},
};

use crate::{
    Check, Rule,
    grants::{
        ASSUME_ROLE, Grant, PASS_ROLE, SECRET_READS, grants, is_plumbing, list_of, named, picked,
    },
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 1 },
        name: "wildcard-action",
        summary: "A role allows every action of a service, or writing actions by a part of their name",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[250, 732],
        since: "0.1.0",
        docs: include_str!("wildcard_action.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    grants(app).iter().filter_map(|grant| finding(app, grant)).collect()
}

fn finding(app: &Application, grant: &Grant<'_>) -> Option<Finding> {
    if grant.statement.is_admin() {
        return None;
    }
    let wholes: Vec<(&Term, String)> =
        grant.statement.actions.iter().filter_map(|term| Some((term, whole(term)?))).collect();
    let Some((first, _)) = wholes.first() else { return by_part(app, grant) };
    let services: Vec<String> = wholes.iter().map(|(_, service)| service.clone()).collect();
    let makes_itself_admin = services.iter().any(|service| service == "iam")
        && grant.everything_of("iam").is_some()
        && grant.statement.conditions.is_empty();
    let (severity, gain) = if makes_itself_admin {
        (Severity::Critical, ", and so can give itself any permission")
    } else if services.iter().all(|service| TELEMETRY.contains(&service.as_str())) {
        (Severity::Medium, ", also those that remove what was recorded")
    } else if services.iter().all(|service| WITHOUT_DATA.contains(&service.as_str())) {
        (Severity::Medium, ", also those that cost most")
    } else {
        (Severity::High, ", also those that remove data and change settings")
    };
    let message = format!(
        "{} allows {} on {}{gain}",
        grant.subject(app),
        if services.iter().any(|service| service == "*") {
            "every action of every service".to_owned()
        } else {
            format!("every action of {}", list_of(&services))
        },
        grant.resources(&first.text),
    );
    let fix = "List under `Action` only the actions that the code calls";
    Some(grant.finding(app, &RULE.info, first, severity, message)?.fix(fix))
}

/// Services that hold what was observed of the application, not its data.
const TELEMETRY: [&str; 3] = ["logs", "cloudwatch", "xray"];

/// Services that analyse or pass on what they are sent and keep little.
const WITHOUT_DATA: [&str; 8] = [
    "polly",
    "translate",
    "transcribe",
    "comprehend",
    "rekognition",
    "textract",
    "execute-api",
    "bedrock",
];

/// The service that a term takes in whole; `*` for all.
fn whole(term: &Term) -> Option<String> {
    if term.is_every_action() {
        return Some("*".to_owned());
    }
    // SAS-4.20 `unknown-action` tells of a service that does not exist.
    let service = term.whole_service().filter(|service| catalogue::service_exists(service))?;
    Some(service.to_string())
}

/// A statement that picks writing actions by a part of their name.
fn by_part(app: &Application, grant: &Grant<'_>) -> Option<Finding> {
    let (term, writes) = grant
        .statement
        .actions
        .iter()
        .filter(|term| term.has_action_wildcard() && !is_told_elsewhere(grant, term))
        .map(|term| {
            let applies = |known: &Known| writes(known) && applies(known, grant.statement);
            (term, picked(term).filter(applies).collect::<Vec<_>>())
        })
        .find(|(_, writes)| writes.len() > 1)?;
    let worst = writes
        .iter()
        .filter(|known| known.level == AccessLevel::PermissionsManagement)
        // The shortest name is the plainest: `PutBucketAcl`, not one for access grants.
        .min_by_key(|known| known.name.len())
        .or(writes.first())?;
    let service = worst.service;
    let changes_permissions = worst.level == AccessLevel::PermissionsManagement;
    let severity = match (grant.everything_of(service).is_some(), changes_permissions) {
        (true, true) => Severity::High,
        (true, false) | (false, true) => Severity::Medium,
        (false, false) => Severity::Low,
    };
    let message = format!(
        "{} allows `{}` on {}: {} actions that write, `{worst}` among them",
        grant.subject(app),
        term.text,
        grant.resources(&term.text),
        writes.len(),
    );
    let fix = "List under `Action` only the actions that the code calls";
    Some(grant.finding(app, &RULE.info, term, severity, message)?.fix(fix))
}

fn writes(known: &Known) -> bool {
    matches!(known.level, AccessLevel::Write | AccessLevel::PermissionsManagement)
        && !is_plumbing(known)
}

/// Whether a statement names a resource that an action works on, as far as ARNs tell buckets from
/// objects: `s3:Put*` on `arn:aws:s3:::orders/*` changes no setting of the bucket.
fn applies(known: &Known, statement: &Statement) -> bool {
    let is_on_objects = known.name.contains("Multipart")
        || known.name.contains("Object")
            && !known.name.contains("Bucket")
            && !known.name.contains("ObjectLambda");
    known.service != "s3"
        || statement.resources.is_empty()
        || statement.resources.iter().any(|term| match Arn::parse_pattern(&term.text) {
            Ok(arn) if &*arn.service == "s3" => {
                let is_object = arn.resource.contains('/');
                is_object == is_on_objects || (!is_object && arn.resource.contains(['*', '$']))
            }
            _ => true,
        })
}

/// Whether a rule of its own tells of what this term does on everything.
fn is_told_elsewhere(grant: &Grant<'_>, term: &Term) -> bool {
    [(PASS_ROLE, "iam"), (ASSUME_ROLE, "sts"), (SECRET_READS, "ssm")].into_iter().any(
        |(actions, service)| {
            named(term, actions).is_some() && grant.everything_of(service).is_some()
        },
    )
}

/// Whether the rule reports a statement: rules on the breadth of its resources then need not.
pub(super) fn reports(app: &Application, grant: &Grant<'_>) -> bool {
    finding(app, grant).is_some()
}
