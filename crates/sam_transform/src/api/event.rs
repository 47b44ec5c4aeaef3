//! Events `Api` and `HttpApi` of functions: a route in the API, and the permission to invoke.

use crate::context::Context;
use crate::event::Event;
use crate::resource::Expansion;

/// Expands an event of type `Api`.
pub(crate) fn expand_rest(context: &mut Context<'_>, event: &Event<'_>) -> Expansion {
    let _ = context;
    Err(event.error(event.place, "this type of event is not expanded"))
}

/// Expands an event of type `HttpApi`.
pub(crate) fn expand_http(context: &mut Context<'_>, event: &Event<'_>) -> Expansion {
    let _ = context;
    Err(event.error(event.place, "this type of event is not expanded"))
}
