//! What goes out to callers: details of errors taken out, secrets and personal data masked.

use std::ops::Range;

use guard_mask::Masker;
use json_tape::{Kind, Limits, Tape, Value, replace, write_string};

use crate::coding::{self, Coding, Unpacked};
use crate::details::{Details, is_source_path, names_exception};
use crate::encoded;
use crate::judgement::Unread;
use crate::request;
use crate::trigger::Trigger;

/// What is taken out of answers.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// Where details of errors are hidden.
    details: Option<Details>,
    /// Where secrets and personal data are masked.
    masker: Option<Masker>,
}

/// An answer that had something taken out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cleaned {
    pub(crate) text: Vec<u8>,
    pub(crate) is_hidden: bool,
    pub(crate) masked: u64,
}

/// What stands in the place of a text that was taken out.
const FAILED: &str = "Internal Server Error";

/// Names of members that hold a stack trace, in small letters without `_`.
const TRACES: &[&str] =
    &["stack", "stacktrace", "trace", "traceback", "exception", "exc", "backtrace"];

/// Names of members that hold the file in which an error arose.
const FILES: &[&str] = &["file", "filename", "source"];

/// Names of members that hold the text of an error.
const MESSAGES: &[&str] = &[
    "message",
    "error",
    "errormessage",
    "errordescription",
    "detail",
    "details",
    "description",
    "cause",
    "reason",
    "msg",
    "title",
];

/// The answer's status as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// The server is at fault: texts of errors are its own.
    Fault,
    /// The caller gets what it asked for, or is told what it did wrong.
    Other,
    /// The answer has no status.
    Unknown,
}

impl Status {
    fn of(status: Option<u16>) -> Self {
        match status {
            Some(500..) => Self::Fault,
            Some(_) => Self::Other,
            None => Self::Unknown,
        }
    }
}

impl Outgoing {
    pub(crate) fn new(hides_details: bool, redact: Option<&Vec<String>>) -> Self {
        Self {
            details: hides_details.then(Details::new),
            masker: redact.map(|fields| Masker::new(fields)),
        }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.details.is_none() && self.masker.is_none()
    }

    /// The answer of a handler to an event of `trigger`, as JSON; `None` when it stays.
    ///
    /// # Errors
    /// [`Unread`] when it stays because it cannot be looked at.
    pub(crate) fn answer(
        &self,
        tape: &mut Tape,
        trigger: Trigger,
        answer: &[u8],
    ) -> Result<Option<Cleaned>, Unread> {
        if self.is_idle() || !reaches_callers(trigger) {
            return Ok(None);
        }
        let Ok(document) = tape.read(answer, &Limits::default()) else {
            return Ok(self.text(Status::Unknown, false, &String::from_utf8_lossy(answer)));
        };
        let root = document.root();
        let is_edge = matches!(trigger, Trigger::EdgeRequest | Trigger::EdgeResponse);
        if trigger.is_http() || is_edge {
            let body = root.member("body").filter(|body| body.kind() == Kind::String);
            let is_response =
                root.member("statusCode").is_some() || root.member("status").is_some();
            if is_response {
                return self.response(root, body);
            }
        }
        Ok(self.json(Status::Unknown, root))
    }

    /// The error of a handler: `{"errorMessage": …, "errorType": …, "stackTrace": […]}`. Its type
    /// stays: Step Functions decides by it.
    pub(crate) fn error(&self, tape: &mut Tape, trigger: Trigger, error: &[u8]) -> Option<Cleaned> {
        if self.is_idle() {
            return None;
        }
        let Ok(document) = tape.read(error, &Limits::default()) else {
            let cleaned = self.text(Status::Fault, false, &String::from_utf8_lossy(error))?;
            let mut text = b"{\"errorMessage\":".to_vec();
            write_string(&mut text, &String::from_utf8_lossy(&cleaned.text));
            text.extend_from_slice(b",\"errorType\":\"Error\",\"stackTrace\":[]}");
            return Some(Cleaned { text, ..cleaned });
        };
        let root = document.root();
        let message = root.member("errorMessage").and_then(Value::plain);
        // The one text that API Gateway itself understands.
        let is_answer = trigger == Trigger::ApiAuthorizer && message == Some("Unauthorized");
        self.json(if is_answer { Status::Other } else { Status::Fault }, root)
    }

