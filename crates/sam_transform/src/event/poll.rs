//! Events that Lambda polls for: queues, streams, brokers, change streams.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_intrinsic};
use sam_core::managed_policy::arn_of_path;
use sam_core::property::{Property, Shape, optional, passed, required};
use sam_core::resource::{Expansion, Resource};
use sam_core::role::allow;
use source_text::{Diagnostic, Kind, Map, Node};

use super::{Event, poll_policy};
use crate::function::write_to_bucket;

/// What is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Kinesis,
    DynamoDb,
    Sqs,
    Msk,
    Mq,
    SelfManagedKafka,
    DocumentDb,
}

/// Properties that all of them know.
const COMMON: [Property; 25] = [
    optional("BatchSize", Shape::Integer),
    passed("StartingPosition"),
    passed("StartingPositionTimestamp"),
    optional("Enabled", Shape::Bool),
    optional("MaximumBatchingWindowInSeconds", Shape::Integer),
    optional("MaximumRetryAttempts", Shape::Integer),
    optional("BisectBatchOnFunctionError", Shape::Bool),
    optional("MaximumRecordAgeInSeconds", Shape::Integer),
    optional("DestinationConfig", Shape::Map),
    optional("ParallelizationFactor", Shape::Integer),
    optional("Topics", Shape::List),
    optional("Queues", Shape::List),
    optional("SourceAccessConfigurations", Shape::List),
    optional("SecretsManagerKmsKeyId", Shape::Text),
    optional("TumblingWindowInSeconds", Shape::Integer),
    optional("FunctionResponseTypes", Shape::List),
    optional("KafkaBootstrapServers", Shape::List),
    optional("FilterCriteria", Shape::Map),
    passed("KmsKeyArn"),
    optional("ConsumerGroupId", Shape::Text),
    optional("ScalingConfig", Shape::Map),
    optional("ProvisionedPollerConfig", Shape::Map),
    optional("SchemaRegistryConfig", Shape::Map),
    optional("MetricsConfig", Shape::Map),
    optional("LoggingConfig", Shape::Map),
];

/// Properties that go to the mapping as they are.
const PASSED: [&str; 20] = [
    "StartingPosition",
    "StartingPositionTimestamp",
    "BatchSize",
    "Enabled",
    "MaximumBatchingWindowInSeconds",
    "MaximumRetryAttempts",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "ParallelizationFactor",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "TumblingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "KmsKeyArn",
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "MetricsConfig",
    "LoggingConfig",
];

impl Source {
    /// The source that an event type names.
    pub(super) fn of(type_: &str) -> Option<Self> {
        Some(match type_ {
            "Kinesis" => Self::Kinesis,
            "DynamoDB" => Self::DynamoDb,
            "SQS" => Self::Sqs,
            "MSK" => Self::Msk,
            "MQ" => Self::Mq,
            "SelfManagedKafka" => Self::SelfManagedKafka,
            "DocumentDB" => Self::DocumentDb,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Kinesis => "Kinesis",
            Self::DynamoDb => "DynamoDB",
            Self::Sqs => "SQS",
            Self::Msk => "MSK",
            Self::Mq => "MQ",
            Self::SelfManagedKafka => "SelfManagedKafka",
            Self::DocumentDb => "DocumentDB",
        }
    }

    /// Properties of its own; the first names the source, `StartingPosition` may be required.
    fn own_properties(self) -> Vec<Property> {
        match self {
            Self::Kinesis | Self::DynamoDb | Self::Msk => {
                vec![required("Stream", Shape::Any), required("StartingPosition", Shape::Any)]
            }
            Self::Sqs => vec![required("Queue", Shape::Any)],
            Self::Mq => vec![
                required("Broker", Shape::Any),
                optional("DynamicPolicyName", Shape::Bool).literal(),
            ],
            Self::SelfManagedKafka => Vec::new(),
            Self::DocumentDb => vec![
                required("Cluster", Shape::Any),
                required("DatabaseName", Shape::Any),
                passed("CollectionName"),
                passed("FullDocument"),
            ],
        }
    }

    /// Property with the ARN of the source.
    fn arn_property(self) -> &'static str {
        match self {
            Self::Kinesis | Self::DynamoDb | Self::Msk => "Stream",
            Self::Sqs => "Queue",
            Self::Mq => "Broker",
            Self::DocumentDb => "Cluster",
            Self::SelfManagedKafka => "",
        }
    }

