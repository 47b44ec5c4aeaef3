//! Kafka and message brokers.

use source_text::Node;

use super::{Event, Used, polled, put_alike};
use crate::{place_text::items, template::Template};

/// `msk`, `kafka`, `activemq`, `rabbitmq`.
pub(super) fn add(kind: &str, event: &Event<'_>, template: &mut Template, used: &mut Used) {
    let here = event.here();
    let arn = event.get("arn");
    let mut map = polled::mapping(event, arn);
    let list = |node: &Node| here.list(items(Some(node)).into_iter().cloned().collect::<Vec<_>>());
    let access = event.get("accessConfigurations");
    match kind {
        "kafka" => {
            let servers = event.get("bootstrapServers").map_or_else(|| here.list([]), list);
            let endpoints = here.map([("KafkaBootstrapServers", servers)]);
            map.insert("SelfManagedEventSource", here.map([("Endpoints", endpoints)]));
            if let Some(access) = access {
                map.insert("SourceAccessConfigurations", polled::access(access));
            }
        }
        "msk" => {
            if let Some(arn) = event.get("saslScram512") {
                let one =
                    here.map([("Type", here.text("SASL_SCRAM_512_AUTH")), ("URI", arn.clone())]);
                map.insert("SourceAccessConfigurations", here.list([one]));
            }
        }
        _ => {
            if let Some(arn) = event.get("basicAuthArn") {
                let one = here.map([("Type", here.text("BASIC_AUTH")), ("URI", arn.clone())]);
                map.insert("SourceAccessConfigurations", here.list([one]));
            }
        }
    }
    put_alike(event, &mut map, &[("startingPosition", "StartingPosition")]);
    let name = if matches!(kind, "kafka" | "msk") {
        if !map.contains("StartingPosition") {
            map.insert("StartingPosition", here.text("TRIM_HORIZON"));
        }
        if let Some(topic) = event.get("topic") {
            map.insert("Topics", list(topic));
        }
        event.get("topic")
    } else {
        if let Some(queue) = event.get("queue") {
            map.insert("Queues", list(queue));
        }
        event.get("queue")
    };
    let name = name.map_or_else(String::new, polled::source_name);
    let (word, counter) = match kind {
        "kafka" => ("Kafka", "kafka"),
        "msk" => ("MSK", "msk"),
        "activemq" => ("ActiveMQ", "activemq"),
        _ => ("RabbitMQ", "rabbitmq"),
    };
    let id = format!("{}EventSourceMapping{word}{name}", event.function.normalised);
    polled::put(id, event, map, template, used, counter);
}
