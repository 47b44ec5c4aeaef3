//! An audit event as an event of OCSF.

use std::net::IpAddr;

use audit_event::{AuditEvent, EventKind, Json, JsonKind, Provider, Text};

use crate::{
    authentication,
    class::{Class, route},
    identity::{self, UNKNOWN, milliseconds},
    json::{Object, write_json},
    rest, schema, user_change,
};

/// What came of writing an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The class of the event.
    pub class: Class,
    /// Whether the record tells a time; without one `time` is 0.
    pub has_time: bool,
}

/// Appends an event to `out` as one JSON object of OCSF 1.5.0 with the profile `cloud`, without a line
/// end. The bytes are valid JSON and hold against the schema ([`crate::schema::faults`]) whatever the
/// record is.
///
/// `severity_id` is always informational: an audit event says that something was done, not how bad that
/// is.
///
/// Source: ocsf/ocsf-schema 1.5.0; ocsf/examples, mappings of CloudTrail 1.5.0 (read 2026-11-27).
pub fn write_event(event: &AuditEvent<'_>, out: &mut Vec<u8>) -> Written {
    let (class, activity) = route(event);
    let operation = event.name.to_str();
    Object::write(out, |object| {
        let caption = activity.name.unwrap_or("Other");
        object.number("activity_id", activity.id);
        object.str("activity_name", activity.name.unwrap_or(&operation));
        let (category_uid, category_name) = class.category();
        object.number("category_uid", category_uid);
        object.str("category_name", category_name);
        object.number("class_uid", class.uid());
        object.str("class_name", class.name());
        object.number("type_uid", class.uid() * 100 + activity.id);
        object.str("type_name", &format!("{}: {caption}", class.name()));
        object.number("severity_id", 1);
        object.str("severity", "Informational");
        status(event, class, object);
        object.number("time", event.time.map_or(0, milliseconds));
        object.object("metadata", |metadata| fill_metadata(event, metadata));
        object.object("cloud", |cloud| fill_cloud(event, cloud));
        object.object("api", |api| fill_api(event, api));
        object.object("actor", |actor| identity::actor(event, actor));
        object.object("src_endpoint", |endpoint| source(event, endpoint));
        object.object("http_request", |request| request.text("user_agent", event.user_agent));
        match class {
            Class::Authentication => authentication::fill(event, object),
            Class::AccountChange => user_change::fill(event, object),
            Class::ApiActivity => resources(event, object),
            Class::ComplianceFinding | Class::DetectionFinding => {}
        }
        observables(event, object);
        object.object("unmapped", |object| rest::fill(event, class, object));
    });
    Written { class, has_time: event.time.is_some() }
}

/// Appends the record of an event to `out` as one JSON object without white space between its parts,
/// and without a line end; valid JSON whatever the record is.
pub fn write_record(event: &AuditEvent<'_>, out: &mut Vec<u8>) {
    write_json(event.record, 0, out);
}

/// Names and addresses that one looks for: what stands in the event, once more in one list.
fn observables(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let from = event.source_ip;
    let is_address = from.is_some_and(|from| from.to_str().parse::<IpAddr>().is_ok());
    let is_domain = !is_address && from.is_some_and(|from| is_domain(&from.to_str()));
    let all = [
        ("actor.user.name", identity::name(event), 4, "User Name"),
        ("src_endpoint.ip", from.filter(|_| is_address), 2, "IP Address"),
        ("src_endpoint.domain", from.filter(|_| is_domain), 1, "Hostname"),
    ];
    let all = all.into_iter().filter(|(_, value, ..)| value.is_some_and(|it| !it.is_empty()));
    object.objects("observables", all, |(name, value, id, kind), object| {
        object.str("name", name);
        object.text("value", value);
        object.number("type_id", id);
        object.str("type", kind);
    });
}

