//! What a service answered: JSON, or a fault with its code.

use serde_json::Value;
use snapshot_file::Reason;

use crate::xml;

/// Longest message of a service that is kept, in characters.
const MOST_MESSAGE: usize = 400;

/// Codes of a missing permission.
const DENIED: [&str; 9] = [
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedException",
    "NotAuthorizedException",
    "ForbiddenException",
    "KMSAccessDeniedException",
];

/// Codes of a service that wants to be left alone for a while.
const THROTTLED: [&str; 14] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "RequestThrottled",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// Codes of a region that the account has not enabled.
const NOT_AVAILABLE: [&str; 5] = [
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "OptInRequired",
    "SubscriptionRequiredException",
    "RegionDisabledException",
];

/// Codes of a request that was signed wrongly: a wrong key, a wrong clock. No permission mends it.
const BADLY_SIGNED: [&str; 5] = [
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationToken",
];

/// Codes of credentials that ran out while the request was under way.
const EXPIRED: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];

/// A request that brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({code})")]
pub struct Fault {
    /// What kind it is.
    pub kind: FaultKind,
    /// The code of the service, or a word of ours.
    pub code: String,
    /// What the service says, on one line.
    pub message: String,
    /// Seconds that it wants to be left alone.
    pub retry_after_s: Option<u64>,
    /// The region in which the bucket lies, when the service says that it is another one.
    pub region: Option<String>,
}

/// What can be done about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The permission is missing.
    Denied,
    /// Asked too often; later.
    Throttled,
    /// The service or the connection failed; later.
    Transient,
    /// New credentials, then again.
    Expired,
    /// Not in this region.
    NotAvailable,
    /// Anything else: final.
    Other,
}

impl Fault {
    /// A fault of this program's or the connection.
    #[must_use]
    pub fn new(kind: FaultKind, code: &str, message: &str) -> Self {
        let message = one_line(message);
        Self { kind, code: code.to_owned(), message, retry_after_s: None, region: None }
    }

    /// Whether it may be another time.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self.kind, FaultKind::Throttled | FaultKind::Transient | FaultKind::Expired)
    }

    /// As it stands in a snapshot.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self.kind {
            FaultKind::Denied => Reason::AccessDenied,
            FaultKind::Throttled => Reason::Throttled,
            FaultKind::NotAvailable => Reason::NotAvailable,
            FaultKind::Transient | FaultKind::Expired | FaultKind::Other => Reason::Error,
        }
    }
}

/// Reads an answer.
///
/// # Errors
/// [`Fault`] when the status is one, or the body is not what the protocol says.
pub(crate) fn read(
    status: u16,
    header: impl Fn(&str) -> Option<String>,
    body: &[u8],
    is_xml: bool,
    arrays: &[String],
) -> Result<Value, Fault> {
    if (200..300).contains(&status) {
        return parse(body, is_xml, arrays)
            .map_err(|message| Fault::new(FaultKind::Other, "UnreadableAnswer", &message));
    }
    let value = parse(body, is_xml, arrays)
        .or_else(|_| parse(body, !is_xml, arrays))
        .unwrap_or(Value::Null);
    let error = [value.get("Error"), value.pointer("/Errors/Error")].into_iter().flatten().next();
    let error = error.unwrap_or(&value);
    let text = |names: &[&str]| {
        names.iter().find_map(|name| error.get(*name).and_then(Value::as_str)).map(str::to_owned)
    };
    let code = header("x-amzn-errortype")
        .or_else(|| text(&["__type", "code", "Code"]))
        .map(|it| short_code(&it))
        .filter(|it| !it.is_empty())
        .unwrap_or_else(|| format!("Status{status}"));
    let message = text(&["message", "Message", "errorMessage"])
        .unwrap_or_else(|| format!("the service answered with status {status}"));
    let mut fault = Fault::new(kind_of(status, &code), &code, &message);
    fault.retry_after_s = header("retry-after").and_then(|it| it.trim().parse().ok());
    fault.region = header("x-amz-bucket-region");
    Err(fault)
}

/// `com.amazonaws.sqs#QueueDoesNotExist` and `AccessDenied:http://…` without what stands around.
fn short_code(code: &str) -> String {
    let code = code.rsplit('#').next().unwrap_or(code);
    let code = code.split(':').next().unwrap_or(code);
    code.chars()
        .filter(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '_'))
        .take(80)
        .collect()
}

fn kind_of(status: u16, code: &str) -> FaultKind {
    let is = |list: &[&str]| list.contains(&code);
    if is(&THROTTLED) || status == 429 {
        FaultKind::Throttled
    } else if is(&EXPIRED) {
        FaultKind::Expired
    } else if is(&NOT_AVAILABLE) {
        FaultKind::NotAvailable
    } else if is(&BADLY_SIGNED) {
        FaultKind::Other
    } else if is(&DENIED) || status == 403 {
        FaultKind::Denied
    // 501 is said by services that do not have the operation.
    } else if status >= 500 && status != 501 {
        FaultKind::Transient
    } else {
        FaultKind::Other
    }
}

fn parse(body: &[u8], is_xml: bool, arrays: &[String]) -> Result<Value, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    // The policy of a bucket comes as it is, though everything around it is XML.
    if !is_xml || body.trim_ascii_start().starts_with(b"{") {
        return serde_json::from_slice(body)
            .map_err(|error| format!("the answer is no JSON: {error}"));
    }
    let text = std::str::from_utf8(body).map_err(|_| "the answer is no UTF-8".to_owned())?;
    xml::to_json(text, arrays).map_err(|error| error.to_string())
}

/// A text of a service on one line, cut.
#[must_use]
pub fn one_line(text: &str) -> String {
    let plain = text.chars().map(|it| if it.is_control() { ' ' } else { it });
    plain.take(MOST_MESSAGE).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{FaultKind, read};

    #[track_caller]
    fn check(
        status: u16,
        header: Option<(&str, &str)>,
        body: &str,
        is_xml: bool,
        code: &str,
        kind: FaultKind,
    ) {
        let headers =
            |name: &str| header.filter(|(it, _)| *it == name).map(|(_, value)| value.to_owned());
        let fault = read(status, headers, body.as_bytes(), is_xml, &[]).unwrap_err();
        assert_eq!((fault.code.as_str(), fault.kind), (code, kind), "{fault:?}");
    }

    #[test]
    fn codes_are_found_in_every_protocol() {
        let json = r#"{"__type":"com.amazonaws.sqs#AccessDeniedException","message":"no"}"#;
        check(400, None, json, false, "AccessDeniedException", FaultKind::Denied);
        let header =
            Some(("x-amzn-errortype", "TooManyRequestsException:http://internal.amazon.com/"));
        check(429, header, "{}", false, "TooManyRequestsException", FaultKind::Throttled);
        let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>slow</Message></Error></ErrorResponse>";
        check(400, None, xml, true, "Throttling", FaultKind::Throttled);
        let s3 = "<Error><Code>NoSuchBucketPolicy</Code><Message>none</Message></Error>";
        check(404, None, s3, true, "NoSuchBucketPolicy", FaultKind::Other);
        let ec2 = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>";
        check(403, None, ec2, true, "UnauthorizedOperation", FaultKind::Denied);
        check(503, None, "<html>", true, "Status503", FaultKind::Transient);
        check(200, None, "{", false, "UnreadableAnswer", FaultKind::Other);
    }
}
