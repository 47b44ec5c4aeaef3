//! Google Cloud read into the application model: functions, what starts them, who holds which role.
//!
//! A room beside those of `load_cloudformation`: it looks at resources whose type is one of Cloud
//! Asset Inventory and whose properties are those of Google's interfaces, whatever format they were
//! written in.

#![deny(clippy::disallowed_methods)]

mod bindings;
mod functions;
mod resources;
mod triggers;

use model_builder::Builder;

/// First generation of functions.
pub(crate) const FIRST: &str = "cloudfunctions.googleapis.com/CloudFunction";
/// Second generation of functions, which Cloud Run runs.
pub(crate) const SECOND: &str = "cloudfunctions.googleapis.com/Function";
/// A service of Cloud Run.
pub(crate) const SERVICE: &str = "run.googleapis.com/Service";

/// Reads what Google Cloud has in the template. The resources must have been listed before.
pub fn read(builder: &mut Builder<'_>) {
    let is_google = |item: &model_builder::Item<'_>| item.type_().contains(".googleapis.com/");
    if !builder.items.values().any(is_google) {
        return;
    }
    functions::read(builder);
    bindings::read(builder);
    triggers::read(builder);
    resources::read(builder);
}
