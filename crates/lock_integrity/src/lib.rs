//! What manifests and lock files leave open: what is not pinned, what nobody can check, what comes
//! from elsewhere than one would think, what bears a name like another's.
//!
//! [`judge`] takes an inventory as it was read, one component for each file that tells of it, and
//! gives facts. Facts are neutral; which of them are flaws, and how bad, is for rules to say.

#![deny(clippy::disallowed_methods)]

mod confusion;
mod digests;
mod fact;
mod files;
mod hosts;
mod lookalike;
mod pins;
mod scripts;
mod sources;
mod step;

use component::Inventory;

pub use fact::{Fact, FactKind};
pub use hosts::{HostKind, host_kind};
pub use lookalike::{Lookalike, Trick, lookalike};
pub use scripts::suspicion;

/// Everything that the package files of an inventory leave open.
///
/// The inventory must be as the readers made it, not merged: facts are told of files. Facts come in
/// the order of their kinds, then of files and lines.
#[must_use]
pub fn judge(inventory: &Inventory) -> Vec<Fact> {
    let files = files::Files::of(inventory);
    let mut facts = Vec::new();
    lookalike::judge(inventory, &files, &mut facts);
    sources::judge(inventory, &files, &mut facts);
    confusion::judge(inventory, &files, &mut facts);
    pins::judge(inventory, &files, &mut facts);
    digests::judge(inventory, &files, &mut facts);
    step::judge(inventory, &files, &mut facts);
    files::judge(inventory, &files, &mut facts);
    scripts::judge(inventory, &files, &mut facts);
    facts
}
