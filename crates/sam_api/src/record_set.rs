//! Route 53 records that point a custom domain at its API.

use sam_core::context::Context;
use sam_core::intrinsic::Here;
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use crate::openapi::truthy;
use crate::{Apis, emit, hash_of};

const GROUP: &str = "AWS::Route53::RecordSetGroup";

/// The custom domain that records are made for.
#[derive(Debug)]
pub(crate) struct Target<'d> {
    /// `Domain` of the API.
    pub(crate) domain: &'d Map,
    /// Its `DomainName`.
    pub(crate) name: &'d Node,
    /// Its kind: `REGIONAL`, `EDGE` or `PRIVATE`.
    pub(crate) endpoint: &'d str,
    /// Logical id of the generated domain.
    pub(crate) id: &'d str,
}

/// The group of records that `Route53` of the domain asks for.
///
/// `None` when there are none, or when they join a group that APIs share: [`finish`] makes that.
pub(crate) fn expand(
    apis: &mut Apis,
    sam: &Sam,
    target: &Target<'_>,
    may_stand_alone: bool,
) -> Result<Option<Resource>, Diagnostic> {
    let Some(route) = target.domain.get("Route53").filter(|route| !route.is_null()) else {
        return Ok(None);
    };
    let Some(properties) = route.as_map() else {
        return Err(sam.error(route.place, "`Domain.Route53` must be a mapping"));
    };
    let given = |key: &str| properties.get(key).filter(|node| !node.is_null());
    let Some(zone) = given("HostedZoneId").or_else(|| given("HostedZoneName")) else {
        let message = "`Domain.Route53` needs `HostedZoneId` or `HostedZoneName`";
        return Err(sam.error(route.place, message));
    };
    let records = records(target, properties, Here(route.place));
    if may_stand_alone && let Some(alone) = given("SeparateRecordSetGroup").filter(|n| truthy(n)) {
        if !matches!(alone.kind, Kind::Bool(_)) {
            let message = "`Domain.Route53.SeparateRecordSetGroup` must be `true` or `false`";
            return Err(sam.error(alone.place, message));
        }
        let data = Node::list(route.place, vec![zone.clone(), target.name.clone()]);
        let mut group = sam.child(format!("RecordSetGroup{}", hash_of(&data)), GROUP);
        group.copy(properties, &["HostedZoneId", "HostedZoneName"]);
        group.set("RecordSets", Node::list(route.place, records));
        return Ok(Some(group));
    }
    let id = SmolStr::from(format!("RecordSetGroup{}", hash_of(zone)));
    let (_, group) = apis.record_sets.entry(id.clone()).or_insert_with(|| {
        let mut group = sam.child(id, GROUP);
        group.copy(properties, &["HostedZoneId"]);
        if may_stand_alone || given("HostedZoneId").is_none() {
            group.copy(properties, &["HostedZoneName"]);
        }
        group.set("RecordSets", Node::list(route.place, Vec::new()));
        (sam.id.clone(), group)
    });
    if let Some(Kind::List(known)) = group.properties.get_mut("RecordSets").map(|n| &mut n.kind) {
        known.extend(records);
    }
    Ok(None)
}

/// Makes the groups that APIs share, once all of their records are known.
pub(crate) fn finish(context: &mut Context<'_>, apis: &mut Apis) {
    for (_, (api, group)) in std::mem::take(&mut apis.record_sets) {
        emit(context, &api, group);
    }
}

fn records(target: &Target<'_>, route: &Map, here: Here) -> Vec<Node> {
    let alias = alias(target, route, here);
    let record = |type_: &str| {
        let mut record = Map::new();
        record.insert("Name", target.name.clone());
        record.insert("Type", here.text(type_));
        record.insert("AliasTarget", alias.clone());
        for key in ["Region", "SetIdentifier"] {
            if let Some(value) = route.get(key).filter(|value| !value.is_null()) {
                record.insert(key, value.clone());
            }
        }
        Node::new(here.0, Kind::Map(record))
    };
    let mut records = vec![record("A")];
    if route.get("IpV6").is_some_and(|v6| v6.kind == Kind::Bool(true)) {
        records.push(record("AAAA"));
    }
    records
}

fn alias(target: &Target<'_>, route: &Map, here: Here) -> Node {
    /// Hosted zone of every CloudFront distribution, which edge-optimised domains are.
    const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";
    let given = |key: &str| route.get(key).filter(|node| !node.is_null()).cloned();
    let mut alias = Map::new();
    if let Some(health) = given("EvaluateTargetHealth") {
        alias.insert("EvaluateTargetHealth", health);
    }
    let (zone, name) = match target.endpoint {
        "REGIONAL" => (
            here.get_att(target.id, "RegionalHostedZoneId"),
            here.get_att(target.id, "RegionalDomainName"),
        ),
        "EDGE" => (
            here.text(CLOUDFRONT_ZONE),
            given("DistributionDomainName")
                .unwrap_or_else(|| here.get_att(target.id, "DistributionDomainName")),
        ),
        _ => (
            given("VpcEndpointHostedZoneId").unwrap_or_else(|| Node::null(here.0)),
            given("VpcEndpointDomainName").unwrap_or_else(|| Node::null(here.0)),
        ),
    };
    alias.insert("HostedZoneId", zone);
    alias.insert("DNSName", name);
    Node::new(here.0, Kind::Map(alias))
}
