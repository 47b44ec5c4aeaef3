//! From what code or CloudTrail says to the IAM actions and ARNs that AWS checks.
//!
//! [`find`] looks an operation of an SDK up; [`Operation::authorisation`] says which actions AWS asks
//! for it, and each [`Need`] has the shapes of the ARNs, whose holes the parameters of the call fill
//! ([`ArnTemplate::fill`]). [`resolve`] tells the operations behind what code calls,
//! [`from_cloudtrail`] those behind what was recorded. Only actions of the catalogue are ever told. An operation whose action
//! nobody told is [`Authorisation::Unmapped`]: never silent, never guessed.

#![deny(clippy::disallowed_methods)]

mod cloudtrail;
mod form;
mod forward;
mod names;
mod operation;
mod table;
mod template;

pub use cloudtrail::{Mapped, Unasked, from_cloudtrail};
pub use form::Form;
pub use forward::{Forwarded, forward_access};
pub use names::{Source, Step, resolve};
pub use operation::{
    Authorisation, Need, Needs, NoAction, Operation, Service, When, find, find_service, services,
};
pub use template::{ArnTemplate, Filled, Given, Hole, Piece, Relation, Surroundings, relation};