    /// The body of an answer of plain HTTP.
    pub(crate) fn http(
        &self,
        tape: &mut Tape,
        status: u16,
        content_type: &str,
        body: &[u8],
    ) -> Option<Cleaned> {
        if self.is_idle() {
            return None;
        }
        let text = std::str::from_utf8(body).ok()?;
        let is_html = content_type.contains("html");
        self.body(tape, Status::of(Some(status)), is_html, text)
    }

    /// A response with status, headers and body as one JSON object.
    fn response(
        &self,
        root: Value<'_>,
        body: Option<Value<'_>>,
    ) -> Result<Option<Cleaned>, Unread> {
        let status = root.member("statusCode").or_else(|| root.member("status"));
        let digits = status.map_or("", Value::raw).trim_matches('"');
        let status = Status::of(digits.parse().ok());
        let mut cleaned = Cleaned::default();
        let mut edits = Edits::new();
        if let Some(body) = body {
            let is_base64 = root.member("isBase64Encoded").and_then(Value::boolean) == Some(true)
                || root.member("bodyEncoding").and_then(Value::plain) == Some("base64");
            let (coding, coded) = codings(root);
            let new = if is_base64 {
                self.encoded_body(root, status, body, coding)?
            } else {
                let text = body.text().map(json_tape::Text::to_cow).unwrap_or_default();
                self.body(&mut Tape::new(), status, is_html(root), &text)
            };
            if let Some(new) = new {
                cleaned.is_hidden |= new.is_hidden;
                cleaned.masked += new.masked;
                if is_base64 && coding != Coding::Plain {
                    // What was unpacked goes out as it is.
                    edits.extend(coded.map(|range| (range, b"\"identity\"".to_vec())));
                }
                let mut quoted = Vec::new();
                write_string(&mut quoted, &String::from_utf8_lossy(&new.text));
                edits.push((body.range(), quoted));
            }
        }
        for name in ["headers", "multiValueHeaders"] {
            if let (Some(headers), Some(masker)) = (root.member(name), &self.masker) {
                mask_headers(masker, headers, &mut edits, &mut cleaned.masked);
            }
        }
        Ok(apply(root, edits).map(|text| Cleaned { text, ..cleaned }))
    }

    /// The body of a response, in base64, compressed or not.
    fn encoded_body(
        &self,
        root: Value<'_>,
        status: Status,
        body: Value<'_>,
        coding: Coding,
    ) -> Result<Option<Cleaned>, Unread> {
        let text = body.text().map(json_tape::Text::to_cow).unwrap_or_default();
        let mut bytes = Vec::new();
        if !encoded::base64(&text, &mut bytes) {
            return Ok(None);
        }
        // What is no text is data.
        let is_text = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
        if coding != Coding::Plain && !is_text(&bytes) {
            let packed = std::mem::take(&mut bytes);
            let unpacked = match coding {
                Coding::Gzip | Coding::Deflate => {
                    coding::unpack(&packed, &mut bytes, LARGEST_UNPACKED)
                }
                _ if is_readable(root) => return Err(Unread::Coding),
                _ => return Ok(None),
            };
            if unpacked != Unpacked::Whole {
                return if is_readable(root) { Err(Unread::Broken) } else { Ok(None) };
            }
        }
        let Ok(decoded) = String::from_utf8(bytes) else { return Ok(None) };
        let cleaned = self.body(&mut Tape::new(), status, is_html(root), &decoded);
        Ok(cleaned.map(|own| Cleaned { text: encoded::to_base64(&own.text).into_bytes(), ..own }))
    }

