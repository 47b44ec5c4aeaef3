//! What a field of an event is, for one who inspects it: tables by trigger.
//!
//! A field that no table names is inspected as text. A role holds for all that is inside, until a
//! longer path says otherwise.

use guard_settings::FieldPath;

use crate::automaton::{Automaton, State, TooManyStates};
use crate::trigger::Trigger;

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Whatever a caller wrote; JSON in a text is followed.
    Text,
    /// Made by the platform. Not inspected as long as it has only the letters that the platform
    /// uses there (see [`is_opaque`]); a field that somebody else wrote is inspected as text.
    Opaque,
    /// Written by those who deploy the function. Inspected only where the settings name it.
    Trusted,
    /// The body of a request; its type stands in the headers.
    Body,
    /// A header of a request.
    Header,
    /// The URL of the request itself: its host is the platform's, its path and query the caller's.
    Url,
    /// The query of a URL, as it was sent.
    Query,
    /// One cookie or several, `name=value` with semicolons between.
    Cookie,
    /// The key of an object in S3, in the encoding of URLs: becomes a path in most handlers.
    ObjectKey,
    /// Bytes in base64, compressed or not, that hold a text.
    Base64,
    /// Bytes as a list of numbers, that hold a text.
    Bytes,
}

/// The fields with a role, for every trigger.
#[derive(Debug)]
pub(crate) struct Roles {
    pub(crate) automaton: Automaton<Role>,
    /// By the names of triggers.
    starts: Vec<(&'static str, State)>,
    /// Events within texts: what is known of them without trusting them.
    pub(crate) nested: State,
}

impl Roles {
    pub(crate) fn new() -> Result<Self, TooManyStates> {
        let mut automaton = Automaton::new();
        let mut starts = Vec::new();
        for (names, table) in TABLES {
            let start = automaton.add(&parse(table))?;
            starts.extend(names.iter().map(|name| (*name, start)));
        }
        let nested = automaton.add(&parse(NESTED))?;
        Ok(Self { automaton, starts, nested })
    }

    /// Where a walk of an event of `trigger` begins.
    pub(crate) fn start(&self, trigger: Trigger) -> State {
        let found = self.starts.iter().find(|(name, _)| *name == trigger.name());
        found.map_or(State::NOWHERE, |(_, start)| *start)
    }
}

fn parse(table: &[(&str, Role)]) -> Vec<(FieldPath, Role)> {
    // A path that cannot be read would name nothing; the test below holds that all can.
    table.iter().filter_map(|(path, role)| Some((path.parse().ok()?, *role))).collect()
}

/// Whether a text has only letters, digits and the marks of ARNs, times, base64 and domain names.
pub(crate) fn is_opaque(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@$,* ".contains(&byte);
    text.bytes().all(plain) && !text.contains("..")
}

type Table = &'static [(&'static str, Role)];

/// The tables, each with the names of the triggers that it holds for.
const TABLES: &[(&[&str], Table)] = &[
    (&["rest-api", "websocket"], REST),
    (&["http-api", "function-url"], HTTP),
    (&["load-balancer"], LOAD_BALANCER),
    (&["lattice"], LATTICE),
    (&["edge-request", "edge-response"], EDGE),
    (&["api-authorizer"], AUTHORIZER),
    (&["sqs"], SQS),
    (&["sns"], SNS),
    (&["kinesis"], KINESIS),
    (&["firehose"], FIREHOSE),
    (&["dynamodb"], DYNAMODB),
    (&["kafka"], KAFKA),
    (&["activemq"], ACTIVEMQ),
    (&["rabbitmq"], RABBITMQ),
    (&["s3"], S3),
    (&["s3-batch"], S3_BATCH),
    (&["s3-object-lambda"], S3_OBJECT_LAMBDA),
    (&["eventbridge"], EVENTBRIDGE),
    (&["cloudwatch-logs"], CLOUDWATCH_LOGS),
    (&["cloudformation"], CLOUDFORMATION),
    (&["codepipeline"], CODEPIPELINE),
    (&["config"], CONFIG),
    (&["cognito"], COGNITO),
    (&["appsync", "appsync-authorizer"], APPSYNC),
    (&["appsync-batch"], APPSYNC_BATCH),
    (&["iot-authorizer"], IOT_AUTHORIZER),
    (&["ses"], SES),
    (&["alexa"], ALEXA),
    (&["azure-handler"], AZURE),
    (&["cloud-event"], CLOUD_EVENT),
];

