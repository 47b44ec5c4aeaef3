//! What each function needs, with a reason for every grant, and the smallest policy that allows it.
//!
//! Needs come from three sources of truth: the calls of the code, the settings of the template and
//! the events of a trail. Nothing is guessed silently: what could not be seen is a [`Gap`], and a
//! resource that nothing names is told as not exact.

#![deny(clippy::disallowed_methods)]

mod names;
mod need;
mod needs;
mod policy;
pub mod quota;
mod shapes;

pub use names::{Deployment, Names};
pub use need::{FunctionNeeds, Gap, Need, Origin, Proposal, Reason, Restriction};
pub use needs::needs;
pub use policy::{Allow, Document};
pub use quota::{Fitted, Widened, fit};
