//! What became of each invocation.

use std::time::Duration;

use serde_json::Value;

/// One invocation, from the moment it was asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// Its request id.
    pub request_id: String,
    /// The event, as it was handed over.
    pub event: std::sync::Arc<[u8]>,
    /// How often a runtime was handed it: more than once would be a doubled invocation.
    pub deliveries: u32,
    /// Answers that came when there was one already, or to a request that was given up.
    pub late_answers: u32,
    /// How it ended; `None` while it has not.
    pub outcome: Option<Outcome>,
    /// From the hand-over to the answer.
    pub duration: Duration,
    /// The trace header that the runtime got.
    pub trace: String,
}

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The runtime answered.
    Response(Response),
    /// The runtime reported an error of the function.
    Error(FunctionError),
    /// It took longer than the function may.
    Timeout,
    /// The runtime ended in the midst of it, or never came up.
    Exit {
        /// In words: `exit status: 1`, `signal: 9 (SIGKILL)`.
        status: String,
    },
    /// The emulator was closed first.
    Closed,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// As it came.
    pub body: Vec<u8>,
    /// Its media type.
    pub content_type: Option<String>,
    /// Whether it came as a stream.
    pub streamed: bool,
    /// The error that a stream ended with, from its trailers.
    pub failure: Option<FunctionError>,
}

/// An error as a runtime reports it.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionError {
    /// `Unhandled`, `Runtime.UserCodeSyntaxError`, from the header.
    pub kind: String,
    /// `{"errorMessage", "errorType", "stackTrace"}`.
    pub body: Vec<u8>,
}

impl Record {
    /// The answer as JSON; `None` when there is none or it is something else.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        match &self.outcome {
            Some(Outcome::Response(response)) => serde_json::from_slice(&response.body).ok(),
            Some(Outcome::Error(error)) => serde_json::from_slice(&error.body).ok(),
            _ => None,
        }
    }

    /// Whether the function did what it was asked to, as Lambda counts it.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(&self.outcome, Some(Outcome::Response(response)) if response.failure.is_none())
    }
}

impl Outcome {
    /// The error as callers of the function get it; `None` for an answer.
    #[must_use]
    pub fn error_body(&self, request_id: &str, timeout: Duration) -> Option<Vec<u8>> {
        let (kind, message) = match self {
            Self::Response(_) => return None,
            Self::Error(error) => return Some(error.body.clone()),
            Self::Timeout => (
                "Sandbox.Timedout",
                format!(
                    "RequestId: {request_id} Error: Task timed out after {:.2} seconds",
                    timeout.as_secs_f64()
                ),
            ),
            Self::Exit { status } => (
                "Runtime.ExitError",
                format!("RequestId: {request_id} Error: Runtime exited with {status}"),
            ),
            Self::Closed => ("Sandbox.Closed", "the emulator was closed".to_owned()),
        };
        let body = serde_json::json!({ "errorType": kind, "errorMessage": message });
        Some(body.to_string().into_bytes())
    }
}