use Role::{Base64, Body, Bytes, Cookie, Header, ObjectKey, Opaque, Query, Text, Trusted, Url};

const REST: Table = &[
    ("headers.*", Header),
    ("multiValueHeaders.*", Header),
    ("body", Body),
    ("resource", Trusted),
    ("stageVariables", Trusted),
    ("requestContext", Opaque),
    ("requestContext.resourcePath", Trusted),
    ("requestContext.path", Text),
    ("requestContext.authorizer", Text),
    ("requestContext.identity.userAgent", Text),
    ("requestContext.identity.clientCert", Trusted),
];

const HTTP: Table = &[
    ("headers.*", Header),
    ("cookies[*]", Cookie),
    ("rawQueryString", Query),
    ("body", Body),
    ("routeKey", Trusted),
    ("stageVariables", Trusted),
    ("requestContext", Opaque),
    ("requestContext.routeKey", Trusted),
    ("requestContext.http.path", Text),
    ("requestContext.http.userAgent", Text),
    ("requestContext.authorizer", Text),
    ("requestContext.authentication.clientCert", Trusted),
];

const LOAD_BALANCER: Table = &[
    ("headers.*", Header),
    ("multiValueHeaders.*", Header),
    ("body", Body),
    ("requestContext", Opaque),
];

const LATTICE: Table = &[
    ("headers.*", Header),
    ("body", Body),
    ("requestContext", Opaque),
    ("requestContext.identity", Text),
];

const EDGE: Table = &[
    ("Records[*].cf.config", Opaque),
    ("Records[*].cf.request.headers.*", Header),
    ("Records[*].cf.request.querystring", Query),
    ("Records[*].cf.request.body.data", Base64),
    ("Records[*].cf.request.origin", Trusted),
    ("Records[*].cf.response", Trusted),
];

const AUTHORIZER: Table = &[
    ("headers.*", Header),
    ("multiValueHeaders.*", Header),
    ("authorizationToken", Header),
    ("cookies[*]", Cookie),
    ("rawQueryString", Query),
    ("methodArn", Opaque),
    ("routeArn", Opaque),
    ("resource", Trusted),
    ("routeKey", Trusted),
    ("stageVariables", Trusted),
    ("requestContext", Opaque),
    ("requestContext.routeKey", Trusted),
    ("requestContext.resourcePath", Trusted),
    ("requestContext.path", Text),
    ("requestContext.http.path", Text),
    ("requestContext.identity.userAgent", Text),
    ("requestContext.http.userAgent", Text),
];

const SQS: Table = &[
    ("Records[*].messageId", Opaque),
    ("Records[*].receiptHandle", Opaque),
    ("Records[*].attributes", Opaque),
    ("Records[*].attributes.MessageGroupId", Text),
    ("Records[*].attributes.MessageDeduplicationId", Text),
    ("Records[*].md5OfBody", Opaque),
    ("Records[*].md5OfMessageAttributes", Opaque),
    ("Records[*].messageAttributes.*.binaryValue", Base64),
    ("Records[*].messageAttributes.*.binaryListValues[*]", Base64),
    ("Records[*].eventSource", Opaque),
    ("Records[*].eventSourceARN", Opaque),
    ("Records[*].awsRegion", Opaque),
];

