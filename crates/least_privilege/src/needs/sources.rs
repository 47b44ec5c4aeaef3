//! What Lambda must be allowed, as the function's role, to read the sources that it polls.

use app_model::{EventSource, Invocation, Place, Trigger, TriggerKind};

use super::{Gatherer, template};
use crate::names::texts;

/// Actions on the network of brokers, which have no resource.
const NETWORK: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
];

/// Gathers what the event source mappings of the function need.
///
/// Source: Lambda Developer Guide, the section on permissions of each kind of source.
pub(super) fn gather(gatherer: &mut Gatherer<'_, '_>) {
    let app = gatherer.names.app();
    for trigger in app.triggers_of(&gatherer.function.name) {
        if trigger.invocation != Invocation::Polled {
            continue;
        }
        let Some(mapping) = &trigger.polling else { continue };
        let sources: Vec<String> = trigger
            .source
            .iter()
            .flat_map(texts)
            .map(|text| gatherer.names.expand(&text))
            .collect();
        if sources.is_empty() && !mapping.is_self_managed {
            gatherer.gap(mapping.place, "what the event source mapping polls is not known");
        }
        for source in &sources {
            poll(gatherer, trigger, mapping, source);
        }
        sign_in(gatherer, trigger, mapping);
        if let Some(target) = &mapping.failure_destination {
            template::deliver(gatherer, target, "batches that failed are told there");
        }
    }
}

/// What reading one source needs.
fn poll(gatherer: &mut Gatherer<'_, '_>, trigger: &Trigger, mapping: &EventSource, source: &str) {
    let place = mapping.place;
    let note = "Lambda polls the source of events as the function's role";
    let mut add = |actions: &[&str], resource: &str| {
        gatherer.template(place, note, actions, resource);
    };
    match trigger.kind {
        TriggerKind::Sqs => {
            add(&["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], source);
        }
        TriggerKind::Kinesis => kinesis(&mut add, source),
        TriggerKind::DynamoDb => {
            let actions =
                ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
            add(&actions, source);
            let table = source.split("/stream/").next().unwrap_or(source);
            add(&["dynamodb:ListStreams"], &format!("{table}/stream/*"));
        }
        TriggerKind::Kafka => {
            add(
                &["kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"],
                source,
            );
            add(&NETWORK, "*");
            if mapping.access.iter().all(|(kind, _)| !is_credential(kind)) {
                cluster_access(gatherer, mapping, source);
            }
        }
        TriggerKind::Mq => {
            add(&["mq:DescribeBroker"], source);
            add(&NETWORK, "*");
        }
        TriggerKind::DocumentDb => {
            add(&["rds:DescribeDBClusters", "rds:DescribeDBClusterParameters"], source);
            add(&["rds:DescribeDBSubnetGroups"], "*");
            add(&NETWORK, "*");
        }
        _ => {}
    }
}

fn kinesis(add: &mut impl FnMut(&[&str], &str), source: &str) {
    // An enhanced consumer is `stream/orders/consumer/name:1`.
    let stream = source.split("/consumer/").next().unwrap_or(source);
    add(
        &[
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ],
        stream,
    );
    if stream != source || !source.contains(":stream/") {
        add(&["kinesis:SubscribeToShard"], source);
    }
}

/// Without credentials, Lambda signs in to a cluster of MSK by IAM.
fn cluster_access(gatherer: &mut Gatherer<'_, '_>, mapping: &EventSource, cluster: &str) {
    let note = "without a secret, Lambda signs in to the cluster as the function's role";
    let place = mapping.place;
    let cluster_actions =
        ["kafka-cluster:Connect", "kafka-cluster:DescribeClusterDynamicConfiguration"];
    gatherer.perhaps(place, note, &cluster_actions, cluster);
    let below = |kind: &str, name: &str| match cluster.split_once(":cluster/") {
        Some((before, path)) => format!("{before}:{kind}/{path}/{name}"),
        None => gatherer.names.complete(&format!("kafka:R:A:{kind}/*")),
    };
    let topics: Vec<String> = mapping
        .topics
        .iter()
        .flat_map(|topic| texts(&topic.value))
        .map(|topic| below("topic", &gatherer.names.expand(&topic)))
        .collect();
    let group = below("group", "*");
    for topic in topics {
        let actions = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"];
        gatherer.perhaps(place, note, &actions, &topic);
    }
    let actions = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"];
    gatherer.perhaps(place, note, &actions, &group);
}

/// Whether a kind of access is a secret with credentials, and not a network or a certificate.
fn is_credential(kind: &str) -> bool {
    kind.contains("AUTH")
}

/// Secrets by which Lambda signs in to brokers, and networks from which it does.
fn sign_in(gatherer: &mut Gatherer<'_, '_>, trigger: &Trigger, mapping: &EventSource) {
    let is_broker =
        matches!(trigger.kind, TriggerKind::Kafka | TriggerKind::Mq | TriggerKind::DocumentDb);
    if !is_broker {
        return;
    }
    for (kind, value) in &mapping.access {
        match kind.as_str() {
            "VPC_SUBNET" | "VPC_SECURITY_GROUP" => {
                let note = "Lambda reaches the brokers in their network";
                gatherer.template(value.place, note, &NETWORK, "*");
            }
            "VIRTUAL_HOST" => {}
            _ => secret(gatherer, value.place, &texts(&value.value)),
        }
    }
}

fn secret(gatherer: &mut Gatherer<'_, '_>, place: Place, arns: &[app_model::SmolStr]) {
    for arn in arns {
        let arn = gatherer.names.expand(arn);
        let note = "Lambda signs in to the brokers with the secret";
        gatherer.template(place, note, &["secretsmanager:GetSecretValue"], &arn);
    }
}
