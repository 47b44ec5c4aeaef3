//! Requests of plain HTTP, for a front that stands before a server.
//!
//! The fields have the names that an event of an HTTP API has, so that one settings file serves
//! both: `rawPath`, `queryStringParameters.q`, `headers.user-agent`, `body.userId`.

use guard_settings::Mode;

use crate::answer;
use crate::coding::Coding;
use crate::inspector::{Inspector, Scratch, budget};
use crate::judgement::{Hit, Reason};
use crate::place::Place;
use crate::role::Role;
use crate::walk::{BodyKind, Cursor, Found, Walk};

/// A request as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub struct HttpRequest<'a> {
    /// `GET`
    pub method: &'a str,
    /// `/orders?status=open`, or an absolute URL.
    pub target: &'a str,
    /// In their order.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Without its framing.
    pub body: &'a [u8],
}

/// What is to be done with a request, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpJudgement {
    /// What is to be done.
    pub decision: HttpDecision,
    /// What was found.
    pub hits: Vec<Hit>,
}

/// What is to be done with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpDecision {
    /// It goes on.
    Pass,
    /// It is answered by this.
    Answer(HttpAnswer),
}

/// An answer of type `application/json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// 403, 400, 413, 415 or 429.
    pub status: u16,
    /// `Forbidden`
    pub phrase: &'static str,
    /// `{"message": "Forbidden", "requestId": "…"}`
    pub body: Vec<u8>,
}

impl HttpAnswer {
    fn new(reason: Reason, request_id: &str) -> Self {
        let (status, phrase) = reason.status();
        Self { status, phrase, body: answer::http_body(phrase, request_id) }
    }
}

impl Inspector {
    /// Judges a request.
    #[must_use]
    pub fn http_request(
        &self,
        scratch: &mut Scratch,
        request: &HttpRequest<'_>,
        request_id: &str,
    ) -> HttpJudgement {
        if self.mode == Mode::Off {
            return HttpJudgement { decision: HttpDecision::Pass, hits: Vec::new() };
        }
        let length = request.target.len() + request.body.len();
        let is_too_large = u64::try_from(length).is_ok_and(|length| length > self.max_bytes);
        let kind = request
            .headers
            .iter()
            .rev()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let content_type = kind.and_then(|(_, value)| std::str::from_utf8(value).ok());
        let body = BodyKind {
            content_type: content_type.unwrap_or_default(),
            is_base64: false,
            coding: coding(request.headers),
        };
        let (path, _) = request.target.split_once('?').unwrap_or((request.target, ""));
        let violation = if is_too_large {
            Some(Hit::new(Reason::TooLarge, String::new()))
        } else {
            self.schemas.request(scratch, request.method, path, request.body)
        };
        let mut walk = Walk::new(self, scratch, body, budget(length));
        let found =
            if let Some(hit) = violation { Found::Break(hit) } else { walk.request(request) };
        let hit = walk.outcome(found);
        let decision = match &hit {
            Some(hit) if self.mode != Mode::Monitor && !hit.passes => {
                HttpDecision::Answer(HttpAnswer::new(hit.reason, request_id))
            }
            _ => HttpDecision::Pass,
        };
        HttpJudgement { decision, hits: hit.into_iter().collect() }
    }

    /// The answer to a caller that calls too often.
    #[must_use]
    pub fn http_too_many(&self, request_id: &str) -> HttpAnswer {
        HttpAnswer::new(Reason::Rate, request_id)
    }
}

/// What all headers `Content-Encoding` say.
fn coding(headers: &[(&str, &[u8])]) -> Coding {
    let all = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    all.fold(Coding::Plain, |coding, (_, value)| coding.and(&String::from_utf8_lossy(value)))
}

impl Walk<'_> {
    fn request(&mut self, request: &HttpRequest<'_>) -> Found {
        let inspector = self.inspector;
        let root = inspector.cursor(crate::automaton::State::NOWHERE);
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        self.content(path, &Place::ROOT.member("rawPath"), inspector.member(root, "rawPath"))?;
        let parameters = Place::ROOT.member("queryStringParameters");
        let cursor = inspector.member(root, "queryStringParameters");
        self.form(query, &parameters, cursor)?;
        let headers = Place::ROOT.member("headers");
        let all = inspector.member(root, "headers");
        for (name, value) in request.headers {
            let place = headers.member(name);
            let cursor = Cursor { role: Role::Header, ..inspector.member(all, name) };
            self.name(name, &place, cursor)?;
            self.header(&String::from_utf8_lossy(value), &place, cursor)?;
        }
        if request.body.is_empty() {
            return Found::Continue(());
        }
        self.body_bytes(request.body, &Place::ROOT.member("body"), inspector.member(root, "body"))
    }
}