const SNS: Table = &[
    ("Records[*].EventSource", Opaque),
    ("Records[*].EventVersion", Opaque),
    ("Records[*].EventSubscriptionArn", Opaque),
    ("Records[*].Sns.MessageId", Opaque),
    ("Records[*].Sns.TopicArn", Opaque),
    ("Records[*].Sns.Signature", Opaque),
    ("Records[*].Sns.Timestamp", Opaque),
    ("Records[*].Sns.SigningCertUrl", Trusted),
    ("Records[*].Sns.SigningCertURL", Trusted),
    ("Records[*].Sns.UnsubscribeUrl", Trusted),
    ("Records[*].Sns.UnsubscribeURL", Trusted),
];

const KINESIS: Table = &[
    ("Records[*].kinesis.data", Base64),
    ("Records[*].kinesis.sequenceNumber", Opaque),
    ("Records[*].eventID", Opaque),
    ("Records[*].eventSourceARN", Opaque),
    ("Records[*].invokeIdentityArn", Opaque),
];

const FIREHOSE: Table = &[
    ("invocationId", Opaque),
    ("deliveryStreamArn", Opaque),
    ("sourceKinesisStreamArn", Opaque),
    ("records[*].recordId", Opaque),
    ("records[*].data", Base64),
];

const DYNAMODB: Table = &[
    ("Records[*].eventID", Opaque),
    ("Records[*].eventSourceARN", Opaque),
    ("Records[*].dynamodb.SequenceNumber", Opaque),
];

const KAFKA: Table = &[
    ("eventSourceArn", Opaque),
    ("bootstrapServers", Trusted),
    ("records.*[*].key", Base64),
    ("records.*[*].value", Base64),
    ("records.*[*].headers[*].*", Bytes),
];

const ACTIVEMQ: Table = &[
    ("eventSourceArn", Opaque),
    ("messages[*].data", Base64),
    ("messages[*].messageID", Opaque),
    ("messages[*].brokerInTime", Opaque),
    ("messages[*].brokerOutTime", Opaque),
];

const RABBITMQ: Table = &[
    ("eventSourceArn", Opaque),
    ("rmqMessagesByQueue.*[*].data", Base64),
    ("rmqMessagesByQueue.*[*].basicProperties.headers.*.bytes", Bytes),
];

const S3: Table = &[
    ("Records[*].eventSource", Opaque),
    ("Records[*].eventTime", Opaque),
    ("Records[*].eventName", Opaque),
    ("Records[*].userIdentity", Opaque),
    ("Records[*].requestParameters", Opaque),
    ("Records[*].responseElements", Opaque),
    ("Records[*].s3.configurationId", Trusted),
    ("Records[*].s3.bucket", Opaque),
    ("Records[*].s3.object", Opaque),
    ("Records[*].s3.object.key", ObjectKey),
    ("Records[*].s3.object.urlDecodedKey", ObjectKey),
    ("Records[*].glacierEventData", Opaque),
];

const S3_BATCH: Table = &[
    ("invocationId", Opaque),
    ("job", Trusted),
    ("tasks[*].taskId", Opaque),
    ("tasks[*].s3BucketArn", Opaque),
    ("tasks[*].s3Bucket", Opaque),
    ("tasks[*].s3Key", ObjectKey),
    ("tasks[*].s3VersionId", Opaque),
];

const S3_OBJECT_LAMBDA: Table = &[
    ("xAmzRequestId", Opaque),
    // A URL of S3 that the platform signed.
    ("getObjectContext", Trusted),
    ("headObjectContext", Trusted),
    ("listObjectsContext", Trusted),
    ("listObjectsV2Context", Trusted),
    ("configuration", Trusted),
    ("userRequest.headers.*", Header),
    ("userIdentity", Opaque),
];

const EVENTBRIDGE: Table = &[
    ("id", Opaque),
    ("time", Opaque),
    ("account", Opaque),
    ("region", Opaque),
    ("resources", Opaque),
    ("detail.object.key", ObjectKey),
];

const CLOUDWATCH_LOGS: Table = &[("awslogs.data", Base64)];

