//! Cloud Asset Inventory: assets with their resources and policies.

use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use crate::{names::Names, resource, tell_odd};

/// Whether a document is an asset.
pub(crate) fn is_asset(node: &Node) -> bool {
    type_of(node).is_some_and(|type_| type_.contains(".googleapis.com/"))
        && node.get("name").and_then(Node::as_str).is_some_and(|name| name.starts_with("//"))
}

fn type_of(node: &Node) -> Option<&str> {
    node.get("asset_type").or_else(|| node.get("assetType"))?.as_str()
}

fn policy_of(node: &Node) -> Option<&Node> {
    let policy = node.get("iam_policy").or_else(|| node.get("iamPolicy"))?;
    policy.get("bindings").is_some().then_some(policy)
}

/// An asset: what the files of resources and of policies tell of it together.
struct Asset<'n> {
    name: &'n str,
    type_: &'n str,
    /// The row that has the resource, or the first one.
    row: &'n Node,
    data: Option<&'n Node>,
    policy: Option<&'n Node>,
}

/// All assets as resources.
pub(crate) fn resources(rows: &[&Node], diagnostics: &mut Vec<Diagnostic>) -> Map {
    let mut odd = Vec::new();
    let mut assets: Vec<Asset<'_>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for row in rows {
        let name = row.get("name").and_then(Node::as_str);
        let (Some(name), Some(type_), true) = (name, type_of(row), is_asset(row)) else {
            odd.push(row.place);
            continue;
        };
        let data = row.at(&["resource", "data"]).filter(|it| it.as_map().is_some());
        let policy = policy_of(row);
        let at = *places.entry(name).or_insert(assets.len());
        match assets.get_mut(at) {
            Some(asset) => {
                if asset.data.is_none() && data.is_some() {
                    (asset.data, asset.row) = (data, row);
                }
                asset.policy = asset.policy.or(policy);
            }
            None => assets.push(Asset { name, type_, row, data, policy }),
        }
    }
    tell_odd(&odd, diagnostics);
    let mut names = Names::default();
    let ids: Vec<SmolStr> = assets.iter().map(|asset| give(&mut names, asset)).collect();
    let mut made = Map::new();
    for (asset, id) in assets.iter().zip(ids) {
        let place = asset.row.place;
        let key_place = asset.row.get("name").map_or(place, |name| name.place);
        let policy = asset.policy.map(|policy| names.linked(policy, &id));
        let node = if let Some(data) = asset.data {
            let mut body = match names.linked(data, &id).kind {
                Kind::Map(map) => map,
                _ => Map::new(),
            };
            if let Some(policy) = policy {
                body.insert_at("iamPolicy", policy.place, policy);
            }
            resource(data.place, asset.type_, body)
        } else {
            let Some(policy) = policy else { continue };
            let mut body = Map::new();
            body.insert("resource", Node::text(key_place, relative(asset.name)));
            body.insert("resourceType", Node::text(key_place, asset.type_));
            if let Some(bindings) = policy.get("bindings") {
                body.insert_at("bindings", bindings.place, bindings.clone());
            }
            resource(place, "iam.googleapis.com/Policy", body)
        };
        made.insert_at(id, key_place, node);
    }
    made
}

/// `projects/p/topics/t` of `//pubsub.googleapis.com/projects/p/topics/t`.
fn relative(name: &str) -> &str {
    name.trim_start_matches('/').split_once('/').map_or(name, |(_, relative)| relative)
}

/// The name of an asset in the carrier, and what else means it.
fn give(names: &mut Names, asset: &Asset<'_>) -> SmolStr {
    let kind = asset.type_.rsplit('/').next().unwrap_or_default();
    let relative = relative(asset.name);
    let text = |path: &[&str]| asset.data.and_then(|data| data.at(path)?.as_str());
    let email = text(&["email"]).filter(|_| kind == "ServiceAccount");
    // An account has a number in its name; its address is what people know.
    let own = email.and_then(|email| email.split('@').next());
    let id =
        names.give(own.unwrap_or_else(|| relative.rsplit('/').next().unwrap_or(relative)), kind);
    if asset.data.is_some() {
        names.means(asset.name, &id, Some("name"));
        names.means(relative, &id, Some("name"));
        if let Some(email) = email {
            names.means(email, &id, Some("email"));
        }
        if let Some(link) = text(&["selfLink"]) {
            names.means(link, &id, Some("name"));
        }
        if kind == "Bucket" {
            names.means(&id.clone(), &id, Some("name"));
        }
    }
    id
}
