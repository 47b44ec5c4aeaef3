//! `Api` events of state machines: a route of a REST API starts executions.

use super::event::Event;
use crate::context::Context;
use crate::resource::Expansion;

/// The role with which the API starts executions; the route goes into the API's definition.
pub(crate) fn expand(context: &mut Context<'_>, event: &Event<'_>) -> Expansion {
    let _ = context;
    Ok(vec![event.role("apigateway.amazonaws.com")])
}
