//! What each function needs, with a reason for every grant, and the smallest policy that allows it.
//!
//! Needs come from three sources of truth: the calls of the code, the settings of the template and
//! the events of a trail. Nothing is guessed silently: what could not be seen is a [`Gap`], and a
//! resource that nothing names is told as not exact.

#![deny(clippy::disallowed_methods)]

mod deployed;
pub mod edit;
mod granted;
mod names;
mod need;
mod needs;
mod output;
mod policy;

mod privileges;
pub mod quota;
mod restate;
mod shapes;
mod unused;

pub use deployed::DeployedNames;
pub use granted::{From, Granted, Grants};
pub use names::{Deployment, Names};
pub use need::{FunctionNeeds, Gap, Need, Origin, Proposal, Reason, Restriction};
pub use needs::{Code, CodeOf, needs};
pub use output::{
    Draw, FrameworkForm, SCHEMA, besides, template_policy, to_framework, to_json, to_terraform,
    to_words,
};
pub use policy::{Allow, Document};
pub use privileges::{Privileges, privileges};
pub use quota::{Fitted, Widened, fit};
pub use unused::{Broader, Comparison, Unused, compare, is_plumbing};
