//! The judge that the settings describe.

use std::fmt;
use std::time::{Duration, Instant};

use guard_http::ResponseHead;
use guard_inspect::{HttpDecision, HttpRequest, Inspector, InspectorError, Response, Scratch};
use guard_settings::{EventKind, Mode, OnFault, SecurityEvent, Settings};

use crate::judge::{Judge, Request, Verdict};

/// Told of every security event.
pub type Tell = Box<dyn FnMut(&SecurityEvent<'_>)>;

/// Callers that call too often are told at most this often, or their log lines would be the next
/// flood.
const RATE_PAUSE: Duration = Duration::from_secs(1);

/// Looks at requests and answers as the settings say.
pub struct Inspecting {
    inspector: Inspector,
    scratch: Scratch,
    mode: Mode,
    on_fault: OnFault,
    function: String,
    tell: Tell,
    limited: Limited,
}

#[derive(Default)]
struct Limited {
    last_told: Option<Instant>,
    untold: u64,
}

impl fmt::Debug for Inspecting {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Inspecting").field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl Inspecting {
    /// A judge for `settings`; `function` is the name in the events that `tell` gets.
    ///
    /// # Errors
    /// [`InspectorError`] when the settings ask for what cannot be compiled.
    pub fn new(settings: &Settings, function: String, tell: Tell) -> Result<Self, InspectorError> {
        Ok(Self {
            inspector: Inspector::new(settings)?,
            scratch: Scratch::default(),
            mode: settings.mode,
            on_fault: settings.on_fault,
            function,
            tell,
            limited: Limited::default(),
        })
    }

    /// Tells of a request that is refused or, in the mode `monitor`, would have been.
    fn tell_refusal(&mut self, request: &Request<'_>, detail: &str) {
        let kind = if self.mode == Mode::Block {
            EventKind::EventBlocked
        } else {
            EventKind::EventFlagged
        };
        let event = SecurityEvent {
            request_id: Some(request.id),
            ..SecurityEvent::new(kind, &self.function, self.mode, detail)
        };
        (self.tell)(&event);
    }

    fn verdict(&self, status: u16, message: &'static str) -> Verdict {
        match self.mode {
            Mode::Block => Verdict::Refuse { status, message },
            Mode::Monitor | Mode::Off => Verdict::Pass,
        }
    }
}

impl Judge for Inspecting {
    fn request(&mut self, request: &Request<'_>) -> Verdict {
        let headers: Vec<(&str, &[u8])> = request.head.headers.iter().collect();
        let whole = HttpRequest {
            method: &request.head.method,
            target: &request.head.target,
            headers: &headers,
            body: request.body,
        };
        let judgement = self.inspector.http_request(&mut self.scratch, &whole, request.id);
        for hit in &judgement.hits {
            (self.tell)(&hit.security_event(&self.function, Some(request.id), self.mode));
        }
        match judgement.decision {
            HttpDecision::Pass => Verdict::Pass,
            HttpDecision::Answer(answer) => {
                Verdict::Refuse { status: answer.status, message: answer.phrase }
            }
        }
    }

    fn too_large(&mut self, request: &Request<'_>) -> Verdict {
        if self.mode != Mode::Off {
            self.tell_refusal(request, "larger than the limit");
        }
        self.verdict(413, "Payload Too Large")
    }

    fn too_many(&mut self, request: &Request<'_>) -> Verdict {
        let now = Instant::now();
        let limited = &mut self.limited;
        let is_told = limited.last_told.is_none_or(|last| now.duration_since(last) >= RATE_PAUSE);
        if is_told {
            let untold = std::mem::take(&mut limited.untold);
            limited.last_told = Some(now);
            let detail = match untold {
                0 => "more requests than the limit".to_owned(),
                more => format!("more requests than the limit ({more} more since the last line)"),
            };
            self.tell_refusal(request, &detail);
        } else {
            limited.untold += 1;
        }
        self.verdict(429, "Too Many Requests")
    }

    fn changes_answers(&self) -> bool {
        self.inspector.changes_responses()
    }

    fn wants_answer(&mut self, head: &ResponseHead, id: &str) -> bool {
        if !self.changes_answers() || !is_text(head) {
            return false;
        }
        let coding = head.headers.get("content-encoding").unwrap_or(b"identity");
        let is_plain = coding.eq_ignore_ascii_case(b"identity");
        if !is_plain {
            let detail =
                "not inspected: an answer has a content coding, although none was asked for";
            let event = SecurityEvent {
                request_id: Some(id),
                ..SecurityEvent::new(EventKind::Uninspected, &self.function, self.mode, detail)
            };
            (self.tell)(&event);
        }
        is_plain
    }

    fn answer(&mut self, head: &ResponseHead, body: &[u8], id: &str) -> Option<Vec<u8>> {
        let kind = head.headers.text("content-type").unwrap_or_default();
        let response = self.inspector.http_response(&mut self.scratch, head.status, kind, body);
        let Response::Replaced(replacement) = response else { return None };
        let detail = match (replacement.is_hidden, replacement.masked) {
            (true, 0) => "details of an error were taken out of an answer".to_owned(),
            (true, masked) => format!("details of an error and {masked} values were masked"),
            (false, masked) => format!("{masked} values were masked in an answer"),
        };
        let kind = EventKind::LogRedacted;
        let event = SecurityEvent {
            request_id: Some(id),
            ..SecurityEvent::new(kind, &self.function, self.mode, &detail)
        };
        (self.tell)(&event);
        Some(replacement.body)
    }

    fn fault(&mut self, detail: &str, id: Option<&str>) {
        let event = SecurityEvent {
            request_id: id,
            ..SecurityEvent::new(EventKind::Fault, &self.function, self.mode, detail)
        };
        (self.tell)(&event);
    }

    fn on_broken(&self) -> Verdict {
        match self.on_fault {
            OnFault::Open => Verdict::Pass,
            OnFault::Closed => self.verdict(403, "Forbidden"),
        }
    }
}

/// Whether the body of an answer is text, and no stream of events, which would never end.
fn is_text(head: &ResponseHead) -> bool {
    let kind = head.headers.text("content-type").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    (kind.starts_with("text/") && kind != "text/event-stream")
        || kind == "application/json"
        || kind.ends_with("+json")
        || kind == "application/xml"
        || kind.ends_with("+xml")
}

#[cfg(test)]
mod tests {
    use super::is_text;
    use guard_http::ResponseHead;

    #[test]
    fn text_is_looked_at_and_streams_of_events_are_not() {
        let head = |kind: &str| ResponseHead::new(200).with("Content-Type", kind);
        assert!(is_text(&head("application/json; charset=utf-8")));
        assert!(is_text(&head("application/problem+json")) && is_text(&head("Text/HTML")));
        assert!(!is_text(&head("text/event-stream")) && !is_text(&head("image/png")));
    }
}
