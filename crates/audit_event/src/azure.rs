//! Entries of Azure's logs: the activity log, logs of resources, audit and sign-in logs of Entra ID.
//!
//! Three forms are read: what diagnostic settings export (`operationName` is text, `time`), what the
//! API and `az monitor activity-log list` answer (`operationName.value`, `eventTimestamp`), and rows of
//! Log Analytics (`OperationNameValue`, `TimeGenerated`).
//!
//! Source: Azure Monitor, "Azure activity log event schema", "Resource log schema" (read 2026-11-27).

use crate::{
    event::{Actor, AuditEvent},
    json::{Json, Text},
    provider::{Log, Provider},
    time::Time,
};

/// Categories of the activity log.
const ACTIVITY: [&str; 8] = [
    "Administrative",
    "Alert",
    "Autoscale",
    "Policy",
    "Recommendation",
    "ResourceHealth",
    "Security",
    "ServiceHealth",
];

/// Categories of Entra ID Protection.
const RISKS: [&str; 4] =
    ["RiskyServicePrincipals", "RiskyUsers", "ServicePrincipalRiskEvents", "UserRiskEvents"];

/// Names under which records tell their time.
pub(crate) const TIMES: [&str; 3] = ["time", "eventTimestamp", "TimeGenerated"];

/// Parts of a record, gathered in one pass.
#[derive(Default)]
struct Parts<'a> {
    operation: Option<Text<'a>>,
    time: Option<Time>,
    resource: Option<Text<'a>>,
    subscription: Option<Text<'a>>,
    tenant: Option<Text<'a>>,
    caller: Option<Text<'a>>,
    category: Option<Text<'a>>,
    namespace: Option<Text<'a>>,
    result: Option<Text<'a>>,
    detail: Option<Text<'a>>,
    description: Option<Text<'a>>,
    id: Option<Text<'a>>,
    operation_id: Option<Text<'a>>,
    correlation: Option<Text<'a>>,
    region: Option<Text<'a>>,
    level: Option<Text<'a>>,
    ip: Option<Text<'a>>,
    identity: Option<Json<'a>>,
    claims: Option<Json<'a>>,
    properties: Option<Json<'a>>,
}

