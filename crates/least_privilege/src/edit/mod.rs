//! Policies written into the text of a template: only the bytes of the policy change.

mod cycle;
mod plan;
mod site;

pub use cycle::Dependencies;
pub use plan::{Permits, Plan, Template, plan};
pub(crate) use site::others;
pub use site::{Refusal, Site, Written, site_of};
pub use source_edit::{EditError, set_property};
