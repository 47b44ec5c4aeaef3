//! What a function really runs: its code and its layers as one, in the order of the runtime.
//!
//! Code stands in `/var/task`, the layers in `/opt`, a later one over an earlier one. Files are gone
//! through one at a time ([`Files`]); what each ecosystem's reader says of them is put together as the
//! runtime would find it, so that a package in a layer which the function's own hides is told as
//! hidden, not as used. [`take`] is the one way in.

#![deny(clippy::disallowed_methods)]

mod bundled;
mod drift;
mod parts;
mod reader;
mod records;
mod runtime;
mod shadow;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use component::Inventory;
use lock_integrity::Fact;

pub use drift::{Drift, drift};
pub use parts::{Contents, Files, HEAD, Met, Mount, Part};
pub use reader::{is_program, reads};
pub use records::{Tampering, TamperingKind};
pub use runtime::Runtime;
pub use shadow::Shadowed;
pub use tree::Overridden;

/// The packages of one function.
#[derive(Clone, Debug, Default)]
pub struct FunctionInventory {
    /// One component for each file that tells of it; paths are those of the parts, behind their
    /// prefixes. [`Inventory::merged`] makes them one a package.
    pub inventory: Inventory,
    /// Packages that are there but hidden by another of the same name.
    pub shadowed: Vec<Shadowed>,
    /// Where lock files and what is installed differ.
    pub drift: Vec<Drift>,
    /// What manifests and lock files leave open; packages are those of [`Self::inventory`].
    pub open: Vec<Fact>,
    /// Files of installed wheels that are not those which the wheel brought.
    pub tampering: Vec<Tampering>,
    /// Files of a layer that a later one replaces with other bytes.
    pub overridden: Vec<Overridden>,
    /// Top-level modules that installed wheels say they brought, by the name under which the ecosystem
    /// looks them up.
    pub modules: BTreeMap<String, BTreeSet<String>>,
}

/// Reads the parts of a function: its code, and its layers in the order in which they are attached.
///
/// Nothing of the input is an error: what cannot be read is a remark of the inventory.
#[must_use]
pub fn take(runtime: &Runtime, parts: &[Part<'_>]) -> FunctionInventory {
    let mut inventory = Inventory::default();
    let mut reader = reader::Reader::default();
    let tree = tree::Tree::walk(parts, &mut inventory, |path, contents, into| {
        reader.see(path, contents, into);
    });
    reader.settle(&tree, &mut inventory);
    let mut tampering = records::check(reader.python(), &tree);
    let modules = records::modules(reader.python());
    reader.finish(runtime, &mut inventory);
    bundled::lend(runtime, &mut inventory);
    let shadowed = shadow::find(runtime, &tree, &inventory);
    let drift = drift(&inventory);
    inventory.for_each_path(|path| *path = tree.shown(path));
    for one in &mut tampering {
        one.path = tree.shown(&one.path);
        one.record.0 = tree.shown(&one.record.0);
    }
    let overridden = tree.overridden;
    let open = lock_integrity::judge(&inventory);
    FunctionInventory { inventory, shadowed, drift, open, tampering, overridden, modules }
}

#[cfg(test)]
mod tests;