    /// Path of the managed policy that the role needs.
    fn managed_policy(self) -> Option<&'static str> {
        Some(match self {
            Self::Kinesis => "service-role/AWSLambdaKinesisExecutionRole",
            Self::DynamoDb => "service-role/AWSLambdaDynamoDBExecutionRole",
            Self::Sqs => "service-role/AWSLambdaSQSQueueExecutionRole",
            Self::Msk => "service-role/AWSLambdaMSKExecutionRole",
            Self::Mq | Self::SelfManagedKafka | Self::DocumentDb => return None,
        })
    }
}

/// Expands the event: the mapping, and the policies that the role needs.
pub(super) fn expand(
    context: &Context<'_>,
    event: &Event<'_>,
    source: Source,
    role: &mut Resource,
) -> Expansion {
    let mut known = source.own_properties();
    known.extend(
        COMMON
            .iter()
            .filter(|one| !known.iter().any(|own| own.name == one.name))
            .copied()
            .collect::<Vec<_>>(),
    );
    event.check(source.name(), &known)?;
    let mut mapping = event.child(event.id.clone(), "AWS::Lambda::EventSourceMapping");
    mapping.set("FunctionName", event.target_name());
    mapping.set_some("EventSourceArn", event.get(source.arn_property()));
    mapping.copy(&event.properties, &PASSED);
    check_filter(event)?;
    set_kafka(context, event, source, &mut mapping)?;
    let destination = set_destination(event, &mut mapping)?;
    if source == Source::DocumentDb {
        let mut config = Resource::new("", "", event.place);
        config.set_some("DatabaseName", event.get("DatabaseName"));
        config.set_some("CollectionName", event.truthy("CollectionName"));
        config.set_some("FullDocument", event.truthy("FullDocument"));
        let config = Node::new(event.place, Kind::Map(config.properties));
        mapping.set("DocumentDBEventSourceConfig", config);
    }
    let inline = match source {
        Source::Msk => poll_policy::msk(context, event)?,
        Source::Mq => Some(poll_policy::mq(event)?),
        Source::SelfManagedKafka => Some(poll_policy::self_managed_kafka(context, event)?),
        Source::DocumentDb => Some(poll_policy::document_db(event)?),
        Source::Kinesis | Source::DynamoDb | Source::Sqs => None,
    };
    add_managed(context, event, source, role);
    for policy in [inline, destination].into_iter().flatten() {
        add_inline(event, role, policy);
    }
    Ok(vec![mapping])
}

/// The mapping behind `SqsSubscription` of an SNS event.
pub(super) fn queue_mapping(
    context: &Context<'_>,
    event: &Event<'_>,
    queue: Node,
    batch_size: Option<&Node>,
    role: &mut Resource,
) -> Resource {
    let here = event.here();
    let id = format!("{}EventSourceMapping", event.id);
    let mut mapping = event.child(id, "AWS::Lambda::EventSourceMapping");
    let batch_size = batch_size.filter(|node| !sam_core::intrinsic::is_falsy(node));
    mapping.set("FunctionName", event.target_name());
    mapping.set("EventSourceArn", queue);
    mapping.set("BatchSize", batch_size.cloned().unwrap_or_else(|| here.integer(10)));
    mapping.set("Enabled", here.bool(true));
    add_managed(context, event, Source::Sqs, role);
    mapping
}

fn add_managed(context: &Context<'_>, event: &Event<'_>, source: Source, role: &mut Resource) {
    let Some(path) = source.managed_policy() else { return };
    let arn = event.here().text(arn_of_path(&context.partition(), path));
    if let Some(Kind::List(arns)) =
        role.properties.get_mut("ManagedPolicyArns").map(|node| &mut node.kind)
        && !arns.iter().any(|known| known.same(&arn))
    {
        arns.push(arn);
    }
}

