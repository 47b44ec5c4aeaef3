//! From an event to the actions and ARNs that its request asked for.

use std::{borrow::Cow, cell::Cell};

use audit_event::{AuditEvent, HIDDEN, Json, JsonKind, Text};
use aws_operations::{Given, Mapped, Surroundings};
use cloud_names::Pattern;

use crate::usage::Evidence;

/// One action that a request asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Use {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) evidence: Evidence,
    pub(crate) is_generalised: bool,
}

/// Resources of one action in one request that are told; a batch has at most 100.
const MOST_RESOURCES: usize = 100;

/// Levels of a request in which an identifier is looked for.
const MOST_DEPTH: u8 = 8;

/// The actions that an event's request asked for, sorted, each with its resource.
pub(crate) fn uses(mapped: Mapped, event: &AuditEvent<'_>) -> Vec<Use> {
    let region = event.region.map(audit_event::Text::to_str).unwrap_or_default();
    let account = event.recipient_account.or(event.actor.account);
    let account = account.map(audit_event::Text::to_str).unwrap_or_default();
    let surroundings = Surroundings {
        partition: partition(&region),
        region: if region.is_empty() { "*" } else { &region },
        account: if account.is_empty() { "*" } else { &account },
    };
    let mut uses = Vec::new();
    for need in mapped.needs() {
        let is_pass = need.action.service == "iam" && need.action.name == "PassRole";
        // What else a service does with the rights of the caller are events of their own.
        if need.is_optional || need.is_dependent && !is_pass {
            continue;
        }
        let action = format!("{}:{}", need.action.service, need.action.name);
        let several = Cell::new(1);
        let mut at = 0;
        while at < several.get().min(MOST_RESOURCES) {
            let given = |path: &str| parameter(mapped, event.request, path, at, &several);
            if !need.applies(&given) {
                break;
            }
            for filled in need.arns(surroundings, &given) {
                if is_pass && !filled.arn.contains(":role/") {
                    continue;
                }
                let evidence = if is_pass { Evidence::Passed } else { Evidence::Called };
                let use_of = |resource| Use {
                    action: action.clone(),
                    resource,
                    evidence,
                    is_generalised: false,
                };
                if filled.is_exact {
                    uses.push(use_of(filled.arn));
                } else {
                    uses.extend(told(event, &filled.arn, need.action.service).map(use_of));
                }
            }
            at += 1;
        }
    }
    uses.sort_by(|a, b| (&a.action, &a.resource).cmp(&(&b.action, &b.resource)));
    uses.dedup();
    uses
}

/// The ARNs of the event that the glob takes in; the glob when there are none.
fn told(event: &AuditEvent<'_>, glob: &str, prefix: &str) -> impl Iterator<Item = String> {
    let own = format!("arn:*:{prefix}:*");
    let pattern = Pattern::new(if glob == "*" { &own } else { glob });
    let mut arns: Vec<String> = event
        .resources()
        .filter_map(|resource| Some(resource.arn?.to_str().into_owned()))
        .filter(|arn| pattern.matches(arn))
        .collect();
    if arns.is_empty()
        && prefix == "iam"
        && let Some(own) = event.actor.arn.map(Text::to_str)
        && pattern.matches(&own)
    {
        // A request of IAM that names no user is about who makes it.
        arns.push(own.into_owned());
    }
    if arns.is_empty() {
        arns.push(glob.to_owned());
    }
    arns.into_iter()
}

fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// What the request says of a parameter of the SDK's operation: `TransactItems[*].Put.TableName`. Of
/// several values the one `at` that place, and their number.
fn parameter<'a>(
    mapped: Mapped,
    request: Option<Json<'a>>,
    path: &str,
    at: usize,
    several: &Cell<usize>,
) -> Given<'a> {
    let mut values = Vec::new();
    if let Some(request) = request {
        let (first, rest) = path.split_at(path.find(['.', '[', '{']).unwrap_or(path.len()));
        let first = match mapped {
            Mapped::Operation(operation) => operation.recorded_parameter(first),
            _ => first,
        };
        collect(request, &format!("{first}{rest}"), &mut values);
        if values.is_empty() && matches!(mapped, Mapped::Operation(it) if it.service.id == "ec2") {
            // EC2 records lists as sets of items, and some requests below their own name:
            // `instancesSet.items[*].instanceId` for `InstanceIds`.
            let name = path.rsplit('.').next().unwrap_or(path).trim_end_matches("[*]");
            collect_named(request, name.strip_suffix('s').unwrap_or(name), 0, &mut values);
        }
    }
    if values.len() > several.get() {
        several.set(values.len());
    }
    // A parameter with fewer values holds, with its last one, for all values of the others.
    match values.get(at).or(values.last()) {
        Some(text) if text == HIDDEN || text.is_empty() => Given::Unknown,
        Some(text) => Given::Text(text.clone()),
        None => Given::Absent,
    }
}

