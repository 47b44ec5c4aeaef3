//! Fields of records of Azure and Google, by the names that rules give them.
//!
//! Rules for these logs are written against what several collectors make of a record, so one thing has
//! several names. Names are looked up in any case.

use crate::{
    at_hand::{AtHand, RootSource},
    event::AuditEvent,
    json::{Json, JsonKind, Text},
    provider::{Log, Provider},
};

/// Levels that are looked into.
const MAX_DEPTH: u32 = 60;

/// A value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// A text that the event has at hand.
    Text(Text<'a>),
    /// A value of the record.
    Json(Json<'a>),
}

/// What the field of a name holds, of an event of Azure or Google; of CloudTrail, what stands at that
/// path. Values of arrays follow each other; none when there is no such field.
///
/// Azure: names of the activity log (`operationName`, `caller`, `resultType`, …), of Log Analytics
/// (`OperationNameValue`, `CategoryValue`, …), and members of `properties` without that word. Google:
/// `protoPayload.methodName`, the same behind `data.`, and `gcp.audit.method_name`.
#[must_use]
pub fn values_of<'a>(event: &AuditEvent<'a>, path: &str) -> Vec<FieldValue<'a>> {
    if event.provider == Provider::Aws {
        return of_cloudtrail(event, path);
    }
    let lower = path.to_ascii_lowercase();
    let lower = lower.strip_prefix("data.").unwrap_or(&lower);
    if let Some(text) = at_hand(event, lower) {
        return vec![FieldValue::Text(text)];
    }
    let mut nulls = Vec::new();
    for path in paths(event.provider, path, lower) {
        let mut values = Vec::new();
        walk(event.record, &path, false, 0, &mut values);
        // What is `null` under one name may be told under another.
        if !values.iter().all(is_null) {
            return values;
        }
        nulls.append(&mut values);
    }
    nulls
}

/// What stands at a path of a record of CloudTrail. Of what is `null` nothing is told when the event has
/// the field at hand.
fn of_cloudtrail<'a>(event: &AuditEvent<'a>, path: &str) -> Vec<FieldValue<'a>> {
    let mut values = Vec::new();
    if event.is_irregular {
        walk(event.record, path, true, 0, &mut values);
    } else if let Some(at_hand) = AtHand::of(path) {
        values.extend(at_hand.text(event).map(FieldValue::Text));
    } else {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        match RootSource::of(first) {
            RootSource::Record => walk(event.record, path, true, 0, &mut values),
            root => {
                if let Some(value) = root.value(event) {
                    walk(value, rest, true, 0, &mut values);
                }
            }
        }
    }
    values
}

fn is_null(value: &FieldValue<'_>) -> bool {
    matches!(value, FieldValue::Json(value) if value.kind() == JsonKind::Null)
}

/// A field that stands under different names in different forms of a record.
fn at_hand<'a>(event: &AuditEvent<'a>, lower: &str) -> Option<Text<'a>> {
    let is_resource = matches!(event.log, Log::AzureActivity | Log::AzureResource);
    match (event.provider, lower) {
        (Provider::Azure, "operationname" | "operationnamevalue")
        | (Provider::Google, "gcp.audit.method_name" | "protopayload.methodname") => {
            Some(event.name)
        }
        (Provider::Azure, "resourceprovidervalue" | "resourceprovider")
        | (Provider::Google, "gcp.audit.service_name" | "protopayload.servicename") => {
            Some(event.source)
        }
        (Provider::Azure, "resourceid")
        | (Provider::Google, "gcp.audit.resource_name" | "protopayload.resourcename") => {
            event.resource
        }
        (Provider::Azure, "caller") => event.actor.user_name,
        (Provider::Azure, "calleripaddress") => event.source_ip,
        (Provider::Azure, "category" | "categoryvalue") if is_resource => event.category,
        _ => None,
    }
}

/// Paths to look at, one after the other.
fn paths(provider: Provider, path: &str, lower: &str) -> Vec<String> {
    let own = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
    match provider {
        Provider::Aws => own(&[path]),
        Provider::Azure => match lower {
            "resulttype" | "status" | "activitystatusvalue" => {
                own(&["resultType", "status.value", "ActivityStatusValue", "properties.status"])
            }
            "resultsignature" | "substatus" | "activitysubstatusvalue" => {
                own(&["resultSignature", "subStatus.value", "ActivitySubstatusValue"])
            }
            "category" => own(&["properties.category", "category"]),
            _ => vec![path.to_owned(), format!("properties.{path}")],
        },
        Provider::Google => {
            if let Some(rest) = lower.strip_prefix("gcp.audit.") {
                return vec![format!("protoPayload.{}", rest.replace('_', ""))];
            }
            let path = path.strip_prefix("data.").unwrap_or(path);
            let Some((first, rest)) = path.split_once('.') else { return own(&[path]) };
            if !first.eq_ignore_ascii_case("protoPayload") {
                return own(&[path]);
            }
            // Some rules put members of the entry below its payload.
            vec![path.to_owned(), format!("protopayload_auditlog.{rest}"), rest.to_owned()]
        }
    }
}

/// Appends what a dotted path leads to.
fn walk<'a>(value: Json<'a>, path: &str, is_cased: bool, depth: u32, to: &mut Vec<FieldValue<'a>>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value.kind() {
        JsonKind::Array => {
            value.elements().for_each(|it| walk(it, path, is_cased, depth + 1, to));
        }
        _ if path.is_empty() => to.push(FieldValue::Json(value)),
        JsonKind::Object => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            let member = |name: &str| {
                let is_it = |key: Text<'_>| {
                    key.is(name) || (!is_cased && key.to_str().eq_ignore_ascii_case(name))
                };
                value.members().filter(|(key, _)| is_it(*key)).last().map(|(_, value)| value)
            };
            if let Some(below) = member(first) {
                walk(below, rest, is_cased, depth + 1, to);
            } else if !rest.is_empty()
                && let Some(whole) = member(path)
            {
                walk(whole, "", is_cased, depth + 1, to);
            }
        }
        _ => {}
    }
}
