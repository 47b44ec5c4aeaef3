//! Judges an event before the handler sees it.
//!
//! [`Inspector::event`] tells by its shape what sent an event, walks every text and every name in
//! it once (also what stands in JSON texts, base64, gzip, forms and tokens), and decides: it
//! passes, it passes without some of its records, or it is answered in the form that its trigger
//! understands. `docs/reference/guard-events.md` says it trigger by trigger.
//!
//! Everything here is pure: no files, no sockets, no clock.

#![deny(clippy::disallowed_methods)]

mod answer;
mod automaton;
mod batch;
mod caller;
mod coding;
mod details;
mod encoded;
mod front;
mod head;
mod inspector;
mod judgement;
mod learn;
mod multipart;
mod outgoing;
mod place;
mod request;
mod response;
mod role;
mod trigger;
mod validate;
mod walk;

pub use front::{HttpAnswer, HttpDecision, HttpJudgement, HttpRequest};
pub use inspector::{Inspector, InspectorError, Scratch, check};
pub use judgement::{Answer, Decision, Hit, Judgement, Reason, Refused, Unread};
pub use response::{Replacement, Response};
pub use trigger::Trigger;