/// Whether what was asked for was done.
fn status(event: &AuditEvent<'_>, class: Class, object: &mut Object<'_>) {
    let said = (class == Class::Authentication).then(|| authentication::has_failed(event));
    let has_failed = match said.flatten() {
        Some(said) => Some(said),
        // An insight is no request.
        None if event.kind() == EventKind::Insight => None,
        None => Some(event.error_code.is_some_and(|code| !code.is_empty())),
    };
    let (id, caption) = match has_failed {
        None => (0, "Unknown"),
        Some(false) => (1, "Success"),
        Some(true) => (2, "Failure"),
    };
    object.number("status_id", id);
    object.str("status", caption);
    object.text("status_code", event.error_code);
    object.text("status_detail", event.error_message);
}

fn fill_metadata(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let text = |name: &str| event.record.get(name).and_then(Json::text);
    let (product, vendor) = match event.provider {
        Provider::Aws => ("CloudTrail", "AWS"),
        Provider::Azure => ("Azure Monitor", "Microsoft"),
        Provider::Google => ("Cloud Audit Logs", "Google"),
    };
    object.str("version", schema::VERSION);
    object.object("product", |object| {
        object.str("name", product);
        object.str("vendor_name", vendor);
        object.text("version", text("eventVersion"));
        object.object("feature", |feature| feature.text("name", event.category));
    });
    object.strs("profiles", &["cloud"]);
    object.text("uid", event.id);
    object.text("event_code", event.event_type);
    object.text("correlation_uid", event.shared_id);
    object.text("original_time", event.original_time());
    object.text("log_name", event.log_name());
}

fn fill_cloud(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let provider = match event.provider {
        Provider::Aws => "AWS",
        Provider::Azure => "Azure",
        Provider::Google => "GCP",
    };
    object.str("provider", provider);
    object.text("region", event.region);
    object.object("account", |account| identity::account(event, event.recipient_account, account));
}

fn fill_api(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    object.text("operation", Some(event.name));
    object.object("service", |service| service.text("name", Some(event.source)));
    object.text("version", event.record.get("apiVersion").and_then(Json::text));
    let asked = event.request_id.filter(|id| !id.is_empty());
    let data = event.request.filter(|data| has_content(*data));
    if asked.is_some() || data.is_some() {
        object.object("request", |request| {
            // The schema requires an id, which old records lack.
            match asked.or(event.id.filter(|id| !id.is_empty())) {
                Some(id) => request.text("uid", Some(id)),
                None => request.str("uid", UNKNOWN),
            }
            request.json("data", data);
        });
    }
    object.object("response", |response| {
        response.text("error", event.error_code);
        response.text("message", event.error_message);
        if let Some(code) = event.status_code() {
            response.number("code", code);
        }
        response.json("data", event.response.filter(|data| has_content(*data)));
    });
}

/// Not `""`, as some exports write what is absent.
fn has_content(value: Json<'_>) -> bool {
    value.kind() != JsonKind::Null && value.raw() != b"\"\""
}

/// Where a request came from: an address, or the service that made it.
fn source(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let from = event.source_ip.filter(|from| !from.is_empty());
    let endpoint = event.vpc_endpoint.filter(|it| !it.is_empty());
    object.text("uid", endpoint);
    match from {
        Some(from) => {
            let text = from.to_str();
            if text.parse::<IpAddr>().is_ok() {
                object.text("ip", Some(from));
            } else if is_domain(&text) {
                object.text("domain", Some(from));
            } else {
                object.text("svc_name", Some(from));
            }
        }
        None if endpoint.is_some() => {}
        None => object.str("name", UNKNOWN),
    }
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_'))
}

fn resources(event: &AuditEvent<'_>, object: &mut Object<'_>) {
    let is_plain =
        event.provider != Provider::Aws || rest::are_plain_resources(event.resource_list);
    object.objects("resources", event.resources().filter(|_| is_plain), |resource, object| {
        object.text("uid", resource.arn);
        object.text("type", resource.kind);
        let owner: Option<Text<'_>> = resource.account;
        object.object("owner", |user| {
            user.object("account", |account| identity::account(event, owner, account));
        });
    });
}
