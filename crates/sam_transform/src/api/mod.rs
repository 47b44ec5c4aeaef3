//! REST and HTTP APIs: the resources, the implicit ones, and the events that route to functions.

pub(crate) mod event;
pub(crate) mod http;
pub(crate) mod implicit;
pub(crate) mod rest;

use crate::context::Context;

/// What the APIs of a template share.
#[derive(Debug, Default)]
pub(crate) struct Shared {}

/// Gives APIs without a definition an empty one that events of functions fill.
pub(crate) fn add_default_definitions(context: &mut Context<'_>) {
    let _ = context;
}

/// Converts definitions to the version that `OpenApiVersion` asks for, after Globals are merged.
pub(crate) fn fix_open_api_versions(context: &mut Context<'_>) {
    let _ = context;
}
