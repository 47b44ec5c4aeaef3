//! Azure Resource Graph: resources with their ids.

use std::collections::HashSet;

use arm_template::usual_type;
use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::{names::Names, resource, tell_odd};

/// Keys of a row that are the resource's own.
const KEYS: [&str; 8] =
    ["kind", "location", "identity", "sku", "tags", "zones", "plan", "properties"];

/// Settings of an app that a row leaves out, or gives as nothing, although the app has them.
const LEFT_OUT: [&str; 12] = [
    "appSettings",
    "cors",
    "detailedErrorLoggingEnabled",
    "ftpsState",
    "functionAppScaleLimit",
    "http20Enabled",
    "httpLoggingEnabled",
    "linuxFxVersion",
    "minTlsVersion",
    "netFrameworkVersion",
    "remoteDebuggingEnabled",
    "requestTracingEnabled",
];

/// Whether a row is a resource of Azure.
pub(crate) fn is_resource(node: &Node) -> bool {
    id_of(node).is_some_and(|id| Id::read(id).is_some())
        && node.get("type").and_then(Node::as_str).is_some_and(|kind| kind.contains('/'))
}

fn id_of(node: &Node) -> Option<&str> {
    node.get("id")?.as_str()
}

/// An id of Azure: `/subscriptions/S/resourceGroups/G/providers/N/T/a/U/b`.
struct Id<'i> {
    /// What stands before the last provider: a group, or a resource that this one extends.
    before: &'i str,
    /// `N/T/U`.
    kind: String,
    /// `a/b`.
    name: String,
    /// The id of the resource that it is a part of.
    parent: Option<&'i str>,
}

impl<'i> Id<'i> {
    fn read(id: &'i str) -> Option<Self> {
        const PROVIDERS: &str = "/providers/";
        const GROUPS: &str = "/resourcegroups/";
        let lower = id.to_ascii_lowercase();
        if !lower.starts_with("/subscriptions/") && !lower.starts_with(PROVIDERS) {
            return None;
        }
        let Some(at) = lower.rfind(PROVIDERS) else {
            let at = lower.rfind(GROUPS)?;
            return Some(Self {
                before: id.get(..at)?,
                kind: "Microsoft.Resources/resourceGroups".to_owned(),
                name: id.get(at + GROUPS.len()..)?.to_owned(),
                parent: None,
            });
        };
        let parts: Vec<&str> = id.get(at + PROVIDERS.len()..)?.split('/').collect();
        let (provider, rest) = parts.split_first()?;
        if rest.is_empty() || rest.len() % 2 != 0 || !provider.contains('.') {
            return None;
        }
        let types: Vec<&str> = rest.iter().step_by(2).copied().collect();
        let names: Vec<&str> = rest.iter().skip(1).step_by(2).copied().collect();
        let last: usize = rest.iter().rev().take(2).map(|part| part.len() + 1).sum();
        Some(Self {
            before: id.get(..at)?,
            kind: format!("{provider}/{}", types.join("/")),
            name: names.join("/"),
            parent: id.get(..id.len() - last).filter(|_| names.len() > 1),
        })
    }
}

