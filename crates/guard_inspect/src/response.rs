//! The answer of the handler, before it goes out.

use crate::answer;
use crate::batch::Batch;
use crate::inspector::{Inspector, Scratch};
use crate::judgement::{Answer, Reason, Refused};
use crate::trigger::Trigger;

/// What is to be done with an answer of the handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// It goes out as it came.
    Unchanged,
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
    pub masked: usize,
}

impl Inspector {
    /// The answer of the handler to an event of `trigger`, for `POST …/response`. `refused` are the
    /// records that the handler did not see ([`crate::Decision::Reduced`]): they are added to what
    /// it reports itself.
    #[must_use]
    pub fn response(
        &self,
        scratch: &mut Scratch,
        trigger: Trigger,
        body: &[u8],
        refused: &[Refused],
    ) -> Response {
        let batch = Batch::of(trigger).filter(|_| !refused.is_empty());
        let Some(batch) = batch else { return Response::Unchanged };
        let mut tape = scratch.take_tape();
        let merged = batch.merge(&mut tape, body, refused);
        scratch.give_tape(tape);
        match merged {
            Some(body) => Response::Replaced(Replacement { body, ..Replacement::default() }),
            None => Response::Unchanged,
        }
    }

    /// The error of the handler, for `POST …/error`: `{"errorMessage": …, "stackTrace": …}`.
    #[must_use]
    pub fn error(&self, scratch: &mut Scratch, trigger: Trigger, body: &[u8]) -> Response {
        let _ = (scratch, trigger, body);
        Response::Unchanged
    }

    /// The answer to a caller that calls too often, in the form of its trigger. `request_id` is
    /// the invocation's.
    #[must_use]
    pub fn too_many(&self, trigger: Trigger, request_id: &str) -> Answer {
        answer::refuse(trigger, Reason::Rate, request_id)
    }
}