/// The event that a record of Azure tells; `None` when it is none.
pub(crate) fn event(record: Json<'_>) -> Option<AuditEvent<'_>> {
    let parts = Parts::of(record);
    let name = parts.operation?;
    let is_placed = parts.resource.is_some() || parts.subscription.is_some();
    if parts.time.is_none() || !(is_placed || parts.caller.is_some() || parts.tenant.is_some()) {
        return None;
    }
    let source = parts.source(name);
    let actor = Actor {
        identity: parts.identity.or(parts.claims),
        kind: parts.claim(&["idtyp"]),
        principal_id: parts.claim(&[
            "http://schemas.microsoft.com/identity/claims/objectidentifier",
            "oid",
            "appid",
        ]),
        user_name: parts.caller(),
        ..Actor::default()
    };
    let log = parts.log();
    Some(AuditEvent {
        record,
        provider: Provider::Azure,
        log,
        id: parts.id,
        time: parts.time,
        source,
        name,
        region: parts.region,
        event_type: parts.level,
        category: parts.category,
        actor,
        error_code: parts.failure(log),
        error_message: parts.description,
        source_ip: parts.ip(),
        user_agent: parts.property("userAgent").or_else(|| parts.property("clientInfo")),
        request: parts.properties,
        resource: parts.resource,
        recipient_account: parts.subscription(),
        shared_id: parts.correlation,
        request_id: parts.operation_id.or(parts.correlation),
        is_irregular: true,
        ..AuditEvent::default()
    })
}

impl<'a> Parts<'a> {
    fn of(record: Json<'a>) -> Self {
        let mut parts = Self::default();
        for (name, value) in record.members() {
            let text = word(value);
            match name.raw() {
                b"operationName" | b"OperationNameValue" | b"operationNameValue" => {
                    parts.operation = text.or(parts.operation);
                }
                b"OperationName" => parts.operation = parts.operation.or(text),
                b"time" | b"eventTimestamp" | b"TimeGenerated" => {
                    parts.time = text.and_then(|text| Time::parse(text.raw())).or(parts.time);
                }
                b"resourceId" | b"ResourceId" | b"_ResourceId" => parts.resource = text,
                b"subscriptionId" | b"SubscriptionId" => parts.subscription = text,
                b"tenantId" | b"TenantId" => parts.tenant = text,
                b"caller" | b"Caller" => parts.caller = text,
                b"category" | b"CategoryValue" => parts.category = text,
                b"resourceProviderName" | b"ResourceProviderValue" => parts.namespace = text,
                b"resultType" | b"status" | b"ActivityStatusValue" | b"ResultType" => {
                    parts.result = text.or(parts.result);
                }
                b"resultSignature" | b"subStatus" | b"ActivitySubstatusValue" => {
                    parts.detail = text;
                }
                b"resultDescription" | b"ResultDescription" => parts.description = text,
                b"eventDataId" | b"EventDataId" => parts.id = text,
                b"operationId" | b"OperationId" => parts.operation_id = text,
                b"correlationId" | b"CorrelationId" => parts.correlation = text,
                b"location" | b"Location" => parts.region = text,
                b"level" | b"Level" => parts.level = text,
                b"callerIpAddress" | b"CallerIpAddress" | b"CallerIPAddress" => parts.ip = text,
                b"httpRequest" => {
                    let ip = value.get("clientIpAddress").and_then(Json::text);
                    parts.ip = parts.ip.or(ip);
                }
                b"identity" => parts.identity = Some(value),
                b"claims" => parts.claims = Some(value),
                b"properties" | b"Properties" => parts.properties = Some(value),
                _ => {}
            }
        }
        parts
    }

    fn property(&self, path: &str) -> Option<Text<'a>> {
        self.properties?.at(path)?.text().filter(|text| !text.is_empty())
    }

    /// A claim of the caller's token.
    fn claim(&self, names: &[&str]) -> Option<Text<'a>> {
        let identity = self.identity;
        let within = |name| identity.and_then(|it| it.get(name));
        let all = [self.claims, within("claims"), within("claim")];
        let mut found = names.iter().flat_map(|name| {
            all.iter().flatten().filter_map(move |claims| claims.get(name)?.text())
        });
        found.find(|text| !text.is_empty())
    }

    /// Who did it, by the name that people know.
    fn caller(&self) -> Option<Text<'a>> {
        let named = self.claim(&[
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
            "upn",
            "unique_name",
        ]);
        self.caller
            .filter(|text| !text.is_empty())
            .or(named)
            .or_else(|| self.property("initiatedBy.user.userPrincipalName"))
            .or_else(|| self.property("initiatedBy.app.displayName"))
            .or_else(|| self.property("userPrincipalName"))
            .or_else(|| self.claim(&["appid"]))
            .or_else(|| self.identity.and_then(Json::text).filter(|text| !text.is_empty()))
    }

    fn ip(&self) -> Option<Text<'a>> {
        self.ip
            .filter(|text| !text.is_empty())
            .or_else(|| self.property("initiatedBy.user.ipAddress"))
            .or_else(|| self.claim(&["ipaddr"]))
    }

    /// The namespace of the provider of the resource: `Microsoft.Web`.
    fn source(&self, operation: Text<'a>) -> Text<'a> {
        let first = part(operation, 0, |it| *it == b'/');
        let of_operation = first.filter(|text| text.raw().contains(&b'.'));
        let named = self.namespace.filter(|text| !text.is_empty());
        let of_resource = self.resource.and_then(|text| behind(text, "/providers/"));
        named.or(of_operation).or(of_resource).or(self.category).unwrap_or(operation)
    }

    fn subscription(&self) -> Option<Text<'a>> {
        let named = self.subscription.filter(|text| !text.is_empty());
        let of_resource = || self.resource.and_then(|text| behind(text, "/subscriptions/"));
        named.or_else(of_resource).or(self.tenant)
    }

    fn log(&self) -> Log {
        let Some(category) = self.category else { return Log::AzureActivity };
        let category = category.to_str();
        if category == "AuditLogs" {
            Log::EntraAudit
        } else if category.ends_with("SignInLogs") {
            Log::EntraSignIn
        } else if RISKS.iter().any(|it| category == *it) {
            Log::EntraRisk
        } else if ACTIVITY.iter().any(|it| category.eq_ignore_ascii_case(it)) {
            Log::AzureActivity
        } else {
            Log::AzureResource
        }
    }

    /// In what words the request failed.
    fn failure(&self, log: Log) -> Option<Text<'a>> {
        let result = self.result.filter(|text| !text.is_empty());
        let said = result.map(Text::to_str).unwrap_or_default();
        let is_code = said.bytes().all(|it| it.is_ascii_digit());
        let has_failed = ["Failure", "Failed", "Error", "ClientError", "ServerError"]
            .iter()
            .any(|it| said.eq_ignore_ascii_case(it))
            || (log == Log::EntraSignIn && is_code && !matches!(&*said, "" | "0"));
        if has_failed {
            return self.detail.filter(|text| !text.is_empty()).or(result);
        }
        // Key Vault tells success of every request that it answered.
        let detail = self.detail?;
        let is_refused = ["Forbidden", "Unauthorized"].iter().any(|it| detail.is(it));
        is_refused.then_some(detail)
    }
}

/// Text, or the `value` of an object as the API tells it.
fn word(value: Json<'_>) -> Option<Text<'_>> {
    value.text().or_else(|| value.get("value")?.text()).filter(|text| !text.is_empty())
}

/// Part of a text without escapes, by its number.
pub(crate) fn part(
    text: Text<'_>,
    number: usize,
    is_end: impl Fn(&u8) -> bool,
) -> Option<Text<'_>> {
    if text.has_escapes() {
        return None;
    }
    let raw = text.raw().split(is_end).nth(number)?;
    (!raw.is_empty()).then(|| Text::new(raw, false))
}

/// What stands behind `mark`, in any case, up to the next slash.
pub(crate) fn behind<'a>(text: Text<'a>, mark: &str) -> Option<Text<'a>> {
    if text.has_escapes() {
        return None;
    }
    let raw = text.raw();
    let at = raw.windows(mark.len()).position(|it| it.eq_ignore_ascii_case(mark.as_bytes()))?;
    let rest = raw.get(at + mark.len()..)?;
    let rest = rest.split(|it| *it == b'/').next()?;
    (!rest.is_empty()).then(|| Text::new(rest, false))
}
