//! Entries of Google's Cloud Audit Logs: a `LogEntry` with an `AuditLog` as its payload.
//!
//! Source: Cloud Logging, "`LogEntry`", "`AuditLog`" (read 2026-11-27).

use crate::{
    azure::{behind, part},
    event::{Actor, AuditEvent},
    json::{Json, Text},
    provider::{Log, Provider},
    time::Time,
};

/// Names of the payload: of an entry, and of a row of `BigQuery`.
pub(crate) const PAYLOADS: [&str; 2] = ["protoPayload", "protopayload_auditlog"];

/// The event that an entry tells; `None` when it is none.
pub(crate) fn event(record: Json<'_>) -> Option<AuditEvent<'_>> {
    let payload = PAYLOADS.iter().find_map(|name| record.get(name))?;
    let text = |value: Json<'_>, path: &str| -> Option<()> {
        value.at(path)?.text().filter(|text| !text.is_empty()).map(|_| ())
    };
    text(payload, "serviceName").and(text(payload, "methodName"))?;
    let of = |path: &str| payload.at(path).and_then(Json::text).filter(|text| !text.is_empty());
    let own = |path: &str| record.at(path).and_then(Json::text).filter(|text| !text.is_empty());
    let log_name = own("logName");
    let status = payload.get("status");
    let code = status.and_then(|it| it.get("code")).filter(|code| !matches!(code.raw(), b"0"));
    let account = own("resource.labels.project_id")
        .or_else(|| log_name.and_then(|text| part(text, 1, |it| *it == b'/')));
    let region = ["location", "region", "zone"]
        .iter()
        .find_map(|name| own(&format!("resource.labels.{name}")))
        .or_else(|| of("resourceName").and_then(|text| behind(text, "/locations/")));
    Some(AuditEvent {
        record,
        provider: Provider::Google,
        log: Log::GoogleAudit,
        id: own("insertId"),
        time: own("timestamp").and_then(|text| Time::parse(text.raw())),
        source: of("serviceName")?,
        name: of("methodName")?,
        region,
        event_type: own("severity"),
        category: log_name.and_then(category),
        actor: Actor {
            identity: payload.get("authenticationInfo"),
            principal_id: of("authenticationInfo.principalSubject"),
            access_key: of("authenticationInfo.serviceAccountKeyName"),
            user_name: of("authenticationInfo.principalEmail"),
            ..Actor::default()
        },
        error_code: code.map(|code| code.text().unwrap_or(Text::new(code.raw(), false))),
        error_message: status.and_then(|it| it.get("message")).and_then(Json::text),
        source_ip: of("requestMetadata.callerIp"),
        user_agent: of("requestMetadata.callerSuppliedUserAgent"),
        request: payload.get("request"),
        response: payload.get("response"),
        resource: of("resourceName"),
        recipient_account: account,
        shared_id: own("operation.id"),
        request_id: own("operation.id"),
        is_irregular: true,
        ..AuditEvent::default()
    })
}

/// `activity` of `projects/orders/logs/cloudaudit.googleapis.com%2Factivity`.
fn category(log_name: Text<'_>) -> Option<Text<'_>> {
    if log_name.has_escapes() {
        return None;
    }
    let raw = log_name.raw();
    let at = raw.windows(3).rposition(|it| it == b"%2F")?;
    raw.get(at + 3..).filter(|rest| !rest.is_empty()).map(|rest| Text::new(rest, false))
}
