//! The framework's words in messages that speak of CloudFormation's properties.

use crate::names::normalised;

/// What rules say, and how a reader of `serverless.yml` does it. Longer ones stand before what they hold.
const PHRASES: [(&str, &str); 27] = [
    (
        "Set `Tracing` (`TracingConfig.Mode`) to `Active`",
        "Set `tracing: Active` on the function, or `lambda: true` under `provider.tracing`",
    ),
    (
        "Set `PermissionsBoundary` on the role, or on the function in SAM",
        "Set `permissionsBoundary` under `provider.iam.role`",
    ),
    (
        "Set `LogFormat` to `JSON` under `LoggingConfig`",
        "Set `logFormat: JSON` under `provider.logs.lambda`",
    ),
    ("Set `AuthorizationType` and `AuthorizerId` on the route", "Set `authorizer` on the event"),
    ("Set `AuthorizationType` and `AuthorizerId` on the method", "Set `authorizer` on the event"),
    (
        "Set `ThrottlingRateLimit` and `ThrottlingBurstLimit` on the stage",
        "Set `ThrottlingRateLimit` and `ThrottlingBurstLimit` on the stage under `resources.extensions`",
    ),
    (
        "Set `DeadLetterQueue`, or `OnFailure` under `EventInvokeConfig`, to",
        "Set `onError`, or `onFailure` under `destinations`, to",
    ),
    (
        "Set `DestinationArn` and `Format` under `AccessLogSettings`",
        "Set `httpApi: true` under `provider.logs`",
    ),
    (
        "Set `DestinationArn` and `Format` under `AccessLogSetting`",
        "Set `restApi: true` under `provider.logs`",
    ),
    ("Set `CodeSigningConfigArn` to", "Set `CodeSigningConfigArn` under `resources.extensions` to"),
    (
        "`FunctionResponseTypes: [ReportBatchItemFailures]`",
        "`functionResponseType: ReportBatchItemFailures`",
    ),
    ("`FunctionResponseTypes`", "`functionResponseType`"),
    ("`AuthType: AWS_IAM`", "`authorizer: aws_iam`"),
    ("whose `AuthType` is `NONE`", "which has no `authorizer`"),
    ("`ReservedConcurrentExecutions`", "`reservedConcurrency`"),
    ("`MaximumRecordAgeInSeconds`", "`maximumRecordAgeInSeconds`"),
    ("`MaximumRetryAttempts`", "`maximumRetryAttempts`"),
    ("`MaximumConcurrency`", "`maximumConcurrency`"),
    ("`KmsKeyArn`", "`kmsKeyArn`"),
    ("`VpcConfig`", "`vpc`"),
    ("`Runtime`", "`runtime`"),
    ("`Timeout`", "`timeout`"),
    ("`MemorySize`", "`memorySize`"),
    ("who reads the template", "who reads the service"),
    ("stands in the template", "stands in the service"),
    ("`Description`", "`description`"),
    ("`Layers`", "`layers`"),
];

/// A message about what the framework makes of a service, in the words of the service.
#[must_use]
pub fn service_words(message: &str) -> String {
    PHRASES.iter().fold(message.to_owned(), |said, (from, to)| {
        if said.contains(from) { said.replace(from, to) } else { said }
    })
}

/// Whether a function's logical id is what the framework makes of the key that its author wrote.
#[must_use]
pub fn is_id_of(id: &str, key: &str) -> bool {
    let name = id.strip_suffix("LambdaFunction");
    name.is_some_and(|name| !key.is_empty() && name == normalised(key))
}

#[cfg(test)]
mod tests {
    use super::{is_id_of, service_words};

    #[test]
    fn properties_are_told_as_the_framework_has_them() {
        assert_eq!(
            service_words("Set `ReservedConcurrentExecutions` to 5"),
            "Set `reservedConcurrency` to 5"
        );
        assert_eq!(
            service_words("Set `AuthorizationType` and `AuthorizerId` on the route, or accept it"),
            "Set `authorizer` on the event, or accept it"
        );
        assert_eq!(service_words("`Principal` is `*`"), "`Principal` is `*`");
    }

    #[test]
    fn the_logical_id_of_a_function_comes_of_its_key() {
        assert!(is_id_of("CreateDashorderLambdaFunction", "create-order"));
        assert!(is_id_of("OrderLambdaFunction", "order"));
        assert!(!is_id_of("OrderLambdaFunction", "OrderLambdaFunction"));
    }
}
