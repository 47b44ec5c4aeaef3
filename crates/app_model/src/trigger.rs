//! What starts a function: who can cause it, as whom, how often, with which data.

use source_text::{Place, SmolStr};
use value::{Reference, When};

use crate::{Auth, Setting, Text, Throttle};

/// One way to start a function.
#[derive(Clone, Debug, Default)]
pub struct Trigger {
    /// Logical name of the function.
    pub function: SmolStr,
    /// Kind.
    pub kind: TriggerKind,
    /// Where it is written.
    pub place: Place,
    /// When it exists.
    pub when: When,
    /// Method and path of an HTTP route (`POST /orders`, `ANY /{proxy+}`, `$connect`), the schedule,
    /// or the field of a GraphQL type (`Query.orders`).
    pub route: Option<String>,
    /// Logical name of the interface, for routes.
    pub api: Option<SmolStr>,
    /// Who must prove what.
    pub auth: Auth,
    /// Who can cause it at all.
    pub exposure: Exposure,
    /// How the function is called.
    pub invocation: Invocation,
    /// Requests per second that get through, when somebody limits them.
    pub throttle: Option<Throttle>,
    /// Whether requests are checked against a model or required parameters before the function.
    pub validated: bool,
    /// Fields of the body that its schema describes; nothing when no schema is known.
    pub body_fields: Option<Vec<SmolStr>>,
    /// What sends the event: queue, bucket, topic, stream, bus.
    pub source: Option<Text>,
    /// Resources that the source refers to.
    pub source_references: Vec<Reference>,
    /// A filter on the events (S3 key rules, filter patterns, an event pattern), as text.
    pub filter: Option<Setting<SmolStr>>,
    /// Settings of polled sources.
    pub polling: Option<EventSource>,
    /// Cross-origin settings of a function URL.
    pub cors: Option<crate::Cors>,
    /// Names of events asked for: `s3:ObjectCreated:*`.
    pub events: Vec<Text>,
}

/// Settings of a polled source (`AWS::Lambda::EventSourceMapping`).
#[derive(Clone, Debug, Default)]
pub struct EventSource {
    /// Logical name of the mapping.
    pub name: SmolStr,
    /// Where it is written.
    pub place: Place,
    /// Records at most in one call.
    pub batch_size: Option<Setting<i64>>,
    /// Most concurrent calls from this source.
    pub maximum_concurrency: Option<Setting<i64>>,
    /// Retries of a failed batch; -1 (the default of streams) is for ever.
    pub maximum_retries: Option<Setting<i64>>,
    /// Seconds after which a record is given up; -1 (the default) is never.
    pub maximum_record_age_s: Option<Setting<i64>>,
    /// Whether a failed batch is halved.
    pub bisect_on_error: Option<Setting<bool>>,
    /// Where failed batches are described.
    pub failure_destination: Option<Setting<SmolStr>>,
    /// Whether the function may report single failed records.
    pub reports_item_failures: bool,
    /// Whether the mapping is switched on.
    pub enabled: Option<Setting<bool>>,
    /// How Lambda signs in and from which network it reads: kind (`SASL_SCRAM_512_AUTH`,
    /// `VPC_SUBNET`) and the ARN of the secret, or the id of the subnet or group.
    pub access: Vec<(SmolStr, Setting<SmolStr>)>,
    /// Topics or queues of a broker.
    pub topics: Vec<Setting<SmolStr>>,
    /// Whether the brokers are of the user's own and not of AWS.
    pub is_self_managed: bool,
}

