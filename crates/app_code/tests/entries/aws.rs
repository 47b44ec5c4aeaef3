//! Triggers of Lambda functions: the fields of their events.

use crate::flows;

/// Trigger, field of its event, and who decides about it; `-` for what the platform sets.
const FIELDS: &[(&str, &str, &str)] = &[
    ("rest-api", "body", "attacker"),
    ("rest-api", "queryStringParameters.name", "attacker"),
    ("rest-api", "pathParameters.proxy", "attacker"),
    ("rest-api", "multiValueHeaders.Host[0]", "attacker"),
    ("rest-api", "requestContext.authorizer.claims.email", "authenticated"),
    ("rest-api", "requestContext.authorizer.principalId", "authenticated"),
    ("rest-api", "requestContext.requestId", "-"),
    ("rest-api", "requestContext.identity.sourceIp", "-"),
    ("rest-api", "stageVariables.table", "operator"),
    ("rest-api", "httpMethod", "-"),
    ("http-api", "body", "attacker"),
    ("http-api", "rawQueryString", "attacker"),
    ("http-api", "cookies[0]", "attacker"),
    ("http-api", "requestContext.http.path", "attacker"),
    ("http-api", "requestContext.authorizer.jwt.claims.sub", "authenticated"),
    ("http-api", "requestContext.authorizer.lambda.user", "authenticated"),
    ("http-api", "requestContext.http.method", "-"),
    ("http-api", "requestContext.timeEpoch", "-"),
    ("function-url", "body", "attacker"),
    ("function-url", "headers.authorization", "attacker"),
    ("function-url", "requestContext.authorizer.iam.userArn", "authenticated"),
    ("function-url", "requestContext.requestId", "-"),
    ("load-balancer", "body", "attacker"),
    ("load-balancer", "path", "attacker"),
    ("load-balancer", "multiValueQueryStringParameters.a[0]", "attacker"),
    ("load-balancer", "requestContext.elb.targetGroupArn", "-"),
    ("websocket-api", "body", "attacker"),
    ("websocket-api", "queryStringParameters.token", "attacker"),
    ("websocket-api", "requestContext.authorizer.principalId", "authenticated"),
    ("websocket-api", "requestContext.connectionId", "-"),
    ("websocket-api", "requestContext.domainName", "-"),
    ("s3", "Records[0].s3.object.key", "uploader"),
    ("s3", "Records[0].s3.bucket.name", "-"),
    ("s3", "Records[0].s3.object.size", "-"),
    ("s3", "Records[0].eventName", "-"),
    ("sqs", "Records[0].body", "producer"),
    ("sqs", "Records[0].messageAttributes.kind.stringValue", "producer"),
    ("sqs", "Records[0].messageId", "-"),
    ("sqs", "Records[0].eventSourceARN", "-"),
    ("sns", "Records[0].Sns.Message", "producer"),
    ("sns", "Records[0].Sns.Subject", "producer"),
    ("sns", "Records[0].Sns.TopicArn", "-"),
    ("sns", "Records[0].Sns.Timestamp", "-"),
    ("eventbridge", "detail.order.id", "producer"),
    ("eventbridge", "detail.object.key", "uploader"),
    ("eventbridge", "account", "-"),
    ("eventbridge", "time", "-"),
    ("dynamodb-stream", "Records[0].dynamodb.NewImage.name.S", "stored"),
    ("dynamodb-stream", "Records[0].dynamodb.SequenceNumber", "-"),
    ("dynamodb-stream", "Records[0].eventName", "-"),
    ("kinesis", "Records[0].kinesis.data", "producer"),
    ("kinesis", "Records[0].kinesis.sequenceNumber", "-"),
    ("kafka", "records.orders-0[0].value", "producer"),
    ("kafka", "records.orders-0[0].offset", "-"),
    ("kafka", "bootstrapServers", "-"),
    ("mq", "messages[0].data", "producer"),
    ("mq", "rmqMessagesByQueue.orders[0].data", "producer"),
    ("mq", "messages[0].messageID", "-"),
    ("iot", "temperature", "producer"),
    ("cognito", "userName", "attacker"),
    ("cognito", "request.userAttributes.name", "attacker"),
    ("cognito", "request.clientMetadata.campaign", "attacker"),
    ("cognito", "request.userAttributes.sub", "-"),
    ("cognito", "userPoolId", "-"),
    ("cognito", "triggerSource", "-"),
    ("graphql", "arguments.id", "attacker"),
    ("graphql", "request.headers.x-tenant", "attacker"),
    ("graphql", "identity.claims.sub", "authenticated"),
    ("graphql", "info.fieldName", "-"),
    ("step-functions", "order.id", "producer"),
    ("step-functions", "taskToken", "-"),
    ("ses", "Records[0].ses.mail.commonHeaders.subject", "attacker"),
    ("ses", "Records[0].ses.mail.messageId", "-"),
    ("ses", "Records[0].ses.receipt.spamVerdict.status", "-"),
    ("cloudwatch-logs", "awslogs.data", "producer"),
    ("schedule", "time", "-"),
    ("schedule", "detail.name", "-"),
    ("direct", "name", "producer"),
    ("custom-resource", "ResourceProperties.Name", "operator"),
    ("custom-resource", "RequestId", "-"),
    ("secret-rotation", "SecretId", "-"),
    ("authorizer", "authorizationToken", "attacker"),
    ("authorizer", "methodArn", "attacker"),
    ("authorizer", "requestContext.requestId", "-"),
    ("cloudfront", "Records[0].cf.request.uri", "attacker"),
    ("cloudfront", "Records[0].cf.config.distributionId", "-"),
    ("documentdb", "events[0].event.fullDocument.name", "stored"),
    ("documentdb", "eventSourceArn", "-"),
    // Words of agents that a template cannot tell.
    ("alexa", "request.intent.slots.city.value", "attacker"),
    ("alexa", "request.requestId", "-"),
];

