//! Queues, topics, streams, buses and their rules.

use app_model::{EventBus, EventRule, Queue, RuleTarget, Setting, Stream, Subscription, Topic};
use source_text::{Node, SmolStr, to_json_compact};

use model_builder::{Builder, Item, Properties};

pub(super) fn queue(builder: &Builder<'_>, item: &Item<'_>) -> Queue {
    let properties = builder.properties(item);
    Queue {
        visibility_timeout_s: properties.integer(&["VisibilityTimeout"]),
        redrive_target: properties.text(&["RedrivePolicy", "deadLetterTargetArn"]),
        max_receive_count: properties.integer(&["RedrivePolicy", "maxReceiveCount"]),
        kms_key: properties.text(&["KmsMasterKeyId"]),
        managed_encryption: properties.boolean(&["SqsManagedSseEnabled"]),
        retention_s: properties.integer(&["MessageRetentionPeriod"]),
        physical_name: properties.text(&["QueueName"]),
    }
}

pub(super) fn topic(builder: &Builder<'_>, item: &Item<'_>) -> Topic {
    Topic { kms_key: builder.properties(item).text(&["KmsMasterKeyId"]) }
}

pub(super) fn subscription(builder: &Builder<'_>, item: &Item<'_>) -> Subscription {
    let properties = builder.properties(item);
    Subscription {
        topic: properties.text(&["TopicArn"]).map(|setting| setting.value),
        protocol: properties.text(&["Protocol"]),
        endpoint: properties.text(&["Endpoint"]).map(|setting| setting.value),
        redrive: properties.text(&["RedrivePolicy", "deadLetterTargetArn"]),
        filter: json(properties, "FilterPolicy"),
    }
}

pub(super) fn stream(builder: &Builder<'_>, item: &Item<'_>) -> Stream {
    let properties = builder.properties(item);
    Stream {
        encryption: properties.text(&["StreamEncryption", "EncryptionType"]),
        retention_h: properties.integer(&["RetentionPeriodHours"]),
    }
}

pub(super) fn bus(builder: &Builder<'_>, item: &Item<'_>) -> EventBus {
    let properties = builder.properties(item);
    EventBus {
        physical_name: properties.text(&["Name"]),
        dead_letter: properties.text(&["DeadLetterConfig", "Arn"]),
    }
}

pub(super) fn rule(builder: &Builder<'_>, item: &Item<'_>) -> EventRule {
    let properties = builder.properties(item);
    EventRule {
        pattern: json(properties, "EventPattern"),
        schedule: properties.text(&["ScheduleExpression"]),
        bus: properties.text(&["EventBusName"]).map(|setting| setting.value),
        targets: properties
            .items(&["Targets"])
            .iter()
            .map(|(_, node)| target(Properties::new(properties.evaluator, node)))
            .collect(),
    }
}

fn target(properties: Properties<'_>) -> RuleTarget {
    RuleTarget {
        arn: properties.text(&["Arn"]).map(|setting| setting.value).unwrap_or_default(),
        place: properties.node.place,
        dead_letter: properties.text(&["DeadLetterConfig", "Arn"]),
        role: properties.text(&["RoleArn"]).map(|setting| setting.value),
    }
}

/// A schedule of EventBridge Scheduler has one target.
pub(super) fn schedule(builder: &Builder<'_>, item: &Item<'_>) -> EventRule {
    let properties = builder.properties(item);
    EventRule {
        pattern: None,
        schedule: properties.text(&["ScheduleExpression"]),
        bus: None,
        targets: properties.below(&["Target"]).map(target).into_iter().collect(),
    }
}

/// A mapping as JSON text, in its place.
pub(crate) fn json(properties: Properties<'_>, key: &str) -> Option<Setting<SmolStr>> {
    let node: &Node = properties.at(&[key])?;
    let text = node.as_str().map_or_else(|| to_json_compact(node), str::to_owned);
    Some(Setting::known(node.place, SmolStr::new(text)))
}
