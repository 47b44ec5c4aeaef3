//! Who looks at events and answers.

use guard_http::Headers;

/// An event on its way to the runtime.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// The id that the platform gave to the invocation.
    pub request_id: &'a str,
    /// The headers of the platform's answer: deadline, trace id, ARN of the function.
    pub headers: &'a Headers,
    /// The event as it came, mostly JSON; its start, where the whole is longer than is held.
    pub body: &'a [u8],
}

/// What happens to an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The runtime gets it as it came.
    Pass,
    /// The runtime gets this body instead.
    Replace(Vec<u8>),
    /// The runtime does not see it.
    Answer(Refusal),
}

/// What the proxy tells the platform in the place of the handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The type of an error; the invocation succeeds where it is absent.
    pub error_type: Option<&'static str>,
    /// The body, JSON.
    pub body: Vec<u8>,
}

/// What happens to an answer of the handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewrite {
    /// It goes as it is.
    Keep,
    /// This body goes instead.
    Replace(Vec<u8>),
    /// It does not go; the invocation fails with this.
    Refuse(Refusal),
}

/// How an invocation ended, as the platform was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The handler answered.
    Response,
    /// The handler failed.
    Error,
    /// The proxy answered for it.
    Refused,
}

/// Looks at events and answers. A panic in it is caught: the event then passes or fails, as
/// [`Watch::fails_closed`] says.
pub trait Watch {
    /// Whether events are looked at. When not, they pass without being held.
    fn reads_events(&self) -> bool;

    /// Bytes of an event that are held. A longer one is [`Watch::too_large`].
    fn event_limit(&self) -> usize;

    /// A whole event.
    fn event(&mut self, event: &Event<'_>) -> Verdict;

    /// An event that is longer than is held. [`Verdict::Replace`] counts as [`Verdict::Pass`].
    fn too_large(&mut self, event: &Event<'_>) -> Verdict;

    /// Whether the answer to this invocation is looked at. Answers that are streamed never are, but
    /// for the error that one may end with.
    fn reads_response(&self, request_id: &str) -> bool;

    /// The whole answer of the handler.
    fn response(&mut self, request_id: &str, body: &[u8]) -> Rewrite;

    /// Whether errors are looked at.
    fn reads_errors(&self) -> bool;

    /// The error of the handler, or of the start of the function (then without an id).
    fn error(&mut self, request_id: Option<&str>, body: &[u8]) -> Rewrite;

    /// The error that a streamed answer ended with, in base64 as it stands in its trailer; what goes
    /// in its place, `None` when it stays.
    fn late_error(&mut self, request_id: &str, trailer: &str) -> Option<String>;

    /// What an error tells traces: JSON in a header (`Lambda-Runtime-Function-XRay-Error-Cause`).
    /// What goes instead, if anything.
    fn error_cause(&mut self, _request_id: Option<&str>, _cause: &str) -> Option<String> {
        None
    }

    /// The runtime is about to wait for the next invocation.
    fn idle(&mut self);

    /// The platform took an answer.
    fn ended(&mut self, request_id: &str, ending: Ending);

    /// The proxy could not do what it should.
    fn fault(&mut self, request_id: Option<&str>, detail: &str);

    /// Whether what could not be looked at is refused.
    fn fails_closed(&self) -> bool;
}
