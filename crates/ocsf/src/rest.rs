//! What of a record has no place in the schema: `unmapped`.

use audit_event::{AuditEvent, Json, JsonKind, Provider};

use crate::{class::Class, json::Object};

/// What of a member stands elsewhere in the event.
enum Taken {
    /// The text that it is; anything else is kept.
    Text,
    /// The time that it is.
    Time,
    /// `true` or `false` as text.
    Truth,
    /// All of it.
    Whole,
    /// These of its members.
    In(&'static [(&'static str, Taken)]),
}

use Taken::{In, Text, Time, Truth, Whole};

/// Of a record of CloudTrail.
const AWS: &[(&str, Taken)] = &[
    ("eventVersion", Text),
    ("eventID", Text),
    ("eventTime", Text),
    ("eventSource", Text),
    ("eventName", Text),
    ("eventType", Text),
    ("eventCategory", Text),
    ("awsRegion", Text),
    ("sourceIPAddress", Text),
    ("userAgent", Text),
    ("errorCode", Text),
    ("errorMessage", Text),
    ("requestID", Text),
    ("apiVersion", Text),
    ("vpcEndpointId", Text),
    ("recipientAccountId", Text),
    ("sharedEventID", Text),
    ("requestParameters", Whole),
    ("responseElements", Whole),
    (
        "userIdentity",
        In(&[
            ("type", Text),
            ("arn", Text),
            ("principalId", Text),
            ("accountId", Text),
            ("accessKeyId", Text),
            ("userName", Text),
            ("invokedBy", Text),
            ("identityProvider", Text),
            ("onBehalfOf", In(&[("identityStoreArn", Text)])),
            (
                "sessionContext",
                In(&[
                    ("sessionIssuer", In(&[("arn", Text)])),
                    ("attributes", In(&[("creationDate", Time), ("mfaAuthenticated", Truth)])),
                ]),
            ),
        ]),
    ),
];

/// Of an entry of Azure's logs.
const AZURE: &[(&str, Taken)] = &[("operationName", Text), ("properties", Whole)];

/// Of an entry of Google's audit logs.
const GOOGLE: &[(&str, Taken)] = &[
    ("insertId", Text),
    ("timestamp", Text),
    ("logName", Text),
    (
        "protoPayload",
        In(&[
            ("serviceName", Text),
            ("methodName", Text),
            ("request", Whole),
            ("response", Whole),
            ("authenticationInfo", In(&[("principalEmail", Text), ("principalSubject", Text)])),
            ("requestMetadata", In(&[("callerIp", Text), ("callerSuppliedUserAgent", Text)])),
        ]),
    ),
];

/// Fills `unmapped`.
pub(crate) fn fill(event: &AuditEvent<'_>, class: Class, object: &mut Object<'_>) {
    let taken = match event.provider {
        Provider::Aws => AWS,
        Provider::Azure => AZURE,
        Provider::Google => GOOGLE,
    };
    let has_resources = class == Class::ApiActivity && are_plain_resources(event.resource_list);
    rest(event.record, taken, has_resources, object);
}

fn rest(
    value: Json<'_>,
    taken: &'static [(&'static str, Taken)],
    has_resources: bool,
    object: &mut Object<'_>,
) {
    for (name, member) in value.members() {
        if is_nothing(member) || (has_resources && name.is("resources")) {
            continue;
        }
        match taken.iter().find(|(it, _)| name.is(it)).map(|(_, how)| how) {
            Some(Text) if member.kind() == JsonKind::String => {}
            Some(Whole) => {}
            Some(Time) if is_time(member) => {}
            Some(Truth) if matches!(member.raw(), b"\"true\"" | b"\"false\"") => {}
            Some(In(inner)) if member.kind() == JsonKind::Object => {
                object.kept_object(name, |object| rest(member, inner, false, object));
            }
            _ => object.kept(name, member),
        }
    }
}

fn is_time(value: Json<'_>) -> bool {
    value.text().is_some_and(|text| audit_event::Time::parse(text.raw()).is_some())
}

/// `null`, and what is empty.
fn is_nothing(value: Json<'_>) -> bool {
    match value.kind() {
        JsonKind::Null => true,
        JsonKind::String => value.raw() == b"\"\"",
        JsonKind::Array => value.elements().next().is_none(),
        JsonKind::Object => value.members().next().is_none(),
        JsonKind::Boolean | JsonKind::Number => false,
    }
}

/// Whether resources have no more than what the schema has a place for.
pub(crate) fn are_plain_resources(list: Option<Json<'_>>) -> bool {
    let Some(list) = list.filter(|list| list.kind() == JsonKind::Array) else { return false };
    list.elements().all(|element| {
        let mut has_arn = false;
        element.kind() == JsonKind::Object
            && element.members().all(|(name, value)| {
                let is_arn = name.is("ARN") || name.is("ARNPrefix");
                let is_one = !(is_arn && has_arn);
                has_arn |= is_arn;
                let is_known = is_arn || name.is("accountId") || name.is("type");
                is_known && is_one && matches!(value.kind(), JsonKind::String | JsonKind::Null)
            })
    })
}