/// Adds a policy unless the role has one with the same document.
fn add_inline(event: &Event<'_>, role: &mut Resource, policy: Node) {
    if role.properties.get("Policies").is_none() {
        role.set("Policies", event.here().list([]));
    }
    let document = policy.get("PolicyDocument");
    if let Some(Kind::List(policies)) =
        role.properties.get_mut("Policies").map(|node| &mut node.kind)
        && !policies.iter().any(|known| match (known.get("PolicyDocument"), document) {
            (Some(one), Some(other)) => one.same(other),
            _ => false,
        })
    {
        policies.push(policy);
    }
}

fn check_filter(event: &Event<'_>) -> Result<(), Diagnostic> {
    let Some(filter) = event.truthy("FilterCriteria").filter(|node| !is_intrinsic(node)) else {
        return Ok(());
    };
    let known = filter.as_map().is_some_and(|map| map.keys().all(|key| key == "Filters"));
    if known {
        return Ok(());
    }
    Err(event.error(filter.place, "`FilterCriteria` may hold `Filters` only"))
}

/// Bootstrap servers, consumer group and schema registry.
fn set_kafka(
    context: &Context<'_>,
    event: &Event<'_>,
    source: Source,
    mapping: &mut Resource,
) -> Result<(), Diagnostic> {
    if let Some(servers) = event.truthy("KafkaBootstrapServers") {
        let here = Here(servers.place);
        let endpoints = here.map([("KafkaBootstrapServers", servers.clone())]);
        mapping.set("SelfManagedEventSource", here.map([("Endpoints", endpoints)]));
    }
    let (group, registry) = (event.truthy("ConsumerGroupId"), event.truthy("SchemaRegistryConfig"));
    let property = match source {
        Source::Msk => "AmazonManagedKafkaEventSourceConfig",
        Source::SelfManagedKafka => "SelfManagedKafkaEventSourceConfig",
        _ => {
            return match group {
                Some(group) => {
                    let message = "`ConsumerGroupId` is for `MSK` and `SelfManagedKafka` only";
                    Err(event.error(group.place, message))
                }
                None => Ok(()),
            };
        }
    };
    let mut config = Map::new();
    if let Some(group) = group {
        config.insert("ConsumerGroupId", group.clone());
    }
    if let Some(registry) = registry {
        config.insert("SchemaRegistryConfig", with_resolved_address(context, registry));
    }
    if !config.is_empty() {
        mapping.set(property, Node::new(event.place, Kind::Map(config)));
    }
    Ok(())
}

/// The registry; parameters are filled in where its address is put together from parts.
fn with_resolved_address(context: &Context<'_>, registry: &Node) -> Node {
    let mut copy = registry.clone();
    let address = copy.as_map_mut().and_then(|map| map.get_mut("SchemaRegistryURI"));
    if let Some(address) = address
        && address.single().is_some_and(|(_, argument)| argument.as_list().is_some())
    {
        *address = context.resolved(address);
    }
    copy
}

/// Sets `DestinationConfig` and returns the policy that its kind of destination needs.
fn set_destination(event: &Event<'_>, mapping: &mut Resource) -> Result<Option<Node>, Diagnostic> {
    let Some(given) = event.truthy("DestinationConfig") else { return Ok(None) };
    let mut config = given.clone();
    let failure = config.as_map_mut().and_then(|map| map.get_mut("OnFailure"));
    let Some(failure) = failure.and_then(Node::as_map_mut) else {
        return Err(event.error(given.place, "`DestinationConfig` needs the mapping `OnFailure`"));
    };
    // `Type` only tells SAM which policy the role needs.
    let kind = failure.remove("Type").filter(|node| !sam_core::intrinsic::is_falsy(node));
    let arn = failure.get("Destination").cloned().unwrap_or_else(|| Node::null(given.place));
    mapping.set("DestinationConfig", config);
    let Some(kind) = kind else { return Ok(None) };
    let (here, id) = (Here(given.place), &event.id);
    Ok(match kind.as_str() {
        Some("SQS") => Some(allow(here, &format!("{id}SQSPolicy"), "sqs:SendMessage", arn)),
        Some("SNS") => Some(allow(here, &format!("{id}SNSPolicy"), "sns:publish", arn)),
        Some("S3") => Some(write_to_bucket(here, &format!("{id}S3Policy"), &arn)),
        Some("Kafka") => None,
        _ => {
            let message = "`Type` of `OnFailure` must be `SQS`, `SNS`, `S3` or `Kafka`";
            return Err(event.error(kind.place, message));
        }
    })
}
