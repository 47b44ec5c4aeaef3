//! `AWS::Serverless::LayerVersion`.

use sam_core::code;
use sam_core::context::Context;
use sam_core::identifier::{canonical_json, hashed_id};
use sam_core::intrinsic::{is_falsy, is_intrinsic};
use sam_core::property::{Property, Shape, check_resource, optional, required};
use sam_core::resource::{Expansion, Sam};
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

const PROPERTIES: [Property; 8] = [
    optional("LayerName", Shape::TextOrMap),
    optional("Description", Shape::Text),
    optional("PublishLambdaVersion", Shape::Bool),
    required("ContentUri", Shape::TextOrMap),
    optional("CompatibleArchitectures", Shape::ListOfTextOrMap),
    optional("CompatibleRuntimes", Shape::ListOfTextOrMap),
    optional("LicenseInfo", Shape::Text),
    optional("RetentionPolicy", Shape::Text),
];

/// Properties in which references to parameters are replaced by their values.
const RESOLVED: [&str; 4] = ["LayerName", "LicenseInfo", "Description", "RetentionPolicy"];

/// Expands the resource. A layer version never changes, so a new definition is a new resource: the
/// logical id ends in a hash of the definition.
pub(crate) fn expand(context: &mut Context<'_>, sam: &Sam) -> Expansion {
    check_resource(sam, "AWS::Serverless::LayerVersion", &PROPERTIES)?;
    let mut properties = sam.properties.clone();
    for name in RESOLVED {
        let Some(node) = sam.truthy(name) else { continue };
        let resolved = context.resolved(node);
        if !matches!(resolved.kind, Kind::Text(_) | Kind::Map(_)) {
            let message = format!("`{name}` refers to a parameter whose value is not text");
            return Err(sam.error(node.place, message));
        }
        properties.insert(name, resolved);
    }
    let retention = retention(sam, properties.get("RetentionPolicy"))?;
    let identity = Node::new(sam.place, Kind::Map(properties.clone()));
    let id = hashed_id(&sam.id, &identity_text(sam, &identity));
    context.changed_ids.insert(sam.id.clone(), id.clone());

    let mut layer = sam.child(id, "AWS::Lambda::LayerVersion");
    if let Some(depends_on) = sam.attribute("DependsOn") {
        layer.attribute("DependsOn", depends_on.clone());
    }
    if !layer.attributes.contains("DeletionPolicy") || retention.is_some() {
        let policy = retention.unwrap_or_else(|| sam.here().text("Retain"));
        layer.attribute("DeletionPolicy", policy);
    }
    let name = properties.get("LayerName").filter(|node| !is_falsy(node));
    layer.set("LayerName", name.cloned().unwrap_or_else(|| sam.here().text(sam.id.clone())));
    if let Some(uri) = sam.get("ContentUri") {
        layer.set("Content", code::location(context, sam, "ContentUri", uri)?);
    }
    check_architectures(sam, &properties)?;
    let passed = ["Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"];
    layer.copy(&properties, &passed);
    Ok(vec![layer])
}

/// Everything that makes the layer another one; not the policies for its deletion.
fn identity_text(sam: &Sam, properties: &Node) -> String {
    let mut map = Map::new();
    for name in ["DependsOn", "Condition", "UpdatePolicy"] {
        if let Some(node) = sam.attribute(name) {
            map.insert(name, node.clone());
        }
    }
    map.insert("Properties", properties.clone());
    format!("{}{}", sam.id, canonical_json(&Node::new(sam.place, Kind::Map(map))))
}

fn retention(sam: &Sam, policy: Option<&Node>) -> Result<Option<Node>, Diagnostic> {
    let Some(node) = policy.filter(|node| !node.is_null()) else { return Ok(None) };
    let known: Option<SmolStr> = node.as_str().and_then(|text| {
        ["Retain", "Delete"]
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(text))
            .map(Into::into)
    });
    let Some(text) = known else {
        let message = "`RetentionPolicy` must be `Retain` or `Delete`, without a function";
        return Err(sam.error(node.place, message));
    };
    Ok(Some(Node::text(node.place, text)))
}

fn check_architectures(sam: &Sam, properties: &Map) -> Result<(), Diagnostic> {
    let list = properties.get("CompatibleArchitectures").and_then(Node::as_list);
    for node in list.unwrap_or_default() {
        if !is_intrinsic(node) && !matches!(node.as_str(), Some("x86_64" | "arm64")) {
            let message = "`CompatibleArchitectures` lists `x86_64` and `arm64` only";
            return Err(sam.error(node.place, message));
        }
    }
    Ok(())
}
