//! Queues and streams.

use source_text::{Map, Node};

use super::{Event, Used, put_alike};
use crate::{
    functions::destination_arn,
    names,
    place_text::{Here, items},
    template::Template,
};

/// Settings that mappings of all sources share.
const SHARED: [(&str, &str); 5] = [
    ("batchSize", "BatchSize"),
    ("maximumBatchingWindow", "MaximumBatchingWindowInSeconds"),
    ("batchWindow", "MaximumBatchingWindowInSeconds"),
    ("enabled", "Enabled"),
    ("startingPositionTimestamp", "StartingPositionTimestamp"),
];

/// The mapping of an event with the ARN of its source.
pub(super) fn mapping(event: &Event<'_>, source: Option<&Node>) -> Map {
    let mut map = Map::new();
    map.insert("FunctionName", event.arn());
    if let Some(source) = source {
        map.insert("EventSourceArn", source.clone());
    }
    put_alike(event, &mut map, &SHARED);
    if let Some(patterns) = event.get("filterPatterns") {
        let here = Here(patterns.place);
        let filters = items(Some(patterns)).into_iter().map(|pattern| {
            let pattern = here.map([("Fn::ToJsonString", pattern.clone())]);
            here.map([("Pattern", pattern)])
        });
        let filters = here.list(filters.collect::<Vec<_>>());
        map.insert("FilterCriteria", here.map([("Filters", filters)]));
    }
    if let Some(kinds) = event.get("functionResponseType") {
        map.insert("FunctionResponseTypes", Here(kinds.place).list([kinds.clone()]));
    }
    map
}

/// The name of a source within logical ids.
pub(super) fn source_name(arn: &Node) -> String {
    let text = match arn.as_str() {
        Some(text) => text.rsplit([':', '/']).next().unwrap_or_default().to_owned(),
        None => {
            sam_core::intrinsic::logical_id_of(arn).map_or_else(String::new, |id| id.to_string())
        }
    };
    names::alphanumeric(&text)
}

/// `sqs: arn`, or a mapping with `arn`.
pub(super) fn queue(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let arn = event.get("arn").unwrap_or(event.node);
    let mut map = mapping(event, Some(arn));
    if let Some(most) = event.get("maximumConcurrency") {
        map.insert("ScalingConfig", Here(most.place).map([("MaximumConcurrency", most.clone())]));
    }
    let id = format!("{}EventSourceMappingSQS{}", event.function.normalised, source_name(arn));
    put(id, event, map, template, used, "sqs");
}

/// `stream: arn`, or a mapping with `type`, `arn` and more.
pub(super) fn stream(event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let arn = event.get("arn").unwrap_or(event.node);
    let mut map = mapping(event, Some(arn));
    put_alike(
        event,
        &mut map,
        &[
            ("startingPosition", "StartingPosition"),
            ("parallelizationFactor", "ParallelizationFactor"),
            ("maximumRetryAttempts", "MaximumRetryAttempts"),
            ("bisectBatchOnFunctionError", "BisectBatchOnFunctionError"),
            ("maximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds"),
            ("tumblingWindowInSeconds", "TumblingWindowInSeconds"),
        ],
    );
    if !map.contains("StartingPosition") {
        map.insert("StartingPosition", event.here().text("TRIM_HORIZON"));
    }
    if let Some(failure) = event.get("destinations").and_then(|node| node.get("onFailure")) {
        let here = Here(failure.place);
        let destination = here.map([("Destination", destination_arn(failure))]);
        map.insert("DestinationConfig", here.map([("OnFailure", destination)]));
    }
    let text = arn.as_str().unwrap_or_default();
    let is_kinesis =
        event.get("type").and_then(Node::as_str) == Some("kinesis") || text.contains(":kinesis:");
    let kind = if is_kinesis { "Kinesis" } else { "Dynamodb" };
    let name = match text.split_once("table/") {
        Some((_, rest)) => names::alphanumeric(rest.split('/').next().unwrap_or_default()),
        None => source_name(arn),
    };
    let id = format!("{}EventSourceMapping{kind}{name}", event.function.normalised);
    put(id, event, map, template, used, "stream");
}

/// Adds a mapping; a second one of the same source gets a number.
pub(super) fn put(
    id: String,
    event: &Event<'_>,
    map: Map,
    template: &mut Template,
    used: &mut Used,
    kind: &'static str,
) {
    let count = used.next(event.function, kind);
    let id = if template.resources.contains(&id) { format!("{id}{count}") } else { id };
    template.add(id, event.place, "AWS::Lambda::EventSourceMapping", map, &event.function.name);
}

/// `accessConfigurations: {kind: [uri]}` as CloudFormation lists it.
pub(super) fn access(node: &Node) -> Node {
    let here = Here(node.place);
    let mut found = Vec::new();
    for (kind, value) in node.as_map().into_iter().flat_map(Map::iter) {
        let word = match kind.as_str() {
            "vpcSubnet" => "VPC_SUBNET",
            "vpcSecurityGroup" => "VPC_SECURITY_GROUP",
            "saslPlainAuth" | "basicAuth" => "BASIC_AUTH",
            "saslScram256Auth" => "SASL_SCRAM_256_AUTH",
            "saslScram512Auth" => "SASL_SCRAM_512_AUTH",
            "clientCertificateTlsAuth" => "CLIENT_CERTIFICATE_TLS_AUTH",
            "serverRootCaCertificate" => "SERVER_ROOT_CA_CERTIFICATE",
            _ => "VIRTUAL_HOST",
        };
        for uri in items(Some(value)) {
            found.push(here.map([("Type", here.text(word)), ("URI", uri.clone())]));
        }
    }
    here.list(found)
}
