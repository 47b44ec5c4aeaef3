//! What resources pass on by themselves: topics, buckets, rules and pipes that lead to queues, topics
//! and streams, not to functions.

use app_model::Delivery;
use source_text::{Node, Place, SmolStr};

use model_builder::{Builder, Item};

/// Types that pass on, or wait for a function to fetch.
const RECEIVERS: [&str; 5] = [
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::Kinesis::Stream",
    "AWS::Events::EventBus",
    "AWS::StepFunctions::StateMachine",
];

/// Reads every delivery.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut found = Vec::new();
    for item in builder.of_type("AWS::SNS::Subscription") {
        let topic = item.properties.get("TopicArn").and_then(|node| builder.referent(node));
        between(builder, topic, item.properties.get("Endpoint"), item.place(), &mut found);
    }
    for item in builder.of_type("AWS::SNS::Topic") {
        for (_, node) in builder.properties(item).items(&["Subscription"]) {
            between(builder, Some(item.name()), node.get("Endpoint"), node.place, &mut found);
        }
    }
    for item in builder.of_type("AWS::S3::Bucket") {
        notifications(builder, item, &mut found);
    }
    for item in builder.of_type("AWS::Events::Rule") {
        // A rule on a schedule passes nothing on.
        if item.properties.get("EventPattern").is_none() {
            continue;
        }
        let bus = item.properties.get("EventBusName").and_then(|node| builder.referent(node));
        for (_, target) in builder.properties(item).items(&["Targets"]) {
            between(builder, bus.clone(), target.get("Arn"), target.place, &mut found);
        }
    }
    for item in builder.of_type("AWS::Pipes::Pipe") {
        let source = item.properties.get("Source").and_then(|node| builder.referent(node));
        if source.is_some() {
            between(builder, source, item.properties.get("Target"), item.place(), &mut found);
        }
    }
    builder.app.deliveries = found;
}

fn notifications(builder: &Builder<'_>, item: &Item<'_>, found: &mut Vec<Delivery>) {
    let properties = builder.properties(item);
    for (list, key) in [("QueueConfigurations", "Queue"), ("TopicConfigurations", "Topic")] {
        for (_, node) in properties.items(&["NotificationConfiguration", list]) {
            between(builder, Some(item.name()), node.get(key), node.place, found);
        }
    }
}

fn between(
    builder: &Builder<'_>,
    from: Option<SmolStr>,
    to: Option<&Node>,
    place: Place,
    found: &mut Vec<Delivery>,
) {
    let Some(to) = to.and_then(|node| builder.referent(node)) else { return };
    let receives = builder.items.get(&to).is_some_and(|item| RECEIVERS.contains(&item.type_()));
    if receives && from.as_ref() != Some(&to) {
        found.push(Delivery { from, to, place });
    }
}
