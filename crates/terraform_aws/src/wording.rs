//! Terraform's names in messages that speak of CloudFormation's properties.

use std::sync::LazyLock;

use terraform_tables::{Wording, row::Shape};

use crate::tables;

static WORDING: LazyLock<Wording> =
    LazyLock::new(|| Wording::new(tables::all(), "aws_", is_property));

/// What rules say in words of SAM, and how a reader of Terraform does it.
const PHRASES: [(&str, &str); 8] = [
    (
        "Set `Tracing` (`TracingConfig.Mode`) to `Active`",
        "Set `mode = \"Active\"` in a block `tracing_config`",
    ),
    (
        "`PermissionsBoundary` on the role, or on the function in SAM",
        "`permissions_boundary` on the role",
    ),
    (
        "Set `DeadLetterQueue`, or `OnFailure` under `EventInvokeConfig`, to",
        "Add a block `dead_letter_config`, or an `aws_lambda_function_event_invoke_config` with \
         `on_failure`, for",
    ),
    ("(in SAM: `Policies` instead of `Role`)", "(`aws_iam_role`)"),
    ("`Runtime`", "`runtime`"),
    ("`Timeout`", "`timeout`"),
    ("who reads the template", "who reads the configuration"),
    ("stands in the template", "stands in the configuration"),
];

/// Properties that no table names, as their arguments are spelled like them.
const PLAIN: [&str; 24] = [
    "AuthorizerId",
    "BackupRetentionPeriod",
    "CodeSigningConfigArn",
    "DeletionProtectionEnabled",
    "EnableKeyRotation",
    "ExplicitAuthFlows",
    "FunctionResponseTypes",
    "ImageTagMutability",
    "IncludeExecutionData",
    "KmsKeyArn",
    "KmsKeyId",
    "KmsMasterKeyId",
    "LogFormat",
    "LogGroup",
    "MemorySize",
    "MfaConfiguration",
    "PermissionsBoundary",
    "PreventUserExistenceErrors",
    "PubliclyAccessible",
    "QueryDepthLimit",
    "ResolverCountLimit",
    "SourceAccount",
    "SourceArn",
    "StorageEncrypted",
];

/// The message with the properties that it names in back-ticks (`` `MemorySize` ``) as Terraform
/// spells them (`` `memory_size` ``), for a finding about the resources at `addresses`.
#[must_use]
pub fn terraform_words(message: &str, addresses: &[&str]) -> String {
    let message = PHRASES.iter().fold(message.to_owned(), |said, (from, to)| {
        if said.contains(from) { said.replace(from, to) } else { said }
    });
    let said = WORDING.said(&message, addresses);
    let pieces = said.split('`').enumerate().map(|(at, piece)| {
        if at % 2 == 1 {
            plain(piece).unwrap_or_else(|| piece.to_owned())
        } else {
            piece.to_owned()
        }
    });
    pieces.collect::<Vec<_>>().join("`")
}

/// A piece in back-ticks that the tables do not name: a type, a property with a value, a property
/// that is spelled alike.
fn plain(piece: &str) -> Option<String> {
    if piece.starts_with("AWS::") {
        let one = tables::all()
            .find(|one| matches!(one.shape, Shape::Resource(type_, _) if type_ == piece))?;
        return Some(one.kind.to_owned());
    }
    let is_name = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.chars().all(|letter| letter.is_ascii_alphanumeric())
            && word.chars().any(|letter| letter.is_ascii_lowercase())
    };
    if let Some((property, value)) = piece.split_once(": ") {
        let is_bare = value.parse::<f64>().is_ok() || matches!(value, "true" | "false");
        let is_word = value.chars().all(|it| it.is_ascii_alphanumeric() || "_-".contains(it));
        let property = Some(property).filter(|it| is_name(it) && is_word).map(snake)?;
        return Some(if is_bare {
            format!("{property} = {value}")
        } else {
            format!("{property} = \"{value}\"")
        });
    }
    let parts = piece.split('.').map(|part| match part {
        _ if PLAIN.contains(&part) => Some(snake(part)),
        "LoggingConfig" | "TracingConfig" | "VpcConfig" => Some(snake(part)),
        _ => None,
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("."))
}

/// `kms_key_id` of `KmsKeyId`.
fn snake(property: &str) -> String {
    let mut spelled = String::with_capacity(property.len() + 4);
    for letter in property.chars() {
        if letter.is_ascii_uppercase() && !spelled.is_empty() {
            spelled.push('_');
        }
        spelled.push(letter.to_ascii_lowercase());
    }
    spelled
}

fn is_property(piece: &str) -> bool {
    piece.starts_with(|first: char| first.is_ascii_uppercase())
        && piece.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.')
        && piece.chars().any(|letter| letter.is_ascii_lowercase())
        && piece.chars().filter(char::is_ascii_uppercase).count() > 1
}

#[cfg(test)]
mod tests {
    use super::terraform_words;

    #[test]
    fn properties_are_named_as_terraform_names_them() {
        let said = |message: &str, address: &str| terraform_words(message, &[address]);
        assert_eq!(
            said("set `VisibilityTimeout` of `aws_sqs_queue.q`", "aws_sqs_queue.q"),
            "set `visibility_timeout_seconds` of `aws_sqs_queue.q`"
        );
        assert_eq!(
            said("set `ReservedConcurrentExecutions`", "aws_lambda_function.f"),
            "set `reserved_concurrent_executions`"
        );
        assert_eq!(said("`AdministratorAccess`", "aws_iam_role.r"), "`AdministratorAccess`");
        assert_eq!(said("`AuthType`", "aws_lambda_function.f"), "`authorization_type`");
        assert_eq!(
            said("set `AuthType: AWS_IAM`", "aws_lambda_function.f"),
            "set `authorization_type = \"AWS_IAM\"`"
        );
        assert_eq!(said("`PointInTimeRecoveryEnabled`", "aws_dynamodb_table.t"), "`enabled`");
        assert_eq!(
            said("Set `AuthorizationType` and `AuthorizerId`", "aws_apigatewayv2_api.shop"),
            "Set `authorization_type` and `authorizer_id`"
        );
        assert_eq!(
            said("Declare an `AWS::Logs::LogGroup`, `Enabled: true`", "aws_lambda_function.f"),
            "Declare an `aws_cloudwatch_log_group`, `enabled = true`"
        );
        assert_eq!(said("`KmsKeyId`", "aws_sqs_queue.q"), "`kms_key_id`");
        assert_eq!(
            said("allows `s3:GetObject` and `NONE`", "aws_iam_role.r"),
            "allows `s3:GetObject` and `NONE`"
        );
    }
}
