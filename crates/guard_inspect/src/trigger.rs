//! What sent an event, told by its shape.

use json_tape::{Kind, Value};

/// What sent an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trigger {
    /// A REST API of API Gateway, or an HTTP API with payload format 1.0.
    RestApi,
    /// An HTTP API of API Gateway, payload format 2.0.
    HttpApi,
    /// The URL of a function.
    FunctionUrl,
    /// A WebSocket API of API Gateway.
    WebSocket,
    /// An Application Load Balancer; headers in lists or not.
    LoadBalancer {
        /// The target group has multi-value headers.
        multi_value: bool,
    },
    /// VPC Lattice.
    Lattice,
    /// Lambda@Edge, before the request goes on.
    EdgeRequest,
    /// Lambda@Edge, before the response goes back.
    EdgeResponse,
    /// A queue of SQS.
    Sqs {
        /// Its messages have an order.
        fifo: bool,
    },
    /// A stream of Kinesis.
    Kinesis,
    /// A stream of a DynamoDB table.
    DynamoDb,
    /// A delivery stream of Firehose that has its records transformed.
    Firehose,
    /// A batch operation of S3.
    S3Batch,
    /// A topic of SNS.
    Sns,
    /// A bucket of S3.
    S3,
    /// An access point of S3 Object Lambda.
    S3ObjectLambda,
    /// A rule or schedule of EventBridge.
    EventBridge,
    /// A topic of Kafka, managed by AWS or not.
    Kafka,
    /// A broker of `ActiveMQ`.
    ActiveMq,
    /// A broker of `RabbitMQ`.
    RabbitMq,
    /// A change stream of DocumentDB.
    DocumentDb,
    /// A user pool or identity pool of Cognito.
    Cognito,
    /// A resolver of AppSync.
    AppSync,
    /// A resolver of AppSync that gets several invocations at once.
    AppSyncBatch,
    /// The authorizer of an AppSync API.
    AppSyncAuthorizer,
    /// The authorizer of an API of API Gateway.
    ApiAuthorizer,
    /// The custom authorizer of IoT Core.
    IotAuthorizer,
    /// A bot of Lex.
    Lex,
    /// A flow of Connect.
    Connect,
    /// An action group of a Bedrock agent.
    BedrockAgent,
    /// An e-mail that SES received.
    Ses,
    /// A subscription of a log group.
    CloudWatchLogs,
    /// A custom resource of CloudFormation.
    CloudFormation,
    /// A job of `CodePipeline`.
    CodePipeline,
    /// A rule of Config.
    Config,
    /// A skill of Alexa.
    Alexa,
    /// A custom handler of Azure Functions.
    AzureHandler,
    /// A `CloudEvent` (Google Cloud, Knative).
    CloudEvent,
    /// Anything else: Step Functions, another function, an SDK.
    Direct,
}

