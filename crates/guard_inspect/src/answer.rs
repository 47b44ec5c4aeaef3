//! The answer to an event that is refused whole, in the form that its trigger understands.

use std::fmt::Write as _;

use json_tape::write_string;

use crate::judgement::{Answer, Reason, Unread};
use crate::trigger::Trigger;

/// The type of the error that stands for a refusal.
pub(crate) const REFUSED: &str = "Faasguard.Refused";

impl Reason {
    /// The status of HTTP, and its phrase.
    #[must_use]
    pub fn status(self) -> (u16, &'static str) {
        match self {
            Self::Attack { .. } => (403, "Forbidden"),
            Self::Uninspected(Unread::Coding) => (415, "Unsupported Media Type"),
            Self::Schema | Self::TooDeep | Self::Uninspected(_) => (400, "Bad Request"),
            Self::TooLarge => (413, "Payload Too Large"),
            Self::Rate => (429, "Too Many Requests"),
        }
    }
}

/// `{"message": …, "requestId": …}`: all that a caller gets to know. The id is the invocation's, by
/// which the log line is found.
pub(crate) fn http_body(message: &str, request_id: &str) -> Vec<u8> {
    let mut out = b"{\"message\":".to_vec();
    write_string(&mut out, message);
    out.extend_from_slice(b",\"requestId\":");
    write_string(&mut out, request_id);
    out.push(b'}');
    out
}

/// The refusal of a whole event.
pub(crate) fn refuse(trigger: Trigger, reason: Reason, request_id: &str) -> Answer {
    let (status, phrase) = reason.status();
    // What a body may be coded with instead: RFC 9110, section 15.5.16.
    let accepts = (status == 415).then_some(("accept-encoding", "gzip, deflate"));
    let headers = [("content-type", "application/json")].into_iter().chain(accepts);
    let list = |open: &str, close: &str| {
        let members =
            headers.clone().map(|(name, value)| format!("\"{name}\":{open}\"{value}\"{close}"));
        members.collect::<Vec<_>>().join(",")
    };
    match trigger {
        Trigger::LoadBalancer { multi_value } => {
            let mut extra = format!(",\"statusDescription\":\"{status} {phrase}\"");
            let (name, list) = if multi_value {
                ("multiValueHeaders", list("[", "]"))
            } else {
                ("headers", list("", ""))
            };
            let _ = write!(extra, ",\"{name}\":{{{list}}}");
            response(http(status, phrase, request_id, &extra))
        }
        Trigger::EdgeRequest => {
            let mut out = format!(
                "{{\"status\":\"{status}\",\"statusDescription\":\"{phrase}\",\"headers\":\
                 {{\"content-type\":[{{\"key\":\"Content-Type\",\"value\":\"application/json\"}}]}},\"body\":"
            )
            .into_bytes();
            write_body(&mut out, phrase, request_id);
            out.push(b'}');
            response(out)
        }
        trigger if trigger.is_http() => {
            let headers = format!(",\"headers\":{{{}}}", list("", ""));
            response(http(status, phrase, request_id, &headers))
        }
        Trigger::AppSyncAuthorizer => response(b"{\"isAuthorized\":false}".to_vec()),
        Trigger::IotAuthorizer => response(b"{\"isAuthenticated\":false}".to_vec()),
        // API Gateway answers 401 to the caller when the text of the error is exactly this.
        Trigger::ApiAuthorizer => error("Unauthorized"),
        _ => error(phrase),
    }
}

fn response(body: Vec<u8>) -> Answer {
    Answer::Response { body }
}

/// An error for the Runtime API.
pub(crate) fn error(message: &str) -> Answer {
    let mut body = b"{\"errorMessage\":".to_vec();
    write_string(&mut body, message);
    body.extend_from_slice(b",\"errorType\":");
    write_string(&mut body, REFUSED);
    body.extend_from_slice(b",\"stackTrace\":[]}");
    Answer::Error { error_type: REFUSED, body }
}

fn http(status: u16, phrase: &str, request_id: &str, extra: &str) -> Vec<u8> {
    let mut out = format!("{{\"statusCode\":{status}{extra},\"isBase64Encoded\":false,\"body\":")
        .into_bytes();
    write_body(&mut out, phrase, request_id);
    out.push(b'}');
    out
}

/// The body as a text within JSON.
fn write_body(out: &mut Vec<u8>, phrase: &str, request_id: &str) {
    let body = http_body(phrase, request_id);
    write_string(out, &String::from_utf8_lossy(&body));
}
