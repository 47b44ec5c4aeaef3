//! What the schema allows and requires, and events held against it.
//!
//! The table `data/schema.tsv` is made out of ocsf/ocsf-schema (`data/SOURCE.md`). It holds the five
//! classes that we write and the objects in them; objects that it does not hold are not looked into.

mod check;
mod table;

pub use check::{Fault, FaultKind, faults};
pub use table::VERSION;