const CLOUDFORMATION: Table = &[
    ("ResponseURL", Trusted),
    ("StackId", Opaque),
    ("RequestId", Opaque),
    ("ResourceType", Opaque),
    ("LogicalResourceId", Opaque),
    ("PhysicalResourceId", Opaque),
    ("ServiceToken", Opaque),
    ("ResourceProperties", Trusted),
    ("OldResourceProperties", Trusted),
];

const CODEPIPELINE: Table = &[
    ("[\"CodePipeline.job\"].id", Opaque),
    ("[\"CodePipeline.job\"].data.actionConfiguration", Trusted),
    ("[\"CodePipeline.job\"].data.artifactCredentials", Opaque),
];

const CONFIG: Table = &[
    ("resultToken", Opaque),
    ("eventLeftScope", Opaque),
    ("configRuleArn", Opaque),
    ("ruleParameters", Trusted),
];

const COGNITO: Table = &[
    ("userPoolId", Opaque),
    ("region", Opaque),
    ("callerContext", Opaque),
    ("triggerSource", Opaque),
    // Encrypted by Cognito.
    ("request.code", Opaque),
];

const APPSYNC: Table = &[
    ("request.headers.*", Header),
    ("requestHeaders.*", Header),
    ("authorizationToken", Header),
    ("identity.resolverContext", Text),
    ("requestContext.apiId", Opaque),
    ("requestContext.requestId", Opaque),
];

const APPSYNC_BATCH: Table = &[("[*].request.headers.*", Header)];

const IOT_AUTHORIZER: Table = &[
    ("token", Header),
    ("protocolData.http.headers.*", Header),
    ("protocolData.http.queryString", Query),
    ("protocolData.mqtt.password", Base64),
];

const SES: Table =
    &[("Records[*].ses.mail.messageId", Opaque), ("Records[*].ses.receipt.action", Trusted)];

const ALEXA: Table = &[
    ("session.sessionId", Opaque),
    ("session.user", Opaque),
    ("session.application", Opaque),
    ("context.System", Opaque),
    ("request.requestId", Opaque),
];

const AZURE: Table = &[("Data.*.Headers.*", Header), ("Data.*.Body", Body), ("Data.*.Url", Url)];

const CLOUD_EVENT: Table = &[
    ("specversion", Opaque),
    ("id", Opaque),
    ("time", Opaque),
    ("data_base64", Base64),
    // A message of Pub/Sub.
    ("data.message.data", Base64),
    ("data.message.messageId", Opaque),
    ("data.message.publishTime", Opaque),
];

/// Events that stand in texts, as in the body of a queue's message. Whoever may send to the queue
/// may write one: nothing of it is trusted, its shape only says where to look closer.
const NESTED: Table = &[
    ("Records[*].s3.object.key", ObjectKey),
    ("detail.object.key", ObjectKey),
    ("Records[*].kinesis.data", Base64),
];

#[cfg(test)]
mod tests {
    use super::{NESTED, Roles, TABLES, is_opaque, parse};
    use crate::automaton::State;
    use crate::trigger::Trigger;

    #[test]
    fn every_path_can_be_read_and_the_automaton_is_small() {
        for (names, table) in TABLES {
            assert_eq!(parse(table).len(), table.len(), "{names:?}");
        }
        assert_eq!(parse(NESTED).len(), NESTED.len());
        let roles = Roles::new().unwrap();
        assert_ne!(roles.start(Trigger::Sns), State::NOWHERE);
        assert_eq!(roles.start(Trigger::Direct), State::NOWHERE);
    }

    #[test]
    fn what_the_platform_makes_has_no_quotes_and_no_way_up() {
        assert!(is_opaque("arn:aws:sqs:eu-west-1:111122223333:orders.fifo"));
        assert!(is_opaque("2026-03-12T19:03:58.000Z"));
        for hostile in ["1' or '1", "<a>", "../x", "${jndi", "a;b", "a|b", "a\nb", "é"] {
            assert!(!is_opaque(hostile), "{hostile}");
        }
    }
}
