//! Sample events, one for every trigger: invented names, the shapes of today.

/// An event as a trigger of Lambda sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// What it is called: `sqs`, `http-api`.
    pub name: &'static str,
    /// In a few words.
    pub about: &'static str,
    /// The event, JSON.
    pub text: &'static str,
}

macro_rules! samples {
    ($($name:literal: $about:literal,)*) => {
        &[$(Sample {
            name: $name,
            about: $about,
            text: include_str!(concat!("../samples/", $name, ".json")),
        }),*]
    };
}

/// Every sample.
pub const SAMPLES: &[Sample] = samples! {
    "rest-api": "REST API (payload version 1.0), POST with a JSON body",
    "http-api": "HTTP API (payload version 2.0), POST with a JSON body",
    "function-url": "function URL, GET with a query",
    "websocket": "WebSocket API, one message",
    "websocket-connect": "WebSocket API, a client connects",
    "alb": "Application Load Balancer",
    "alb-multi-value": "Application Load Balancer with lists of headers and parameters",
    "vpc-lattice": "VPC Lattice (version 2.0)",
    "cloudfront-viewer-request": "Lambda@Edge, request of a viewer",
    "sqs": "SQS, a batch of 10",
    "sqs-fifo": "SQS FIFO, two message groups",
    "sns": "SNS",
    "sns-to-sqs": "SNS through SQS: the message stands in the body of a record",
    "s3": "S3, an object was created",
    "s3-deleted": "S3, an object was removed",
    "s3-batch": "S3 Batch Operations",
    "s3-object-lambda": "S3 Object Lambda, GetObject",
    "eventbridge": "EventBridge, an event of an application",
    "schedule": "EventBridge, a schedule",
    "s3-eventbridge": "S3 through EventBridge",
    "dynamodb": "DynamoDB stream: an insert, a change, a removal",
    "kinesis": "Kinesis stream, three records",
    "firehose": "Data Firehose, transformation",
    "kafka-msk": "Amazon MSK",
    "kafka-self-managed": "Apache Kafka of one's own",
    "activemq": "Amazon MQ, ActiveMQ",
    "rabbitmq": "Amazon MQ, RabbitMQ",
    "documentdb": "DocumentDB change stream",
    "iot": "IoT rule",
    "iot-authorizer": "IoT, custom authorizer",
    "cognito-pre-sign-up": "Cognito, before a sign-up",
    "cognito-post-confirmation": "Cognito, after a confirmation",
    "cognito-pre-authentication": "Cognito, before a sign-in",
    "cognito-post-authentication": "Cognito, after a sign-in",
    "cognito-pre-token": "Cognito, before a token",
    "cognito-custom-message": "Cognito, a message to a user",
    "cognito-user-migration": "Cognito, a user who moves in",
    "cognito-verify-challenge": "Cognito, the answer to a challenge",
    "appsync": "AppSync, a resolver of a query",
    "appsync-batch": "AppSync, a resolver that gets three invocations at once",
    "appsync-authorizer": "AppSync, custom authorizer",
    "api-authorizer-token": "REST API, authorizer of tokens",
    "api-authorizer-request": "REST API, authorizer of requests",
    "http-api-authorizer": "HTTP API, authorizer (version 2.0)",
    "cloudwatch-logs": "CloudWatch Logs, a subscription (compressed)",
    "cloudwatch-alarm": "CloudWatch, an alarm changed its state",
    "ses": "SES, mail came in",
    "step-functions": "Step Functions, input of a task",
    "direct": "invoked by another function",
    "alexa": "Alexa skill",
    "lex": "Lex V2, a conversation",
    "connect": "Connect, a contact flow",
    "config": "Config, a rule judges a change",
    "codepipeline": "CodePipeline, a job",
    "codecommit": "CodeCommit, a push",
    "cloudformation": "CloudFormation, a custom resource",
    "secrets-rotation": "Secrets Manager, a rotation",
    "bedrock-agent": "Bedrock agent, an action group",
    "autoscaling": "EC2 Auto Scaling through EventBridge",
};

/// The sample of that name.
#[must_use]
pub fn sample(name: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.name == name)
}

#[cfg(test)]
mod tests {
    use super::{SAMPLES, sample};

    #[test]
    fn every_sample_is_json_with_a_name_of_its_own() {
        for (at, one) in SAMPLES.iter().enumerate() {
            let parsed = serde_json::from_str::<serde_json::Value>(one.text);
            let is_event = |event: serde_json::Value| event.is_object() || event.is_array();
            assert!(parsed.is_ok_and(is_event), "{}", one.name);
            assert_eq!(sample(one.name), SAMPLES.get(at), "{}", one.name);
        }
    }

    #[test]
    fn the_account_is_the_invented_one() {
        for one in SAMPLES {
            let foreign = one.text.split("arn:aws:").skip(1).find(|arn| {
                let account = arn.split([':', '"']).nth(2).unwrap_or_default();
                account.len() == 12 && account != crate::ACCOUNT
            });
            assert_eq!(foreign, None, "{}", one.name);
        }
    }
}
