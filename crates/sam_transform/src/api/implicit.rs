//! The APIs that events without `RestApiId` or `ApiId` belong to.

use crate::context::Context;

/// Adds `ServerlessRestApi` when an event needs it, and its conditions.
pub(crate) fn add_rest(context: &mut Context<'_>) {
    let _ = context;
}

/// Adds `ServerlessHttpApi` when an event needs it, and its conditions.
pub(crate) fn add_http(context: &mut Context<'_>) {
    let _ = context;
}
