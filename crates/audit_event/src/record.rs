//! An object of a file taken for what it is: a record, what holds or wraps records, or none of these.

use std::borrow::Cow;

use crate::{
    azure,
    event::{Actor, AuditEvent, Issuer},
    google,
    json::{Json, Text, unescape},
    scanner::{Scanner, Stop},
    time::Time,
};

/// What an object is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parsed<'a> {
    /// A record, and whether a name of a member came twice in it.
    Event { has_duplicates: bool },
    /// It holds an array of records, whose bracket comes next.
    Container,
    /// It wraps a record, or text with one.
    Wrapped(Json<'a>),
    /// A digest of delivered files.
    Digest,
    /// None of these.
    Alien,
}

/// Names of arrays of records: delivered files, `lookup-events`, subscriptions of CloudWatch Logs,
/// `filter-log-events`; of Azure's exports and answers, of Google's.
pub(crate) fn holds_records(name: &[u8]) -> bool {
    matches!(
        name,
        b"Records" | b"Events" | b"logEvents" | b"events" | b"records" | b"value" | b"entries"
    )
}

/// Names of what wraps one record: EventBridge, `lookup-events`, CloudWatch Logs, CloudTrail Lake,
/// Elasticsearch, Splunk, SQS, SNS.
fn wraps_record(name: &[u8]) -> bool {
    matches!(
        name,
        b"detail"
            | b"CloudTrailEvent"
            | b"cloudTrailEvent"
            | b"message"
            | b"@message"
            | b"Message"
            | b"body"
            | b"eventData"
            | b"event"
            | b"original"
            | b"_source"
            | b"_raw"
            | b"result"
    )
}

/// The name of a member, escapes resolved.
pub(crate) fn plain(name: Text<'_>) -> Cow<'_, [u8]> {
    if name.has_escapes() { Cow::Owned(unescape(name.raw())) } else { Cow::Borrowed(name.raw()) }
}

/// Reads the object whose bracket comes next. `event` is filled as far as the object goes.
///
/// # Errors
/// Why its end was not found; the scanner then stands anywhere.
pub(crate) fn read_object<'a>(
    scanner: &mut Scanner<'a>,
    event: &mut AuditEvent<'a>,
) -> Result<Parsed<'a>, Stop> {
    scanner.peek();
    let start = scanner.at;
    let mut seen = Seen::default();
    let mut wrapped = None;
    let mut is_digest = false;
    let mut has_more = scanner.enter_object()?;
    if has_more {
        has_more = usual_members(scanner, event, &mut seen)?;
    }
    while has_more {
        let name = scanner.name()?;
        let name = plain(name);
        if !field(&name, scanner, event, &mut seen)? {
            let holds = holds_records(&name) && event.name.is_empty();
            if holds && scanner.peek() == Some(b'[') {
                return Ok(Parsed::Container);
            }
            let value = scanner.value()?;
            if wrapped.is_none() && wraps_record(&name) && may_hold_record(value) {
                wrapped = Some(value);
            }
            is_digest |= matches!(&*name, b"digestStartTime");
        }
        has_more = scanner.next_member()?;
    }
    event.record = scanner.since(start);
    event.is_irregular = seen.is_irregular;
    let is_event = !event.source.is_empty()
        && !event.name.is_empty()
        // Notifications of S3 and other sources of Lambda events have fields of the same names.
        && !event.source.raw().starts_with(b"aws:");
    if !is_event
        && let Some(found) = azure::event(event.record).or_else(|| google::event(event.record))
    {
        *event = found;
        return Ok(Parsed::Event { has_duplicates: seen.has_duplicates });
    }
    Ok(match wrapped {
        _ if is_event => Parsed::Event { has_duplicates: seen.has_duplicates },
        Some(value) => Parsed::Wrapped(value),
        None if is_digest => Parsed::Digest,
        None => Parsed::Alien,
    })
}

/// Reads members as long as they come in the order in which CloudTrail writes them, and tells whether
/// more follow. A branch that is nearly always taken costs little; to find a name among many takes longer
/// than to read its value.
fn usual_members<'a>(
    scanner: &mut Scanner<'a>,
    event: &mut AuditEvent<'a>,
    seen: &mut Seen,
) -> Result<bool, Stop> {
    macro_rules! read {
        ($($name:literal)*) => {$(
            if scanner.skip_name(concat!("\"", $name, "\":").as_bytes()) {
                if !field($name.as_bytes(), scanner, event, seen)? {
                    scanner.value()?;
                }
                if !scanner.next_member()? {
                    return Ok(false);
                }
            }
        )*};
    }
    read!(
        "eventVersion"
        "userIdentity"
        "eventTime"
        "eventSource"
        "eventName"
        "awsRegion"
        "sourceIPAddress"
        "userAgent"
        "errorCode"
        "errorMessage"
        "requestParameters"
        "responseElements"
        "additionalEventData"
        "requestID"
        "eventID"
        "readOnly"
        "resources"
        "eventType"
        "managementEvent"
        "recipientAccountId"
        "sharedEventID"
        "vpcEndpointId"
        "eventCategory"
        "tlsDetails"
    );
    Ok(true)
}

