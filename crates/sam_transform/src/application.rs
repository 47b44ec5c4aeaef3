//! `AWS::Serverless::Application`: a nested stack.

use crate::context::Context;
use crate::resource::{Expansion, Sam};

/// Expands the resource.
pub(crate) fn expand(context: &mut Context<'_>, sam: &Sam) -> Expansion {
    let _ = context;
    Err(sam.error(sam.place, "this type of resource is not expanded"))
}

/// Checks and completes the `Location` of applications before Globals are merged.
pub(crate) fn before(context: &mut Context<'_>) {
    let _ = context;
}
