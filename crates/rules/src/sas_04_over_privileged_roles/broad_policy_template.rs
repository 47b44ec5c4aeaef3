//! SAS-4.9 `broad-policy-template`: a SAM policy template is given `*`, or allows more than most
//! functions need.

use app_model::{Application, AttachedPolicy, Exposure, Identity, Origin};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{AccessLevel, Statement, Term, catalogue, catalogue::Known};

use crate::{
    Check, Rule,
    grants::{SECRET_READS, harm, is_plumbing, subject, takes_all},
    rank::AboutFunction,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 4, rule: 9 },
        name: "broad-policy-template",
        summary: "A SAM policy template takes in every table, bucket or identity",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[250, 732],
        since: "0.1.0",
        docs: include_str!("broad_policy_template.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for identity in &app.identities {
        for policy in &identity.policies {
            if let Origin::Template(name) = &policy.origin {
                findings.extend(finding(app, identity, policy, name));
            }
        }
    }
    findings
}

fn finding(
    app: &Application,
    identity: &Identity,
    policy: &AttachedPolicy,
    name: &str,
) -> Option<Finding> {
    let on_everything: Vec<Known> = policy.document.allows().flat_map(on_everything).collect();
    let subject = subject(app, identity);
    let score = score(&on_everything);
    let (severity, message, fix) = if score > 1 {
        let message = format!(
            "the policy template `{name}` lets {subject} {} every {}",
            deeds(&on_everything),
            service_words(&on_everything)
        );
        if WITHOUT_NAME.contains(&name) {
            let fix = format!("Replace `{name}` by a statement with the ARN that the code uses");
            (Severity::Low, message, fix)
        } else {
            let severity = if score > 3 { Severity::High } else { Severity::Medium };
            let fix = format!("Give `{name}` the name of what the code uses instead of `*`");
            (severity, message, fix)
        }
    } else if name.ends_with("FullAccessPolicy") {
        let message = format!(
            "the policy template `{name}` lets {subject} read, write and remove, whichever of these \
             the code needs"
        );
        (Severity::Low, message, narrower(name, deletion(policy)))
    } else if name.ends_with("CrudPolicy") && is_open(app, identity) {
        let deletes = deletion(policy)?;
        let message = format!(
            "the policy template `{name}` lets {subject}, which anybody on the internet starts, \
             read, write and remove all that is stored, whichever of these the code needs"
        );
        let when = identity.when.and(&policy.when)?;
        let found = RULE.info.finding(policy.place, message).about_identity(app, identity, None);
        // The graph is the reason why it is told at all; it does not count twice. Only the code
        // tells whether it needs all three.
        let found = found.severity(Severity::Low).confidence(Confidence::Medium);
        let found = found.property(format!("{}/{name}", policy.name)).under(&when);
        return Some(found.fix(narrower(name, Some(deletes))));
    } else {
        return None;
    };
    let when = identity.when.and(&policy.when)?;
    Some(
        RULE.info
            .finding(policy.place, message)
            .severity(severity)
            .about_identity(app, identity, None)
            .property(format!("{}/{name}", policy.name))
            .under(&when)
            .fix(fix),
    )
}

/// What a template removes stored data with; `None` for those that only handle messages.
fn deletion(policy: &AttachedPolicy) -> Option<&'static str> {
    ["dynamodb:DeleteItem", "s3:DeleteObject"]
        .into_iter()
        .find(|action| policy.document.allows().any(|statement| statement.matches_action(action)))
}

/// What to write instead of a template that reads, writes and removes. No template of SAM allows
/// `deletes` without the rest.
fn narrower(name: &str, deletes: Option<&str>) -> String {
    let fix = format!("Replace `{name}` by the template for what the code does, read or write");
    match deletes {
        Some(action) => format!(
            "{fix}, or by a statement with exactly the actions that it uses: neither template \
             allows `{action}`"
        ),
        None => fix,
    }
}

/// Whether anybody on the internet starts a function of the role without proof of who they are.
fn is_open(app: &Application, identity: &Identity) -> bool {
    app.functions_of(identity).any(|function| {
        app.reach(&function.name)
            .is_some_and(|reach| reach.exposure == Exposure::Internet && reach.unauthenticated)
    })
}

/// Templates that hold on every resource of a service whatever name they are given.
const WITHOUT_NAME: [&str; 8] = [
    "CloudWatchDashboardPolicy",
    "ComprehendBasicAccessPolicy",
    "MobileAnalyticsWriteOnlyAccessPolicy",
    "PollyFullAccessPolicy",
    "RekognitionFacesPolicy",
    "RekognitionLabelsPolicy",
    "SESEmailTemplateCrudPolicy",
    "ServerlessRepoReadWriteAccessPolicy",
];

/// Actions that a statement allows on every resource though they could be limited.
fn on_everything(statement: &Statement) -> impl Iterator<Item = Known> {
    statement.actions.iter().flat_map(catalogued).filter(|known| {
        known.supports_resource
            && !is_plumbing(known)
            && statement.conditions.is_empty()
            && statement.resources.iter().any(|term| takes_all(term, known.service))
    })
}

fn catalogued(term: &Term) -> impl Iterator<Item = Known> {
    catalogue::expand(&term.text)
}

/// How much a policy template gives away on everything: 0 nothing, 1 names and settings, 2 messages
/// and analyses, 3 data, 4 changes, 5 secrets or permissions.
fn score(known: &[Known]) -> u8 {
    known
        .iter()
        .map(|known| match (known.level, harm(known)) {
            (AccessLevel::PermissionsManagement, _) => 5,
            _ if SECRET_READS.contains(&known.to_string().as_str()) => 5,
            (AccessLevel::Write, Severity::High) => 4,
            (AccessLevel::Read, Severity::High) => 3,
            (AccessLevel::Write, _) => 2,
            _ => 1,
        })
        .max()
        .unwrap_or(0)
}

/// What the actions do, in words.
fn deeds(known: &[Known]) -> &'static str {
    match score(known) {
        5 => "read secrets or change permissions on",
        4 => "change data in",
        3 => "read",
        _ => "use",
    }
}

/// What the actions work on.
fn service_words(known: &[Known]) -> String {
    let service = known.iter().max_by_key(|one| score(std::slice::from_ref(one)));
    match service.map_or("", |known| known.service) {
        "dynamodb" => "table of the account".to_owned(),
        "s3" => "bucket of the account".to_owned(),
        "sqs" => "queue of the account".to_owned(),
        "sns" => "topic of the account".to_owned(),
        "ses" => "mail identity of the account".to_owned(),
        "kinesis" => "stream of the account".to_owned(),
        "lambda" => "function of the account".to_owned(),
        "states" => "state machine of the account".to_owned(),
        "kms" => "key of the account".to_owned(),
        "secretsmanager" | "ssm" => "secret of the account".to_owned(),
        other => format!("resource of `{other}`"),
    }
}
