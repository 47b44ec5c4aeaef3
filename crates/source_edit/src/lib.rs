//! Values set in the text of YAML, JSON and HCL: comments, layout and every other byte stay.
//!
//! An edit is found by the places of a tree, made in the text, and proven: the text is read again, and
//! must say what was meant and else what it said before. What cannot be proven is refused.

#![deny(clippy::disallowed_methods)]

mod hcl;
mod hcl_block;
mod lines;
mod property;
mod setting;
mod style;
mod yaml;

pub use hcl::{hcl_argument_at, hcl_block_at, set_hcl};
pub use hcl_block::{HclResource, hcl_resources};
pub use property::{EditError, set_property};
pub use setting::{Literal, SetError, Step, TextEdit, shown};
pub use yaml::set_yaml;