/// Whether a value is an object, an array, or a string that looks like one.
pub(crate) fn may_hold_record(value: Json<'_>) -> bool {
    match value.raw().first() {
        Some(b'{' | b'[') => true,
        Some(b'"') => value.text().is_some_and(|text| {
            let first = text.raw().iter().find(|byte| !byte.is_ascii_whitespace());
            matches!(first, Some(b'{' | b'['))
        }),
        _ => false,
    }
}

/// Which members came already.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    members: u32,
    has_duplicates: bool,
    /// Some member that should be text is something else.
    is_irregular: bool,
}

impl Seen {
    /// Notes that a member came, by its number.
    #[inline]
    fn note(&mut self, number: u32) {
        let bit = 1 << number;
        self.has_duplicates |= self.members & bit != 0;
        self.members |= bit;
    }

    /// Reads a value that should be text, and notes when it is something else.
    #[inline]
    fn text<'a>(&mut self, scanner: &mut Scanner<'a>) -> Result<Option<Text<'a>>, Stop> {
        if scanner.peek() == Some(b'"') {
            return scanner.string().map(Some);
        }
        self.is_irregular |= scanner.value()?.raw() != b"null";
        Ok(None)
    }
}

/// Reads the value of a member of a record, when it is one that an event has a field for. Of
/// members that come twice the last one counts, as in other readers of JSON.
#[expect(clippy::inline_always, reason = "of a name that is known one arm is left")]
#[inline(always)]
fn field<'a>(
    name: &[u8],
    scanner: &mut Scanner<'a>,
    event: &mut AuditEvent<'a>,
    seen: &mut Seen,
) -> Result<bool, Stop> {
    let number = match name {
        b"eventID" => text(scanner, &mut event.id, seen, 0)?,
        b"eventTime" => time(scanner, &mut event.time, 1)?,
        b"@timestamp" => {
            let mut time_of_logstash = None;
            time(scanner, &mut time_of_logstash, 2)?;
            event.time = event.time.or(time_of_logstash);
            2
        }
        b"eventSource" => {
            event.source = seen.text(scanner)?.unwrap_or_default();
            3
        }
        b"eventName" => {
            event.name = seen.text(scanner)?.unwrap_or_default();
            4
        }
        b"awsRegion" => text(scanner, &mut event.region, seen, 5)?,
        b"eventType" => text(scanner, &mut event.event_type, seen, 6)?,
        b"eventCategory" => text(scanner, &mut event.category, seen, 7)?,
        b"userIdentity" => {
            event.actor = actor(scanner, seen)?;
            8
        }
        b"errorCode" => text(scanner, &mut event.error_code, seen, 9)?,
        b"errorMessage" => text(scanner, &mut event.error_message, seen, 10)?,
        b"sourceIPAddress" => text(scanner, &mut event.source_ip, seen, 11)?,
        b"userAgent" => text(scanner, &mut event.user_agent, seen, 12)?,
        b"requestParameters" => value(scanner, &mut event.request, 13)?,
        b"responseElements" => value(scanner, &mut event.response, 14)?,
        b"additionalEventData" => value(scanner, &mut event.additional, 15)?,
        b"resources" => value(scanner, &mut event.resource_list, 16)?,
        b"tlsDetails" => value(scanner, &mut event.tls, 17)?,
        b"serviceEventDetails" => value(scanner, &mut event.service_details, 18)?,
        b"recipientAccountId" => text(scanner, &mut event.recipient_account, seen, 19)?,
        b"sharedEventID" => text(scanner, &mut event.shared_id, seen, 20)?,
        b"requestID" => text(scanner, &mut event.request_id, seen, 21)?,
        b"vpcEndpointId" => text(scanner, &mut event.vpc_endpoint, seen, 22)?,
        b"readOnly" => {
            event.is_read_only = scanner.value()?.boolean();
            23
        }
        b"managementEvent" => {
            event.is_management = scanner.value()?.boolean();
            24
        }
        b"insightDetails" => {
            seen.is_irregular = true;
            insight(scanner.value()?, event);
            25
        }
        _ => return Ok(false),
    };
    seen.note(number);
    Ok(true)
}