    fn body(&self, tape: &mut Tape, status: Status, is_html: bool, text: &str) -> Option<Cleaned> {
        match tape.read(text.as_bytes(), &Limits::default()) {
            Ok(document) if matches!(document.root().kind(), Kind::Object | Kind::Array) => {
                self.json(status, document.root())
            }
            _ => self.text(status, is_html, text),
        }
    }

    /// A text that is no JSON.
    fn text(&self, status: Status, is_html: bool, text: &str) -> Option<Cleaned> {
        if text.is_empty() {
            return None;
        }
        let hides = self.details.as_ref().is_some_and(|details| {
            details.are_in(text)
                || (!is_html && status == Status::Fault && !text.eq_ignore_ascii_case(FAILED))
                || (status != Status::Other && names_exception(text))
        });
        if hides {
            return Some(Cleaned { text: FAILED.into(), is_hidden: true, masked: 0 });
        }
        let mut out = Vec::new();
        let masked = self.mask(text.as_bytes(), &mut out);
        (masked > 0).then_some(Cleaned { text: out, is_hidden: false, masked })
    }

    /// JSON: texts are replaced where they stand, the shape stays.
    fn json(&self, status: Status, root: Value<'_>) -> Option<Cleaned> {
        let mut edits = Edits::new();
        if let Some(details) = &self.details {
            hide(details, status, root, "", DEEPEST, &mut edits);
        }
        let is_hidden = !edits.is_empty();
        let hidden = apply(root, edits);
        let source = root.document().source().as_bytes();
        let mut out = Vec::new();
        let masked = self.mask(hidden.as_deref().unwrap_or(source), &mut out);
        let text = if masked > 0 { Some(out) } else { hidden };
        text.map(|text| Cleaned { text, is_hidden, masked })
    }

    fn mask(&self, text: &[u8], out: &mut Vec<u8>) -> u64 {
        let counts = self.masker.as_ref().map(|masker| masker.mask(text, out));
        counts.map_or(0, |counts| counts.total())
    }
}

/// The document of `root` with its parts replaced; `None` when there are none.
fn apply(root: Value<'_>, mut edits: Edits) -> Option<Vec<u8>> {
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(range, _)| range.start);
    let source = root.document().source();
    let mut text = Vec::with_capacity(source.len());
    let parts = edits.iter().map(|(range, part)| (range.clone(), part.as_slice()));
    replace(source, parts, &mut text);
    Some(text)
}

/// What comes in the place of what.
type Edits = Vec<(Range<usize>, Vec<u8>)>;

/// Answers of these go to whoever asked; those of others steer the platform, and a mask in them
/// would change what they do.
fn reaches_callers(trigger: Trigger) -> bool {
    trigger.is_http()
        || matches!(
            trigger,
            Trigger::EdgeRequest
                | Trigger::EdgeResponse
                | Trigger::AppSync
                | Trigger::AppSyncBatch
                | Trigger::Lex
                | Trigger::Connect
                | Trigger::BedrockAgent
                | Trigger::Alexa
                | Trigger::AzureHandler
                | Trigger::CloudEvent
                | Trigger::Direct
        )
}

/// Levels of an answer that are looked at.
const DEEPEST: u32 = 64;

