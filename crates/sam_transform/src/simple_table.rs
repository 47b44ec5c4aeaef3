//! `AWS::Serverless::SimpleTable`.

use sam_core::context::Context;
use sam_core::intrinsic::Here;
use sam_core::property::{Property, Shape, check_resource, optional, passed};
use sam_core::resource::{Expansion, Sam};
use sam_core::tags;
use source_text::{Diagnostic, Kind, Map, Node};

const PROPERTIES: [Property; 6] = [
    passed("PointInTimeRecoverySpecification"),
    optional("PrimaryKey", Shape::Map),
    optional("ProvisionedThroughput", Shape::Map),
    optional("TableName", Shape::TextOrMap),
    optional("Tags", Shape::Map),
    optional("SSESpecification", Shape::Map),
];

/// Expands the resource to a DynamoDB table.
pub(crate) fn expand(_: &mut Context<'_>, sam: &Sam) -> Expansion {
    check_resource(sam, "AWS::Serverless::SimpleTable", &PROPERTIES)?;
    let mut table = sam.main(sam.id.clone(), "AWS::DynamoDB::Table");
    let (name, type_) = primary_key(sam)?;
    let here = Here(sam.place_of("PrimaryKey"));
    let attribute = here.map([("AttributeName", name.clone()), ("AttributeType", type_)]);
    let key = here.map([("AttributeName", name), ("KeyType", here.text("HASH"))]);
    table.set("AttributeDefinitions", here.list([attribute]));
    table.set("KeySchema", here.list([key]));
    for name in ["PointInTimeRecoverySpecification", "SSESpecification", "TableName"] {
        table.set_some(name, sam.truthy(name));
    }
    match sam.truthy("ProvisionedThroughput") {
        Some(throughput) => {
            check_throughput(sam, throughput)?;
            table.set("ProvisionedThroughput", throughput.clone())
        }
        None => table.set("BillingMode", sam.here().text("PAY_PER_REQUEST")),
    };
    if let Some(tags) = sam.truthy("Tags").and_then(Node::as_map) {
        table.set("Tags", Here(sam.place_of("Tags")).list(tags::list(sam.here(), tags)));
    }
    Ok(vec![table])
}

/// Units are whole numbers, or functions that give one.
fn check_throughput(sam: &Sam, throughput: &Node) -> Result<(), Diagnostic> {
    // One entry alone may be an intrinsic function.
    let map = throughput.as_map().filter(|map| map.len() > 1);
    for (name, units) in map.into_iter().flat_map(Map::iter) {
        if !matches!(units.kind, Kind::Map(_)) && !Shape::Integer.admits(units) {
            let message = format!("`{name}` is {}; write a whole number", units.kind_name());
            return Err(sam.error(units.place, message));
        }
    }
    Ok(())
}

/// Name and DynamoDB type of the key; `id`, text, by default.
fn primary_key(sam: &Sam) -> Result<(Node, Node), Diagnostic> {
    let Some(key) = sam.truthy("PrimaryKey") else {
        return Ok((sam.here().text("id"), sam.here().text("S")));
    };
    let part = |name: &str| {
        let value = key.as_map().and_then(|map: &Map| map.get(name)).filter(|node| !node.is_null());
        value.ok_or_else(|| sam.error(key.place, format!("`PrimaryKey` needs `{name}`; add it")))
    };
    let (name, type_) = (part("Name")?, part("Type")?);
    if name.as_str().is_none() {
        let message = format!("`Name` of `PrimaryKey` is {}; write text", name.kind_name());
        return Err(sam.error(name.place, message));
    }
    let letter = match type_.as_str() {
        Some("String") => "S",
        Some("Number") => "N",
        Some("Binary") => "B",
        _ => {
            let message = "`Type` of `PrimaryKey` must be `String`, `Number` or `Binary`";
            return Err(sam.error(type_.place, message));
        }
    };
    Ok((name.clone(), Node::text(type_.place, letter)))
}