/// The field in Python and in JavaScript: `Records[0].body`.
fn read(path: &str) -> (String, String) {
    let mut python = "event".to_owned();
    for step in path.split('.') {
        let (name, index) = step.split_once('[').map_or((step, None), |(n, i)| (n, Some(i)));
        if !name.is_empty() {
            python += &["[\"", name, "\"]"].concat();
        }
        if let Some(index) = index {
            python += &["[", index].concat();
        }
    }
    // Every name may be written as an index in JavaScript, too.
    let plain = !path.starts_with('[') && path.split('.').all(|step| !step.contains('-'));
    let javascript = if plain { format!("event.{path}") } else { python.clone() };
    (python, javascript)
}

#[test]
fn fields_of_events_are_trusted_as_far_as_their_source() {
    let mut wrong = Vec::new();
    for (event, path, trust) in FIELDS {
        let (python, javascript) = read(path);
        let programs = [
            (
                "app.py",
                format!("import os\n\ndef handler(event, context):\n    os.system({python})\n"),
                4,
            ),
            (
                "app.js",
                format!(
                    "const {{ execSync }} = require('child_process');\n\
                     exports.handler = async (event) => {{\n  execSync({javascript});\n}};\n"
                ),
                3,
            ),
        ];
        for (file, code, line) in programs {
            let found: Vec<String> =
                flows(file, &code, Some(("handler", &[event]))).into_iter().collect();
            let expected: Vec<String> = match *trust {
                "-" => Vec::new(),
                trust => vec![format!("{file}:{line} command {trust}")],
            };
            if found != expected {
                wrong.push(format!("{event} {path} in {file}: {found:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_handler_of_several_triggers_is_run_with_each_of_their_events() {
    let code = "import os\n\ndef handler(event, context):\n    if 'Records' in event:\n        \
                os.system(event['Records'][0]['body'])\n    else:\n        \
                os.system(event['queryStringParameters']['name'])\n";
    let found = flows("app.py", code, Some(("handler", &["http-api", "sqs"])));
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, ["app.py:5 command producer", "app.py:7 command attacker"]);
}
