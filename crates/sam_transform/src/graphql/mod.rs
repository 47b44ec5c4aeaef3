//! `AWS::Serverless::GraphQLApi`: an AppSync API with its schema, data sources and resolvers.

use crate::context::Context;
use crate::resource::{Expansion, Sam};

/// Expands the resource.
pub(crate) fn expand(context: &mut Context<'_>, sam: &Sam) -> Expansion {
    let _ = context;
    Err(sam.error(sam.place, "this type of resource is not expanded"))
}