/// Kind of a trigger; the words are those of the JSON result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TriggerKind {
    /// Amazon API Gateway REST API.
    RestApi,
    /// Amazon API Gateway HTTP API.
    HttpApi,
    /// Amazon API Gateway WebSocket API.
    WebSocket,
    /// Lambda function URL.
    FunctionUrl,
    /// Application Load Balancer.
    LoadBalancer,
    /// AWS AppSync.
    GraphQl,
    /// Amazon S3 notification.
    S3,
    /// Amazon SQS queue.
    Sqs,
    /// Amazon SNS topic.
    Sns,
    /// Amazon EventBridge rule with a pattern.
    EventBridge,
    /// A schedule.
    Schedule,
    /// Amazon DynamoDB stream.
    DynamoDb,
    /// Amazon Kinesis stream.
    Kinesis,
    /// Apache Kafka, managed or not.
    Kafka,
    /// Amazon MQ.
    Mq,
    /// Amazon DocumentDB change stream.
    DocumentDb,
    /// AWS IoT topic rule.
    Iot,
    /// Amazon Cognito user-pool hook.
    Cognito,
    /// AWS Step Functions task.
    StepFunctions,
    /// CloudWatch Logs subscription.
    Logs,
    /// Amazon SES receipt rule.
    Ses,
    /// Alexa skill.
    Alexa,
    /// CloudFormation custom resource.
    CustomResource,
    /// Secrets Manager rotation.
    Rotation,
    /// Lambda authorizer of an interface.
    Authorizer,
    /// Lambda@Edge.
    Edge,
    /// HTTP trigger that a function has by itself: of Azure Functions, Cloud Run functions.
    Http,
    /// Blob of Azure Storage, object of Cloud Storage.
    Blob,
    /// Azure Storage queue.
    StorageQueue,
    /// Azure Service Bus queue or topic.
    ServiceBus,
    /// Azure Event Hub.
    EventHub,
    /// Azure Event Grid subscription.
    EventGrid,
    /// Azure Cosmos DB change feed.
    CosmosDb,
    /// Azure `SignalR` or Web `PubSub` message.
    SignalR,
    /// Orchestration, activity or entity of Durable Functions.
    Durable,
    /// Azure SQL change.
    Sql,
    /// Google Cloud Pub/Sub topic.
    PubSub,
    /// Google Cloud Eventarc trigger of another kind.
    Eventarc,
    /// Firestore or Firebase change.
    Firestore,
    /// A trigger of another kind that its platform knows.
    Other,
    /// Called by another principal through `lambda:InvokeFunction`.
    #[default]
    Direct,
}

impl TriggerKind {
    /// The word in the JSON result.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestApi => "rest-api",
            Self::HttpApi => "http-api",
            Self::WebSocket => "websocket-api",
            Self::FunctionUrl => "function-url",
            Self::LoadBalancer => "load-balancer",
            Self::GraphQl => "graphql",
            Self::S3 => "s3",
            Self::Sqs => "sqs",
            Self::Sns => "sns",
            Self::EventBridge => "eventbridge",
            Self::Schedule => "schedule",
            Self::DynamoDb => "dynamodb-stream",
            Self::Kinesis => "kinesis",
            Self::Kafka => "kafka",
            Self::Mq => "mq",
            Self::DocumentDb => "documentdb",
            Self::Iot => "iot",
            Self::Cognito => "cognito",
            Self::StepFunctions => "step-functions",
            Self::Logs => "cloudwatch-logs",
            Self::Ses => "ses",
            Self::Alexa => "alexa",
            Self::CustomResource => "custom-resource",
            Self::Rotation => "secret-rotation",
            Self::Authorizer => "authorizer",
            Self::Edge => "cloudfront",
            Self::Http => "http",
            Self::Blob => "blob",
            Self::StorageQueue => "storage-queue",
            Self::ServiceBus => "service-bus",
            Self::EventHub => "event-hub",
            Self::EventGrid => "event-grid",
            Self::CosmosDb => "cosmos-db",
            Self::SignalR => "signalr",
            Self::Durable => "durable",
            Self::Sql => "sql",
            Self::PubSub => "pubsub",
            Self::Eventarc => "eventarc",
            Self::Firestore => "firestore",
            Self::Other => "other",
            Self::Direct => "direct",
        }
    }

    /// Whether the caller waits for an answer over HTTP.
    #[must_use]
    pub fn is_http(self) -> bool {
        matches!(
            self,
            Self::RestApi
                | Self::HttpApi
                | Self::FunctionUrl
                | Self::LoadBalancer
                | Self::GraphQl
                | Self::Http
        )
    }
}

/// How a function is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Invocation {
    /// The caller waits; failures are its own.
    #[default]
    Synchronous,
    /// Lambda queues the event and retries twice; what fails then is lost without a destination.
    Asynchronous,
    /// Lambda polls a queue or stream.
    Polled,
}

/// Who can cause a trigger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exposure {
    /// Cannot be told from the input.
    #[default]
    Unknown,
    /// Only the named cloud service.
    Service,
    /// Principals of the account, or a private network.
    Account,
    /// Principals of the organisation or of named other accounts.
    Organisation,
    /// Anybody on the internet can send to it (whether they must authenticate is `auth`).
    Internet,
}

impl Exposure {
    /// The word in the JSON result.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Service => "service",
            Self::Account => "account",
            Self::Organisation => "organisation",
            Self::Internet => "internet",
        }
    }
}
