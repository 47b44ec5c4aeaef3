//! `Globals`: properties that every resource of a type shares.

use crate::context::Context;

/// Merges the `Globals` section into the resources.
pub(crate) fn merge(context: &mut Context<'_>) {
    let _ = context;
}