#[inline]
fn text<'a>(
    scanner: &mut Scanner<'a>,
    to: &mut Option<Text<'a>>,
    seen: &mut Seen,
    n: u32,
) -> Result<u32, Stop> {
    *to = seen.text(scanner)?;
    Ok(n)
}

#[inline]
fn value<'a>(scanner: &mut Scanner<'a>, to: &mut Option<Json<'a>>, n: u32) -> Result<u32, Stop> {
    let value = scanner.value()?;
    *to = (value.raw() != b"null").then_some(value);
    Ok(n)
}

#[inline]
fn time(scanner: &mut Scanner<'_>, to: &mut Option<Time>, n: u32) -> Result<u32, Stop> {
    *to = scanner.text()?.and_then(|text| Time::parse(text.raw()));
    Ok(n)
}

/// An insight has neither source nor name of its own: it tells those of the calls that it is about.
fn insight<'a>(details: Json<'a>, event: &mut AuditEvent<'a>) {
    let text = |name| details.get(name).and_then(Json::text).unwrap_or_default();
    if event.source.is_empty() {
        event.source = text("eventSource");
    }
    if event.name.is_empty() {
        event.name = text("eventName");
    }
}

/// Reads `userIdentity`.
fn actor<'a>(scanner: &mut Scanner<'a>, seen: &mut Seen) -> Result<Actor<'a>, Stop> {
    let mut actor = Actor::default();
    if scanner.peek() != Some(b'{') {
        let value = scanner.value()?;
        actor.identity = (value.raw() != b"null").then_some(value);
        seen.is_irregular |= actor.identity.is_some();
        return Ok(actor);
    }
    let start = scanner.at;
    let mut has_more = scanner.enter_object()?;
    while has_more {
        let name = scanner.name()?;
        match &*plain(name) {
            b"type" => actor.kind = seen.text(scanner)?,
            b"arn" => actor.arn = seen.text(scanner)?,
            b"principalId" => actor.principal_id = seen.text(scanner)?,
            b"accountId" => actor.account = seen.text(scanner)?,
            b"accessKeyId" => actor.access_key = seen.text(scanner)?,
            b"userName" => actor.user_name = seen.text(scanner)?,
            b"invokedBy" => actor.invoked_by = seen.text(scanner)?,
            b"identityProvider" => actor.identity_provider = seen.text(scanner)?,
            b"sessionContext" => actor.session = Some(session(scanner, &mut actor.issuer, seen)?),
            _ => {
                scanner.value()?;
            }
        }
        has_more = scanner.next_member()?;
    }
    actor.identity = Some(scanner.since(start));
    Ok(actor)
}

/// Reads `sessionContext`, and of it the issuer.
fn session<'a>(
    scanner: &mut Scanner<'a>,
    issuer: &mut Issuer<'a>,
    seen: &mut Seen,
) -> Result<Json<'a>, Stop> {
    *issuer = Issuer::default(); // of members that come twice the last one counts
    if scanner.peek() != Some(b'{') {
        let value = scanner.value()?;
        seen.is_irregular |= value.raw() != b"null";
        return Ok(value);
    }
    let start = scanner.at;
    let mut has_more = scanner.enter_object()?;
    while has_more {
        let name = scanner.name()?;
        if &*plain(name) != b"sessionIssuer" {
            scanner.value()?;
        } else if scanner.peek() == Some(b'{') {
            *issuer = session_issuer(scanner, seen)?;
        } else {
            *issuer = Issuer::default();
            seen.is_irregular |= scanner.value()?.raw() != b"null";
        }
        has_more = scanner.next_member()?;
    }
    Ok(scanner.since(start))
}

/// Reads `sessionIssuer`.
fn session_issuer<'a>(scanner: &mut Scanner<'a>, seen: &mut Seen) -> Result<Issuer<'a>, Stop> {
    let mut issuer = Issuer::default();
    let mut has_more = scanner.enter_object()?;
    while has_more {
        let name = scanner.name()?;
        match &*plain(name) {
            b"type" => issuer.kind = seen.text(scanner)?,
            b"arn" => issuer.arn = seen.text(scanner)?,
            b"accountId" => issuer.account = seen.text(scanner)?,
            b"userName" => issuer.user_name = seen.text(scanner)?,
            _ => {
                scanner.value()?;
            }
        }
        has_more = scanner.next_member()?;
    }
    Ok(issuer)
}
