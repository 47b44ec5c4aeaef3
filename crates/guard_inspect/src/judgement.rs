//! What comes out: the decision about an event, and what was found in it.

use guard_settings::{EventKind, Mode, SecurityEvent};
use payload::{Class, Encodings};

use crate::trigger::Trigger;

/// What is to be done with an event, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What sent the event; [`crate::Inspector::response`] asks for it again.
    pub trigger: Trigger,
    /// What is to be done.
    pub decision: Decision,
    /// What was found: one for the event, or one for each record of a batch. In the mode
    /// `monitor` there may be some although the event passes.
    pub hits: Vec<Hit>,
    /// Who called, where the settings limit the rate of callers and the event tells it.
    pub caller: Option<String>,
}

impl Judgement {
    /// That of an event which is not looked at.
    pub(crate) fn pass() -> Self {
        let (trigger, decision) = (Trigger::Direct, Decision::Pass);
        Self { trigger, decision, hits: Vec::new(), caller: None }
    }
}

/// What is to be done with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The handler gets the event as it came.
    Pass,
    /// The handler gets another body, without the records that were refused.
    Reduced {
        /// The event without them; every other byte is as it was.
        body: Vec<u8>,
        /// Those that were refused: hand them to [`crate::Inspector::response`].
        refused: Vec<Refused>,
    },
    /// The handler does not see the event; this is the answer.
    Answer(Answer),
}

/// A record of a batch that the handler does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it stood in the batch, from 0.
    pub index: u32,
    /// What the trigger calls it: a message id, a sequence number, a record id. Empty for one that
    /// is known by its place alone.
    pub id: String,
    /// What the answer must hold of it besides (the data of a Firehose record, the message of an
    /// error of a resolver); empty for most.
    pub data: String,
}

/// An answer to the Runtime API in the place of the handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// For `POST …/invocation/{id}/response`.
    Response {
        /// The body, JSON.
        body: Vec<u8>,
    },
    /// For `POST …/invocation/{id}/error`.
    Error {
        /// For the header `Lambda-Runtime-Function-Error-Type`; also in the body.
        error_type: &'static str,
        /// The body, JSON: `{"errorMessage": …, "errorType": …, "stackTrace": []}`.
        body: Vec<u8>,
    },
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// It carries an attack.
    Attack {
        /// Of this class.
        class: Class,
        /// How sure that is, to 1.
        score: f32,
        /// What the attack was written in.
        hidden_by: Encodings,
    },
    /// It does not look as its schema says.
    Schema,
    /// It is longer than `validate.max_bytes`, or has too many values.
    TooLarge,
    /// It is nested deeper than `validate.max_depth`.
    TooDeep,
    /// A part of it cannot be looked at.
    Uninspected(Unread),
    /// The caller calls too often.
    Rate,
}

/// Why a part of an event cannot be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// A text has more layers of encoding than are followed.
    Layers,
    /// Compressed data breaks off, or is none.
    Broken,
    /// A body has a content coding that is not followed, or several.
    Coding,
}

impl Unread {
    /// For the log: `not inspected: …`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Layers => "not inspected: a text has more layers of encoding than are followed",
            Self::Broken => "not inspected: a compressed text breaks off, or is none",
            Self::Coding => "not inspected: a body has a content coding that is not followed",
        }
    }
}

/// Something that was found in an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Why it is refused.
    pub reason: Reason,
    /// The field: `Records[3].body.user.name`. Empty for the event as a whole.
    pub field: String,
    /// For people; never the hostile value itself.
    pub detail: String,
    /// It is told, and the settings let the event pass all the same (`inspect.uninspected`).
    pub passes: bool,
}

impl Hit {
    pub(crate) fn new(reason: Reason, field: String) -> Self {
        let detail = match reason {
            Reason::Attack { class, score, hidden_by } => {
                let mut detail = format!("{class} (score {score:.2})");
                let mut link = ", hidden by ";
                for encoding in hidden_by.iter() {
                    detail.push_str(link);
                    detail.push_str(encoding.name());
                    link = ", ";
                }
                detail
            }
            Reason::Schema => "not as its schema says".to_owned(),
            Reason::TooLarge => "larger than the limit".to_owned(),
            Reason::TooDeep => "nested deeper than the limit".to_owned(),
            Reason::Uninspected(unread) => unread.words().to_owned(),
            Reason::Rate => "more requests than the limit".to_owned(),
        };
        Self { reason, field, detail, passes: false }
    }

    /// The line of the log that tells it; without an encoding of what was in the event.
    #[must_use]
    pub fn security_event<'a>(
        &'a self,
        function: &'a str,
        request_id: Option<&'a str>,
        mode: Mode,
    ) -> SecurityEvent<'a> {
        let kind = match mode {
            _ if self.passes => EventKind::Uninspected,
            Mode::Block => EventKind::EventBlocked,
            Mode::Monitor | Mode::Off => EventKind::EventFlagged,
        };
        let class = match self.reason {
            Reason::Attack { class, .. } => Some(class),
            _ => None,
        };
        let field = Some(self.field.as_str()).filter(|field| !field.is_empty());
        SecurityEvent {
            class,
            request_id,
            field,
            ..SecurityEvent::new(kind, function, mode, &self.detail)
        }
    }
}
