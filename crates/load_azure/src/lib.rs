//! Azure read into the application model: function apps, what starts them, who holds which role.
//!
//! A room beside those of `load_cloudformation`: it looks at resources with ARM types and whole ARM
//! bodies, whatever format they were written in.

#![deny(clippy::disallowed_methods)]

mod apps;
mod bindings;
mod roles;
mod surface;
mod triggers;

use model_builder::{Builder, Item};
use source_text::{Node, SmolStr};

pub use triggers::kind_of;

/// An app, or a slot of one.
const SITES: [&str; 2] = ["Microsoft.Web/sites", "Microsoft.Web/sites/slots"];
/// Settings of an app in a resource of their own.
const CONFIGS: [&str; 2] = ["Microsoft.Web/sites/config", "Microsoft.Web/sites/slots/config"];
/// One function of an app.
const FUNCTIONS: &str = "Microsoft.Web/sites/functions";

/// Reads what Azure has in the template. The resources must have been listed before.
pub fn read(builder: &mut Builder<'_>) {
    if !builder.items.values().any(|item| item.type_().starts_with("Microsoft.")) {
        return;
    }
    apps::read(builder);
    surface::read(builder);
    bindings::read(builder);
    triggers::read(builder);
}

/// The resource that an item belongs to.
fn parent<'a, 't>(builder: &'a Builder<'t>, item: &Item<'_>) -> Option<&'a Item<'t>> {
    builder.items.get(&builder.referent(item.properties.get("parent")?)?)
}

/// The last part of the name of an item: `web` of `orders/web`.
fn short_name(item: &Item<'_>) -> SmolStr {
    let written = item.properties.get("name");
    let last = written.and_then(|node| match node.single() {
        // The part after the last known slash is written out.
        Some((key, argument)) if key == "Fn::Join" => {
            argument.as_list()?.get(1)?.as_list()?.last()?.as_str()
        }
        _ => node.as_str(),
    });
    let name = last.unwrap_or(&item.resource.logical_id);
    SmolStr::new(name.rsplit('/').next().unwrap_or(name))
}

/// Config resources of an app with a name: `appsettings`, `web`, `authsettingsV2`.
fn configs<'a, 't>(
    builder: &'a Builder<'t>,
    site: &'a Item<'t>,
    name: &'a str,
) -> impl Iterator<Item = &'a Item<'t>> {
    CONFIGS
        .iter()
        .flat_map(|type_| builder.of_type(type_))
        .filter(move |config| short_name(config).eq_ignore_ascii_case(name))
        .filter(move |config| parent(builder, config).is_some_and(|it| it.name() == site.name()))
}

/// Names of resources in the keys of a mapping: `${identity}` and in its values.
fn named_in(builder: &Builder<'_>, node: &Node) -> Vec<SmolStr> {
    let mut found: Vec<SmolStr> =
        builder.referents(node).into_iter().map(|reference| reference.name).collect();
    for key in node.as_map().into_iter().flat_map(source_text::Map::keys) {
        let inner = key.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        found.extend(inner.filter(|name| builder.items.contains_key(*name)).map(SmolStr::new));
    }
    found
}
