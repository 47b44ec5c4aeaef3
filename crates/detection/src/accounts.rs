//! Other accounts that requests bring into an application.

use audit_event::Json;

use crate::{
    alert::Alert,
    detector::{ACCOUNT, INVOKED},
    facts::{Facts, text},
    known::Known,
};

/// Requests that name what may be of another account: service, name, path, and what it is.
const NAMED: &[(&str, &str, &str, &str)] = &[
    ("lambda", "UpdateFunctionConfiguration", "layers", "layer"),
    ("lambda", "CreateFunction", "layers", "layer"),
    ("lambda", "AddPermission", "principal", "permission to invoke for"),
    ("lambda", "AddPermission", "sourceArn", "permission to invoke for a source of"),
    ("lambda", "AddLayerVersionPermission", "principal", "permission to use a layer for"),
    ("lambda", "CreateEventSourceMapping", "eventSourceArn", "event source"),
    ("lambda", "PutFunctionEventInvokeConfig", "destinationConfig", "destination"),
    ("lambda", "UpdateFunctionEventInvokeConfig", "destinationConfig", "destination"),
    ("events", "PutTargets", "targets", "target of a rule"),
    ("events", "PutPermission", "principal", "permission to put events for"),
    ("events", "PutPermission", "policy", "permission to put events for"),
    ("scheduler", "CreateSchedule", "target", "target of a schedule"),
    ("logs", "PutSubscriptionFilter", "destinationArn", "subscription of a log"),
    ("sqs", "SetQueueAttributes", "attributes.Policy", "queue policy for"),
    ("sqs", "AddPermission", "aWSAccountIds", "queue permission for"),
    ("sns", "SetTopicAttributes", "attributeValue", "topic policy for"),
    ("sns", "AddPermission", "aWSAccountId", "topic permission for"),
    ("sns", "Subscribe", "endpoint", "subscriber of a topic"),
    ("s3", "PutBucketPolicy", "bucketPolicy", "bucket policy for"),
    ("secretsmanager", "PutResourcePolicy", "resourcePolicy", "secret policy for"),
    ("kms", "CreateGrant", "granteePrincipal", "key grant for"),
    ("kms", "PutKeyPolicy", "policy", "key policy for"),
    ("dynamodb", "PutResourcePolicy", "policy", "table policy for"),
    ("iam", "UpdateAssumeRolePolicy", "policyDocument", "trust in"),
    ("iam", "CreateRole", "assumeRolePolicyDocument", "trust in"),
];

/// Accounts that publish layers for everybody, as their documentation says: Powertools for AWS Lambda,
/// Lambda Insights, the AWS distribution for OpenTelemetry, Datadog, New Relic, Sentry.
const PUBLISHERS: [&str; 6] = [
    "017000801446",
    "580247275435",
    "901920570463",
    "464622532012",
    "451483290750",
    "943013980633",
];

/// Whether the request is of a kind that may bring another account in.
pub(crate) fn may_name(facts: &Facts<'_>) -> bool {
    is_invocation(facts)
        || NAMED
            .iter()
            .any(|(service, name, ..)| facts.service == *service && facts.action == *name)
}

fn is_invocation(facts: &Facts<'_>) -> bool {
    facts.service == "lambda"
        && matches!(&*facts.action, "Invoke" | "InvokeAsync" | "InvokeExecution")
}

/// Tells of accounts that come in for the first time. `own` are accounts that belong together.
pub(crate) fn judge(
    facts: &Facts<'_>,
    own: &[String],
    known: &mut Known<()>,
    alerts: &mut Vec<Alert>,
) {
    if facts.has_failed() || facts.account.len() != 12 {
        return;
    }
    let is_foreign = |it: &str| it != facts.account && !own.iter().any(|own| own == it);
    if is_invocation(facts) {
        invoked(facts, &is_foreign, known, alerts);
        return;
    }
    let Some(request) = facts.event.request else { return };
    for (service, name, path, what) in NAMED {
        if facts.service != *service || facts.action != *name {
            continue;
        }
        let Some(value) = request.at(path) else { continue };
        for account in accounts_in(value) {
            let is_vendor = *what == "layer" && PUBLISHERS.contains(&&*account);
            if !is_foreign(&account) || is_vendor {
                continue;
            }
            if known.add(&format!("{} {what} {account}", facts.account), facts.time) {
                let why = format!(
                    "`{}` by `{}`: {what} the account {account}, which is not {}",
                    facts.action, facts.principal, facts.account,
                );
                let mut alert = crate::role::alert(&ACCOUNT, ACCOUNT.level, facts, why);
                alert.function = facts.function();
                alerts.push(alert);
            }
        }
    }
}

fn invoked(
    facts: &Facts<'_>,
    is_foreign: &dyn Fn(&str) -> bool,
    known: &mut Known<()>,
    alerts: &mut Vec<Alert>,
) {
    let caller = text(facts.event.actor.account);
    if caller.len() != 12 || !is_foreign(&caller) {
        return;
    }
    let Some(function) = facts.function() else { return };
    if known.add(&format!("{function} invoked by {caller}"), facts.time) {
        let why = format!("`{function}` invoked by `{}` of the account {caller}", facts.principal);
        let mut alert = crate::role::alert(&INVOKED, INVOKED.level, facts, why);
        alert.function = Some(function);
        alerts.push(alert);
    }
}

/// Accounts that a value names: whole texts of twelve digits, and the accounts of ARNs, also inside of
/// a policy that is a text.
fn accounts_in(value: Json<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    value.strings(&mut |it| {
        let it = it.to_str();
        if is_account(it.trim()) {
            add(&mut found, it.trim());
        } else {
            in_text(&it, &mut found);
        }
    });
    found
}

fn in_text(text: &str, found: &mut Vec<String>) {
    let mut rest = text;
    while let Some(at) = rest.find("arn:aws") {
        rest = rest.get(at..).unwrap_or("");
        let end = rest.find(['"', '\'', ' ', '\\', ',', '&']).unwrap_or(rest.len());
        let (arn, behind) = rest.split_at(end);
        if let Some(account) = arn.split(':').nth(4)
            && is_account(account)
        {
            add(found, account);
        }
        rest = behind;
    }
    // A principal of a policy may be the bare number of an account.
    for part in text.split('"').skip(1).step_by(2) {
        if is_account(part) {
            add(found, part);
        }
    }
}

fn add(found: &mut Vec<String>, account: &str) {
    if found.len() < 64 && !found.iter().any(|it| it == account) {
        found.push(account.to_owned());
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::accounts_in;
    use audit_event::Json;

    fn check(json: &str, expected: &[&str]) {
        assert_eq!(accounts_in(Json::new(json.as_bytes())), expected, "{json}");
    }

    #[test]
    fn accounts_are_found_in_arns_numbers_and_policies() {
        check(r#""444455556666""#, &["444455556666"]);
        check(r#"["arn:aws:lambda:eu-west-1:444455556666:layer:x:1"]"#, &["444455556666"]);
        check(
            r#""{\"Principal\":{\"AWS\":[\"arn:aws:iam::444455556666:root\",\"777788889999\"]}}""#,
            &["444455556666", "777788889999"],
        );
        check(r#""arn:aws:s3:::orders""#, &[]);
        check(r#"{"Arn":"arn:aws-cn:sqs:cn-north-1:444455556666:q"}"#, &["444455556666"]);
    }
}