impl Trigger {
    /// The name in logs and metrics: `http-api`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RestApi => "rest-api",
            Self::HttpApi => "http-api",
            Self::FunctionUrl => "function-url",
            Self::WebSocket => "websocket",
            Self::LoadBalancer { .. } => "load-balancer",
            Self::Lattice => "lattice",
            Self::EdgeRequest => "edge-request",
            Self::EdgeResponse => "edge-response",
            Self::Sqs { .. } => "sqs",
            Self::Kinesis => "kinesis",
            Self::DynamoDb => "dynamodb",
            Self::Firehose => "firehose",
            Self::S3Batch => "s3-batch",
            Self::Sns => "sns",
            Self::S3 => "s3",
            Self::S3ObjectLambda => "s3-object-lambda",
            Self::EventBridge => "eventbridge",
            Self::Kafka => "kafka",
            Self::ActiveMq => "activemq",
            Self::RabbitMq => "rabbitmq",
            Self::DocumentDb => "documentdb",
            Self::Cognito => "cognito",
            Self::AppSync => "appsync",
            Self::AppSyncBatch => "appsync-batch",
            Self::AppSyncAuthorizer => "appsync-authorizer",
            Self::ApiAuthorizer => "api-authorizer",
            Self::IotAuthorizer => "iot-authorizer",
            Self::Lex => "lex",
            Self::Connect => "connect",
            Self::BedrockAgent => "bedrock-agent",
            Self::Ses => "ses",
            Self::CloudWatchLogs => "cloudwatch-logs",
            Self::CloudFormation => "cloudformation",
            Self::CodePipeline => "codepipeline",
            Self::Config => "config",
            Self::Alexa => "alexa",
            Self::AzureHandler => "azure-handler",
            Self::CloudEvent => "cloud-event",
            Self::Direct => "direct",
        }
    }

    /// Whether the handler's answer is a response of HTTP, as JSON with `statusCode` and `body`.
    #[must_use]
    pub fn is_http(self) -> bool {
        matches!(
            self,
            Self::RestApi
                | Self::HttpApi
                | Self::FunctionUrl
                | Self::WebSocket
                | Self::LoadBalancer { .. }
                | Self::Lattice
        )
    }

    /// Tells what sent `event` by the names that only that sender's events have.
    #[must_use]
    pub fn recognise(event: Value<'_>) -> Self {
        if event.kind() == Kind::Array {
            let first = event.elements().next();
            let is_resolver = first.is_some_and(|first| is_resolver(&Shape::of(first)));
            return if is_resolver { Self::AppSyncBatch } else { Self::Direct };
        }
        let shape = Shape::of(event);
        batch(&shape)
            .or_else(|| http(&shape))
            .or_else(|| identity(&shape))
            .or_else(|| service(&shape))
            .or_else(|| operation(&shape))
            .unwrap_or(Self::Direct)
    }
}

/// The members of an event, looked up by name.
struct Shape<'a> {
    event: Value<'a>,
}

impl<'a> Shape<'a> {
    fn of(event: Value<'a>) -> Self {
        Self { event }
    }

    fn get(&self, name: &str) -> Option<Value<'a>> {
        self.event.member(name)
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.get(name).is_some())
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.plain()
    }
}

/// Batches of records, and what looks like them.
fn batch(shape: &Shape<'_>) -> Option<Trigger> {
    if let Some(records) = shape.get("Records") {
        let record = Shape::of(records.elements().next()?);
        if record.has(&["cf"]) {
            let kind = record.get("cf")?.descendant(&["config", "eventType"]);
            let is_response =
                kind.and_then(Value::plain).is_some_and(|kind| kind.ends_with("-response"));
            return Some(if is_response { Trigger::EdgeResponse } else { Trigger::EdgeRequest });
        }
        return match record.text("eventSource").or_else(|| record.text("EventSource"))? {
            "aws:sqs" => {
                let queue = record.text("eventSourceARN").unwrap_or_default();
                Some(Trigger::Sqs { fifo: queue.rsplit('.').next() == Some("fifo") })
            }
            "aws:kinesis" => Some(Trigger::Kinesis),
            "aws:dynamodb" => Some(Trigger::DynamoDb),
            "aws:sns" => Some(Trigger::Sns),
            "aws:s3" => Some(Trigger::S3),
            "aws:ses" => Some(Trigger::Ses),
            _ => None,
        };
    }
    match shape.text("eventSource") {
        Some("aws:kafka" | "SelfManagedKafka" | "aws:SelfManagedKafka") => {
            return Some(Trigger::Kafka);
        }
        Some("aws:mq" | "aws:amq") => return Some(Trigger::ActiveMq),
        Some("aws:rmq") => return Some(Trigger::RabbitMq),
        Some("aws:docdb") => return Some(Trigger::DocumentDb),
        _ => {}
    }
    if shape.has(&["deliveryStreamArn", "records"]) {
        return Some(Trigger::Firehose);
    }
    shape.has(&["invocationSchemaVersion", "tasks"]).then_some(Trigger::S3Batch)
}

