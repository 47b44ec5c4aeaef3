//! Terraform's names in messages that speak of CloudFormation's properties.

use std::sync::LazyLock;

use terraform_tables::Wording;

use crate::tables;

static WORDING: LazyLock<Wording> =
    LazyLock::new(|| Wording::new(tables::all(), "aws_", is_property));

/// The message with the properties that it names in back-ticks (`` `MemorySize` ``) as Terraform
/// spells them (`` `memory_size` ``), for a finding about the resources at `addresses`.
#[must_use]
pub fn terraform_words(message: &str, addresses: &[&str]) -> String {
    WORDING.said(message, addresses)
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
            said("allows `s3:GetObject` and `NONE`", "aws_iam_role.r"),
            "allows `s3:GetObject` and `NONE`"
        );
    }
}
