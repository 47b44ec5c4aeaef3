//! The answer of the handler, before it goes out.

use guard_settings::Mode;

use crate::answer;
use crate::batch::Batch;
use crate::encoded;
use crate::inspector::{Inspector, Scratch};
use crate::judgement::{Answer, Reason, Refused, Unread};
use crate::outgoing::Cleaned;
use crate::trigger::Trigger;

/// What is to be done with an answer of the handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// It goes out as it came.
    Unchanged,
    /// It goes out as it came, because it cannot be looked at.
    Uninspected(Unread),
    /// This goes out in its place.
    Replaced(Replacement),
}

/// An answer in the place of the handler's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replacement {
    /// The whole body.
    pub body: Vec<u8>,
    /// Texts of exceptions and stack traces were taken out.
    pub is_hidden: bool,
    /// Secrets and personal data that were masked.
    pub masked: u64,
}

impl Inspector {
    /// The answer of the handler to an event of `trigger`, for `POST …/response`. `refused` are the
    /// records that the handler did not see ([`crate::Decision::Reduced`]): they are added to what
    /// it reports itself. Details of errors are hidden and secrets masked where the settings say so.
    #[must_use]
    pub fn response(
        &self,
        scratch: &mut Scratch,
        trigger: Trigger,
        body: &[u8],
        refused: &[Refused],
    ) -> Response {
        let mut tape = scratch.take_tape();
        let mut response = match self.mode {
            Mode::Off => Response::Unchanged,
            _ => match self.outgoing.answer(&mut tape, trigger, body) {
                Ok(cleaned) => cleaned.into(),
                Err(unread) => Response::Uninspected(unread),
            },
        };
        if let Some(batch) = Batch::of(trigger).filter(|_| !refused.is_empty()) {
            let (cleaned, rest) = match &response {
                Response::Replaced(own) => (own.body.as_slice(), own.clone()),
                Response::Unchanged | Response::Uninspected(_) => (body, Replacement::default()),
            };
            if let Some(body) = batch.merge(&mut tape, cleaned, refused) {
                response = Response::Replaced(Replacement { body, ..rest });
            }
        }
        scratch.give_tape(tape);
        response
    }

    /// The error of the handler, for `POST …/error`: `{"errorMessage": …, "stackTrace": …}`.
    #[must_use]
    pub fn error(&self, scratch: &mut Scratch, trigger: Trigger, body: &[u8]) -> Response {
        if self.mode == Mode::Off {
            return Response::Unchanged;
        }
        let mut tape = scratch.take_tape();
        let response = self.outgoing.error(&mut tape, trigger, body).into();
        scratch.give_tape(tape);
        response
    }

    /// The error that a streamed answer ended with: that of [`Inspector::error`] in base64, as it
    /// stands in the trailer `Lambda-Runtime-Function-Error-Body`. What is no base64 is taken for the
    /// error itself.
    #[must_use]
    pub fn late_error(&self, scratch: &mut Scratch, trigger: Trigger, trailer: &str) -> Response {
        let mut bytes = scratch.take_bytes();
        if !encoded::base64(trailer, &mut bytes) {
            bytes.clear();
            bytes.extend_from_slice(trailer.as_bytes());
        }
        let response = match self.error(scratch, trigger, &bytes) {
            Response::Replaced(own) => {
                let body = encoded::to_base64(&own.body).into_bytes();
                Response::Replaced(Replacement { body, ..own })
            }
            other => other,
        };
        scratch.give_bytes(bytes);
        response
    }

    /// The body of an answer of plain HTTP, without its content coding. What is no text is data
    /// and stays.
    #[must_use]
    pub fn http_response(
        &self,
        scratch: &mut Scratch,
        status: u16,
        content_type: &str,
        body: &[u8],
    ) -> Response {
        if self.mode == Mode::Off {
            return Response::Unchanged;
        }
        let mut tape = scratch.take_tape();
        let response = self.outgoing.http(&mut tape, status, content_type, body).into();
        scratch.give_tape(tape);
        response
    }

    /// Whether answers are looked at at all; a proxy need not hold back those that are not.
    #[must_use]
    pub fn changes_responses(&self) -> bool {
        self.mode != Mode::Off && !self.outgoing.is_idle()
    }

    /// The answer to a caller that calls too often, in the form of its trigger. `request_id` is
    /// the invocation's.
    #[must_use]
    pub fn too_many(&self, trigger: Trigger, request_id: &str) -> Answer {
        answer::refuse(trigger, Reason::Rate, request_id)
    }
}

impl From<Option<Cleaned>> for Response {
    fn from(cleaned: Option<Cleaned>) -> Self {
        cleaned.map_or(Self::Unchanged, |Cleaned { text, is_hidden, masked }| {
            Self::Replaced(Replacement { body: text, is_hidden, masked })
        })
    }
}
