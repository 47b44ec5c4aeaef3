//! Secrets, stored parameters, keys.

use terraform_tables::row::{
    At, Owner,
    Turn::{As, Json, One},
    Type, nothing, part, resource,
};

const SECRET: &str = "aws_secretsmanager_secret";

pub(super) static TYPES: &[Type] = &[
    // Its policy is a resource of its own in CloudFormation.
    resource(SECRET, "AWS::SecretsManager::Secret", &[("policy", "", As)]),
    part(
        "aws_secretsmanager_secret_version",
        Owner::In("secret_id", SECRET),
        At::Below(""),
        &[("secret_id", "", As), ("secret_binary", "", As), ("version_stages", "", As)],
    ),
    resource(
        "aws_secretsmanager_secret_rotation",
        "AWS::SecretsManager::RotationSchedule",
        &[
            ("rotation_lambda_arn", "RotationLambdaARN", As),
            ("rotation_rules", "RotationRules", One(&[])),
        ],
    ),
    resource(
        "aws_secretsmanager_secret_policy",
        "AWS::SecretsManager::ResourcePolicy",
        &[("secret_arn", "SecretId", As), ("policy", "ResourcePolicy", Json)],
    ),
    resource("aws_ssm_parameter", "AWS::SSM::Parameter", &[]),
    resource(
        "aws_kms_key",
        "AWS::KMS::Key",
        &[("policy", "KeyPolicy", Json), ("customer_master_key_spec", "KeySpec", As)],
    ),
    part(
        "aws_kms_key_policy",
        Owner::In("key_id", "aws_kms_key"),
        At::Below(""),
        &[("key_id", "", As), ("policy", "KeyPolicy", Json)],
    ),
    resource("aws_kms_alias", "AWS::KMS::Alias", &[("name", "AliasName", As)]),
    nothing("aws_kms_grant"),
];