/// The texts of all members with that name, however deep.
fn collect_named<'a>(value: Json<'a>, name: &str, depth: u8, values: &mut Vec<Cow<'a, str>>) {
    if values.len() >= MOST_RESOURCES || depth > MOST_DEPTH {
        return;
    }
    value.elements().for_each(|element| collect_named(element, name, depth + 1, values));
    for (key, member) in value.members() {
        match member.text() {
            Some(text) if key.to_str().eq_ignore_ascii_case(name) => values.push(text.to_str()),
            _ => collect_named(member, name, depth + 1, values),
        }
    }
}

fn collect<'a>(value: Json<'a>, path: &str, values: &mut Vec<Cow<'a, str>>) {
    if values.len() >= MOST_RESOURCES {
        return;
    }
    if value.kind() == JsonKind::Array {
        value.elements().for_each(|element| collect(element, path, values));
        return;
    }
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    match (value.kind(), name) {
        (JsonKind::String, "") => values.extend(value.text().map(audit_event::Text::to_str)),
        (JsonKind::Number | JsonKind::Boolean, "") => {
            values.push(String::from_utf8_lossy(value.raw()));
        }
        // A structure where a name was asked for: it is given, but not as a text.
        (JsonKind::Object, "") => values.push(Cow::Borrowed("")),
        (JsonKind::Object, name) => {
            // `RequestItems{}` means the keys of a map; lists, `Items[*]`, are passed through anyway.
            let (name, is_map) = name.strip_suffix("{}").map_or((name, false), |name| (name, true));
            let name = name.strip_suffix("[*]").unwrap_or(name);
            for (key, value) in value.members() {
                if value.raw() == b"null" || !key.to_str().eq_ignore_ascii_case(name) {
                    continue;
                }
                if is_map {
                    values.extend(value.members().map(|(key, _)| key.to_str()));
                } else {
                    collect(value, rest, values);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use audit_event::Limits;

    use aws_operations::from_cloudtrail;

    use super::uses;

    fn check(record: &str, expect: &[(&str, &str)]) {
        audit_event::read(record.as_bytes(), &Limits::default(), &mut |event| {
            let mapped = from_cloudtrail(&event.source.to_str(), &event.name.to_str());
            let found = uses(mapped, event);
            let found: Vec<_> =
                found.iter().map(|it| (it.action.as_str(), it.resource.as_str())).collect();
            assert_eq!(found, expect, "{record}");
        });
    }

    fn event(source: &str, name: &str, rest: &str) -> String {
        format!(
            r#"{{"eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","recipientAccountId":"111122223333",{rest}}}"#
        )
    }

    #[test]
    fn parameters_and_resources_of_the_event_name_the_arn() {
        check(
            &event("s3", "GetObject", r#""requestParameters":{"bucketName":"b","key":"k/1"}"#),
            &[("s3:GetObject", "arn:aws:s3:::b/k/1")],
        );
        check(
            &event("dynamodb", "GetItem", r#""requestParameters":{"tableName":"Orders","key":{}}"#),
            &[("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders")],
        );
        check(
            &event(
                "kms",
                "Decrypt",
                r#""requestParameters":null,"resources":[{"ARN":"arn:aws:kms:eu-west-1:111122223333:key/1"}]"#,
            ),
            &[("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1")],
        );
    }

    #[test]
    fn a_role_that_is_handed_over_is_passed() {
        check(
            &event(
                "lambda",
                "CreateFunction20150331",
                r#""requestParameters":{"functionName":"f","role":"arn:aws:iam::111122223333:role/r"}"#,
            ),
            &[
                ("iam:PassRole", "arn:aws:iam::111122223333:role/r"),
                ("lambda:CreateFunction", "arn:aws:lambda:eu-west-1:111122223333:function:f"),
            ],
        );
    }

    #[test]
    fn sets_of_ec2_and_the_caller_of_iam_are_resources() {
        check(
            &event(
                "ec2",
                "TerminateInstances",
                r#""requestParameters":{"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]}}"#,
            ),
            &[
                ("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"),
                ("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-2"),
            ],
        );
        check(
            &event(
                "iam",
                "GetUser",
                r#""userIdentity":{"arn":"arn:aws:iam::111122223333:user/ana"}"#,
            ),
            &[("iam:GetUser", "arn:aws:iam::111122223333:user/ana")],
        );
    }

    #[test]
    fn a_batch_touches_every_table_that_it_names() {
        check(
            &event(
                "dynamodb",
                "BatchGetItem",
                r#""requestParameters":{"requestItems":{"A":{},"B":{}}}"#,
            ),
            &[
                ("dynamodb:BatchGetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/A"),
                ("dynamodb:BatchGetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/B"),
            ],
        );
    }
}