/// All rows as resources.
pub(crate) fn resources(rows: &[&Node], diagnostics: &mut Vec<Diagnostic>) -> Map {
    let mut names = Names::default();
    let mut seen = HashSet::new();
    let mut odd = Vec::new();
    let mut found: Vec<(SmolStr, SmolStr, Id<'_>, &Node)> = Vec::new();
    for row in rows {
        let Some((text, id)) = id_of(row).and_then(|text| Some((text, Id::read(text)?))) else {
            odd.push(row.place);
            continue;
        };
        if !seen.insert(text.to_ascii_lowercase()) {
            continue;
        }
        let type_ = usual_type(&id.kind);
        let kind = type_.rsplit('/').next().unwrap_or_default();
        let name = names.give(&id.name, kind);
        names.means(text, &name, None);
        for path in [["identity", "principalId"], ["properties", "principalId"]] {
            let is_identity = path.first() == Some(&"identity") || kind == "userAssignedIdentities";
            let principal = row.at(&path).and_then(Node::as_str).filter(|_| is_identity);
            if let Some(principal) = principal {
                let attribute = if kind == "userAssignedIdentities" {
                    "principalId"
                } else {
                    "identity.principalId"
                };
                names.means(principal, &name, Some(attribute));
            }
        }
        found.push((name, type_, id, row));
    }
    tell_odd(&odd, diagnostics);
    let mut made = Map::new();
    for (name, type_, id, row) in found {
        let place = row.get("name").map_or(row.place, |it| it.place);
        let body = body(row, &type_, &id, &name, &names, place);
        made.insert_at(name, place, resource(row.place, &type_, body));
    }
    made
}

/// The whole body, as a template has it.
fn body(row: &Node, type_: &str, id: &Id<'_>, own: &str, names: &Names, place: Place) -> Map {
    let mut body = Map::new();
    body.insert_at("name", place, Node::text(place, id.name.as_str()));
    for key in KEYS {
        let Some(node) = row.get(key).filter(|node| !node.is_null()) else { continue };
        body.insert_at(key, node.place, names.linked(node, own));
    }
    let parent = id.parent.and_then(|parent| names.id(parent));
    if let Some(parent) = parent {
        body.insert("parent", Node::map(place, [("Ref", Node::text(place, parent.clone()))]));
    } else if id.parent.is_none()
        && !body.contains("scope")
        && id.before.to_ascii_lowercase().contains("/providers/")
    {
        body.insert("scope", names.linked(&Node::text(place, id.before), own));
    }
    if type_.starts_with("Microsoft.Web/sites") {
        complete_app(&mut body, row.place);
    }
    body
}

/// The configuration of an app, of which a row has only some settings.
fn complete_app(body: &mut Map, place: Place) {
    if !body.contains("properties") {
        body.insert("properties", Node::new(place, Kind::Map(Map::new())));
    }
    let Some(properties) = body.get_mut("properties").and_then(Node::as_map_mut) else { return };
    let runtime = told_runtime(properties);
    if properties.get("siteConfig").is_none_or(Node::is_null) {
        properties.insert("siteConfig", Node::new(place, Kind::Map(Map::new())));
    }
    let Some(config) = properties.get_mut("siteConfig").and_then(Node::as_map_mut) else { return };
    if let Some(runtime) = runtime
        && config.get("linuxFxVersion").is_none_or(Node::is_null)
    {
        config.insert("linuxFxVersion", runtime);
    }
    for key in LEFT_OUT {
        let at = match config.get(key) {
            None => place,
            Some(node) if node.is_null() => node.place,
            Some(_) => continue,
        };
        let text = Node::text(at, format!("${{{key} of the app}}"));
        config.insert_at(key, at, Node::map(at, [("Fn::Unresolved", text)]));
    }
}

/// `siteProperties: {properties: [{name: "LinuxFxVersion", value: "Python|3.11"}]}`.
fn told_runtime(properties: &Map) -> Option<Node> {
    let told = properties.get("siteProperties")?.get("properties")?.as_list()?;
    let one =
        told.iter().find(|it| it.get("name").and_then(Node::as_str) == Some("LinuxFxVersion"));
    one?.get("value").filter(|value| value.as_str().is_some_and(|text| !text.is_empty())).cloned()
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn an_id_is_taken_apart() {
        let group = "/subscriptions/1/resourceGroups/shop";
        let app = format!("{group}/providers/microsoft.web/sites/orders");
        let id = Id::read(&app).unwrap();
        assert_eq!(
            (id.kind.as_str(), id.name.as_str(), id.parent),
            ("microsoft.web/sites", "orders", None)
        );
        let config = format!("{app}/config/web");
        let id = Id::read(&config).unwrap();
        assert_eq!((id.name.as_str(), id.parent), ("orders/web", Some(app.as_str())));
        let role = format!("{app}/providers/Microsoft.Authorization/roleAssignments/1");
        let id = Id::read(&role).unwrap();
        assert_eq!((id.before, id.name.as_str(), id.parent), (app.as_str(), "1", None));
        assert_eq!(Id::read(group).unwrap().name, "shop");
        assert!(Id::read("/subscriptions/1/providers/x").is_none());
        assert!(Id::read("projects/1").is_none());
    }
}