/// Notes what of `value` is replaced; `name` is that of the member that it is.
fn hide(
    details: &Details,
    status: Status,
    value: Value<'_>,
    name: &str,
    levels: u32,
    edits: &mut Edits,
) {
    let is_trace = is_one_of(name, TRACES);
    if status == Status::Fault && is_trace && value.kind() != Kind::String {
        let empty: &[u8] = match value.kind() {
            Kind::Array => b"[]",
            Kind::Object => b"{}",
            _ => return,
        };
        if value.raw() != String::from_utf8_lossy(empty) {
            edits.push((value.range(), empty.to_vec()));
        }
        return;
    }
    match value.kind() {
        Kind::String => {
            let Some(text) = value.text() else { return };
            let text = text.to_cow();
            let is_message = status == Status::Fault && is_one_of(name, MESSAGES);
            let is_told = is_message && !text.eq_ignore_ascii_case(FAILED) && !text.is_empty();
            let is_named = status != Status::Other && names_exception(&text) && name != "errorType";
            let is_file =
                status == Status::Fault && is_one_of(name, FILES) && is_source_path(&text);
            if is_file || is_trace && (status == Status::Fault || details.are_in(&text)) {
                edits.push((value.range(), b"\"\"".to_vec()));
            } else if is_told || is_named || details.are_in(&text) {
                let mut quoted = Vec::new();
                write_string(&mut quoted, FAILED);
                edits.push((value.range(), quoted));
            }
        }
        Kind::Array | Kind::Object if levels > 0 => {
            for element in value.elements() {
                hide(details, status, element, name, levels - 1, edits);
            }
            for member in value.members() {
                hide(details, status, member.value, member.name.raw(), levels - 1, edits);
            }
        }
        _ => {}
    }
}

/// Whether a name is one of `names`, `_`, `-` and letter case aside.
fn is_one_of(name: &str, names: &[&str]) -> bool {
    let letters = || name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    names.iter().any(|other| letters().map(|byte| byte.to_ascii_lowercase()).eq(other.bytes()))
}

/// Masks values of headers, but not those that are secrets by purpose.
fn mask_headers(masker: &Masker, headers: Value<'_>, edits: &mut Edits, count: &mut u64) {
    let is_kept = |name: &str| {
        ["set-cookie", "etag", "location", "content-type", "content-security-policy"]
            .iter()
            .any(|kept| name.eq_ignore_ascii_case(kept))
    };
    for member in headers.members().filter(|member| !is_kept(member.name.raw())) {
        for value in std::iter::once(member.value).chain(member.value.elements()) {
            let value = value.member("value").unwrap_or(value);
            let Some(text) = value.text() else { continue };
            let mut out = Vec::new();
            let counts = masker.mask(text.to_cow().as_bytes(), &mut out);
            if counts.total() > 0 {
                let mut quoted = Vec::new();
                write_string(&mut quoted, &String::from_utf8_lossy(&out));
                edits.push((value.range(), quoted));
                *count += counts.total();
            }
        }
    }
}

/// Bytes that an answer may have when it is unpacked: what Lambda takes of one, some times over.
const LARGEST_UNPACKED: usize = 32 << 20;

fn is_html(response: Value<'_>) -> bool {
    content_type(response).is_some_and(|kind| kind.contains("html"))
}

/// Whether an answer says that it is text.
fn is_readable(response: Value<'_>) -> bool {
    let kind = content_type(response).unwrap_or_default().to_ascii_lowercase();
    kind.starts_with("text/") || ["json", "xml"].iter().any(|name| kind.contains(name))
}

/// The content coding of a response, and where its headers say so.
fn codings(response: Value<'_>) -> (Coding, impl Iterator<Item = Range<usize>>) {
    let headers = ["headers", "multiValueHeaders"].map(|name| response.member(name));
    let coding = headers.map(request::coding);
    let all = headers.into_iter().flatten().flat_map(Value::members);
    let coded = all
        .filter(|header| header.name.raw().eq_ignore_ascii_case("content-encoding"))
        .flat_map(|header| std::iter::once(header.value).chain(header.value.elements()))
        .map(|value| value.member("value").unwrap_or(value))
        .filter(|value| value.kind() == Kind::String)
        .map(Value::range);
    let [single, several] = coding;
    (single.or(several), coded)
}

fn content_type(response: Value<'_>) -> Option<&str> {
    let headers = response.member("headers").or_else(|| response.member("multiValueHeaders"))?;
    let mut members = headers.members();
    let header = members.find(|it| it.name.raw().eq_ignore_ascii_case("content-type"))?;
    let value = header.value.elements().next().unwrap_or(header.value);
    value.member("value").unwrap_or(value).plain()
}
