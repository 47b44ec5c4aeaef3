//! Sources that Lambda polls: queues, streams, brokers.

use app_model::{Auth, EventSource, Invocation, Setting, Trigger, TriggerKind};
use source_text::{Node, SmolStr};

use model_builder::{Builder, Item, Properties};

use crate::services::json;

pub(super) fn read(builder: &Builder<'_>, triggers: &mut Vec<Trigger>) {
    for item in builder.of_type("AWS::Lambda::EventSourceMapping") {
        triggers.extend(of_mapping(builder, item));
    }
    for item in builder.of_type("AWS::Pipes::Pipe") {
        for key in ["Enrichment", "Target"] {
            triggers.extend(of_pipe(builder, item, key));
        }
    }
}

/// A pipe hands batches of its source to a function, which enriches them or is its target.
fn of_pipe(builder: &Builder<'_>, item: &Item<'_>, key: &str) -> Option<Trigger> {
    let properties = builder.properties(item);
    let function = builder.function_behind(properties.at(&[key])?)?;
    let source = properties.at(&["Source"]);
    let mut trigger = Trigger {
        function,
        kind: kind(builder, properties, source),
        place: item.place(),
        when: item.when.clone(),
        auth: Auth::Service,
        invocation: Invocation::Synchronous,
        source: source.map(|node| builder.evaluator.text(node)),
        source_references: source.map_or_else(Vec::new, |node| builder.referents(node)),
        filter: json(
            properties.below(&["SourceParameters"]).unwrap_or(properties),
            "FilterCriteria",
        ),
        ..Trigger::default()
    };
    trigger.exposure = super::source_exposure(builder, &trigger);
    Some(trigger)
}

fn of_mapping(builder: &Builder<'_>, item: &Item<'_>) -> Option<Trigger> {
    let properties = builder.properties(item);
    let function = builder.function_behind(properties.at(&["FunctionName"])?)?;
    let source = properties.at(&["EventSourceArn"]);
    let failure = ["DestinationConfig", "OnFailure", "Destination"];
    let mut trigger = Trigger {
        function,
        kind: kind(builder, properties, source),
        place: item.place(),
        when: item.when.clone(),
        auth: Auth::Service,
        invocation: Invocation::Polled,
        source: source.map(|node| builder.evaluator.text(node)),
        source_references: source.map_or_else(Vec::new, |node| builder.referents(node)),
        filter: json(properties, "FilterCriteria"),
        polling: Some(EventSource {
            name: item.name(),
            place: item.place(),
            batch_size: properties.integer(&["BatchSize"]),
            maximum_concurrency: properties.integer(&["ScalingConfig", "MaximumConcurrency"]),
            maximum_retries: properties.integer(&["MaximumRetryAttempts"]),
            maximum_record_age_s: properties.integer(&["MaximumRecordAgeInSeconds"]),
            bisect_on_error: properties.boolean(&["BisectBatchOnFunctionError"]),
            failure_destination: properties.text(&failure),
            reports_item_failures: properties
                .texts(&["FunctionResponseTypes"])
                .iter()
                .any(|word| word.value.may_be("ReportBatchItemFailures")),
            enabled: properties.boolean(&["Enabled"]),
            access: access(properties),
            topics: [["Topics"], ["Queues"]]
                .iter()
                .flat_map(|path| properties.texts(path))
                .collect(),
            is_self_managed: properties.at(&["SelfManagedEventSource"]).is_some(),
        }),
        ..Trigger::default()
    };
    trigger.exposure = super::source_exposure(builder, &trigger);
    Some(trigger)
}

/// How Lambda signs in to a broker, and from where.
fn access(properties: Properties<'_>) -> Vec<(SmolStr, Setting<SmolStr>)> {
    properties
        .items(&["SourceAccessConfigurations"])
        .iter()
        .filter_map(|(_, node)| {
            let one = Properties::new(properties.evaluator, node);
            let kind = one.text(&["Type"])?;
            Some((SmolStr::new(kind.value.display()), one.text(&["URI"])?))
        })
        .collect()
}

/// By the type of the resource polled, by its ARN, or by settings that only one kind has.
fn kind(builder: &Builder<'_>, properties: Properties<'_>, source: Option<&Node>) -> TriggerKind {
    let type_ = source
        .and_then(|node| builder.referent(node))
        .and_then(|name| builder.items.get(&name))
        .map_or("", |item| item.type_());
    let of_type = match type_ {
        "AWS::SQS::Queue" => Some(TriggerKind::Sqs),
        "AWS::Kinesis::Stream" | "AWS::Kinesis::StreamConsumer" => Some(TriggerKind::Kinesis),
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => Some(TriggerKind::DynamoDb),
        "AWS::MSK::Cluster" | "AWS::MSK::ServerlessCluster" => Some(TriggerKind::Kafka),
        "AWS::AmazonMQ::Broker" => Some(TriggerKind::Mq),
        "AWS::DocDB::DBCluster" => Some(TriggerKind::DocumentDb),
        _ => None,
    };
    if let Some(kind) = of_type {
        return kind;
    }
    let text = source.map(|node| builder.evaluator.text(node));
    let text = text.as_ref().map_or("", |text| text.display());
    let services = [
        (":sqs:", TriggerKind::Sqs),
        (":kinesis:", TriggerKind::Kinesis),
        (":dynamodb:", TriggerKind::DynamoDb),
        (":kafka:", TriggerKind::Kafka),
        (":mq:", TriggerKind::Mq),
        (":rds:", TriggerKind::DocumentDb),
    ];
    if let Some((_, kind)) = services.iter().find(|(service, _)| text.contains(service)) {
        return *kind;
    }
    let has = |key: &str| properties.at(&[key]).is_some();
    if has("SelfManagedEventSource") || has("Topics") {
        TriggerKind::Kafka
    } else if has("Queues") {
        TriggerKind::Mq
    } else if has("DocumentDBEventSourceConfig") {
        TriggerKind::DocumentDb
    } else if has("StartingPosition") {
        // Only streams start somewhere; which of the two is not told by a parameter's name.
        TriggerKind::Kinesis
    } else {
        TriggerKind::Sqs
    }
}
