//! A template's resources, evaluated, while rooms make the application model of them.
//!
//! Every format becomes one tree of parameters, conditions, resources and outputs. The [`Builder`]
//! holds it with what each resource's properties come to; the loaders of the clouds read the types
//! that they know from it and write the application.

#![deny(clippy::disallowed_methods)]

mod builder;
mod properties;
mod references;
mod written;

pub use builder::{Builder, Item, existence};
pub use properties::{Properties, is_function};
pub use references::{Names, references};
pub use written::Written;
