//! Bicep source as the ARM template that it stands for, places kept.
//!
//! [`document`] gives the JSON document that Bicep's own compiler would make, with symbolic names
//! (`languageVersion` 2.0): expressions are texts of the template language (`[parameters('x')]`),
//! local modules are nested deployments, loops are `copy`. [`lower`] hands it to `arm_template`, the
//! only evaluator of such expressions. Every node has the place of the Bicep source it comes from.
//!
//! What is not compiled: types of the author (a parameter of one is taken as it comes), extensions,
//! tests and assertions. Variables and functions of other files come by `import`. Azure Verified Modules of the public registry are read by tables of what their
//! parameters become; other modules of registries (`br:`, `ts:`) are told of, not looked at.

#![deny(clippy::disallowed_methods)]

mod comments;
mod compiler;
mod expression;
mod imports;
mod literal;
mod load;
mod module;
mod operators;
mod parameters;
mod resource;
mod rewrite;
mod symbols;
mod tree;
mod value;
mod verified;

pub use comments::comments;
pub use compiler::{Document, Lowered, document, lower};
pub use parameters::{Given, given};

/// Whether a file is Bicep, by its name.
#[must_use]
pub fn is_named_so(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("bicep"))
}