/// Requests of HTTP, and authorizers of them.
fn http(shape: &Shape<'_>) -> Option<Trigger> {
    if shape.has(&["methodArn"]) || shape.has(&["routeArn"]) {
        return Some(Trigger::ApiAuthorizer);
    }
    if shape.has(&["raw_path", "method"]) {
        return Some(Trigger::Lattice);
    }
    let context = Shape::of(shape.get("requestContext")?);
    if context.has(&["elb"]) {
        let multi_value = shape.has(&["multiValueHeaders"]);
        return Some(Trigger::LoadBalancer { multi_value });
    }
    if context.has(&["connectionId"]) && context.has(&["eventType"]) {
        return Some(Trigger::WebSocket);
    }
    if context.has(&["serviceNetworkArn"]) {
        return Some(Trigger::Lattice);
    }
    if context.has(&["http"]) {
        let domain = context.text("domainName").unwrap_or_default();
        let is_url = domain.contains(".lambda-url.");
        return Some(if is_url { Trigger::FunctionUrl } else { Trigger::HttpApi });
    }
    if shape.has(&["authorizationToken"]) {
        return Some(Trigger::AppSyncAuthorizer);
    }
    (shape.has(&["httpMethod"]) || context.has(&["httpMethod"])).then_some(Trigger::RestApi)
}

/// Users, and those who vouch for them.
fn identity(shape: &Shape<'_>) -> Option<Trigger> {
    if shape.has(&["triggerSource", "userPoolId"]) || shape.has(&["identityPoolId"]) {
        return Some(Trigger::Cognito);
    }
    shape.has(&["protocolData", "protocols"]).then_some(Trigger::IotAuthorizer)
}

/// Other services that carry what users say.
fn service(shape: &Shape<'_>) -> Option<Trigger> {
    if is_resolver(shape) {
        return Some(Trigger::AppSync);
    }
    if shape.has(&["detail-type", "detail"]) {
        return Some(Trigger::EventBridge);
    }
    if shape.has(&["getObjectContext"]) || shape.has(&["userRequest", "configuration"]) {
        return Some(Trigger::S3ObjectLambda);
    }
    if shape.has(&["bot"]) && (shape.has(&["currentIntent"]) || shape.has(&["sessionState"])) {
        return Some(Trigger::Lex);
    }
    if shape.get("Details").is_some_and(|details| details.member("ContactData").is_some()) {
        return Some(Trigger::Connect);
    }
    if shape.has(&["agent", "actionGroup"]) {
        return Some(Trigger::BedrockAgent);
    }
    let alexa = shape.get("context").and_then(|context| context.member("System"));
    if alexa.is_some() && shape.has(&["request"]) {
        return Some(Trigger::Alexa);
    }
    if shape.has(&["specversion", "type", "source"]) {
        return Some(Trigger::CloudEvent);
    }
    shape.has(&["Data", "Metadata"]).then_some(Trigger::AzureHandler)
}

/// What operators and the platform itself send.
fn operation(shape: &Shape<'_>) -> Option<Trigger> {
    if shape.has(&["awslogs"]) {
        return Some(Trigger::CloudWatchLogs);
    }
    if shape.has(&["RequestType", "ResponseURL"]) || shape.has(&["RequestType", "StackId"]) {
        return Some(Trigger::CloudFormation);
    }
    if shape.has(&["CodePipeline.job"]) {
        return Some(Trigger::CodePipeline);
    }
    shape.has(&["configRuleArn", "invokingEvent"]).then_some(Trigger::Config)
}

fn is_resolver(shape: &Shape<'_>) -> bool {
    shape.has(&["arguments", "info"])
        || shape.has(&["arguments", "fieldName"])
        || shape.has(&["arguments", "identity", "source"])
}
