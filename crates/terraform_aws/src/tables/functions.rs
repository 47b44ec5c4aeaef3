//! Functions and what hangs on them.

use terraform_tables::row::{
    At, Owner, Row, Shape,
    Turn::{As, By, Listed, Many, Named, One, Unless},
    Type, nothing, part, resource,
};

use crate::code;

const FUNCTION: &str = "aws_lambda_function";

static CORS: &[Row] = &[];

static DESTINATIONS: &[Row] = &[
    ("on_failure", "OnFailure", One(&[("destination_arn", "Destination", As)])),
    ("on_success", "OnSuccess", One(&[("destination_arn", "Destination", As)])),
];

pub(super) static TYPES: &[Type] = &[
    resource(
        FUNCTION,
        "AWS::Lambda::Function",
        &[
            ("role", "Role", Named("aws_iam_role")),
            // Where the code lies is told by several arguments together.
            ("filename", "", As),
            ("source_code_hash", "", As),
            ("code_sha256", "", As),
            ("s3_bucket", "Code.S3Bucket", As),
            ("s3_key", "Code.S3Key", As),
            ("s3_object_version", "Code.S3ObjectVersion", As),
            ("image_uri", "Code.ImageUri", As),
            ("environment", "Environment", One(&[("variables", "Variables", As)])),
            ("tracing_config", "TracingConfig", One(&[])),
            ("dead_letter_config", "DeadLetterConfig", One(&[])),
            ("vpc_config", "VpcConfig", One(&[])),
            ("ephemeral_storage", "EphemeralStorage", One(&[])),
            ("file_system_config", "FileSystemConfigs", Many(&[])),
            ("logging_config", "LoggingConfig", One(&[])),
            ("snap_start", "SnapStart", One(&[])),
            ("image_config", "ImageConfig", One(&[])),
            ("durable_config", "DurableConfig", One(&[])),
            // The provider's default of -1 is no limit.
            ("reserved_concurrent_executions", "ReservedConcurrentExecutions", Unless("-1")),
        ],
    ),
    part(
        "aws_lambda_function_recursion_config",
        Owner::In("function_name", FUNCTION),
        At::Below(""),
        &[("function_name", "", As)],
    ),
    resource(
        "aws_lambda_permission",
        "AWS::Lambda::Permission",
        &[
            ("function_name", "FunctionName", Named(FUNCTION)),
            ("principal_org_id", "PrincipalOrgID", As),
            ("statement_id", "", As),
            ("qualifier", "", As),
        ],
    ),
    resource(
        "aws_lambda_function_url",
        "AWS::Lambda::Url",
        &[
            ("function_name", "TargetFunctionArn", Named(FUNCTION)),
            ("authorization_type", "AuthType", As),
            ("cors", "Cors", One(CORS)),
        ],
    ),
    resource(
        "aws_lambda_event_source_mapping",
        "AWS::Lambda::EventSourceMapping",
        &[
            ("function_name", "FunctionName", Named(FUNCTION)),
            ("event_source_arn", "EventSourceArn", Named("aws_sqs_queue")),
            (
                "filter_criteria",
                "FilterCriteria",
                One(&[("filter", "Filters", Many(&[("pattern", "Pattern", As)]))]),
            ),
            ("scaling_config", "ScalingConfig", One(&[])),
            ("destination_config", "DestinationConfig", One(DESTINATIONS)),
            ("bisect_batch_on_function_error", "BisectBatchOnFunctionError", As),
            (
                "source_access_configuration",
                "SourceAccessConfigurations",
                Many(&[("uri", "URI", As)]),
            ),
            ("self_managed_event_source", "SelfManagedEventSource", One(&[])),
            ("document_db_event_source_config", "DocumentDBEventSourceConfig", One(&[])),
        ],
    ),
    resource(
        "aws_lambda_function_event_invoke_config",
        "AWS::Lambda::EventInvokeConfig",
        &[
            ("function_name", "FunctionName", Named(FUNCTION)),
            (
                "destination_config",
                "DestinationConfig",
                One(&[
                    ("on_failure", "OnFailure", One(&[])),
                    ("on_success", "OnSuccess", One(&[])),
                ]),
            ),
        ],
    ),
    resource(
        "aws_lambda_alias",
        "AWS::Lambda::Alias",
        &[("function_name", "FunctionName", Named(FUNCTION))],
    ),
    // CloudFormation has this setting in versions and aliases.
    resource(
        "aws_lambda_provisioned_concurrency_config",
        "AWS::Lambda::Version",
        &[
            ("function_name", "FunctionName", Named(FUNCTION)),
            (
                "provisioned_concurrent_executions",
                "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions",
                As,
            ),
        ],
    ),
    resource(
        "aws_lambda_layer_version",
        "AWS::Lambda::LayerVersion",
        &[
            ("filename", "Content", By(code::layer_content)),
            ("source_code_hash", "", As),
            ("s3_bucket", "Content.S3Bucket", As),
            ("s3_key", "Content.S3Key", As),
        ],
    ),
    resource(
        "aws_lambda_layer_version_permission",
        "AWS::Lambda::LayerVersionPermission",
        &[("layer_name", "LayerVersionArn", Named("aws_lambda_layer_version"))],
    ),
    resource(
        "aws_lambda_code_signing_config",
        "AWS::Lambda::CodeSigningConfig",
        &[
            ("policies", "CodeSigningPolicies", One(&[])),
            ("allowed_publishers", "AllowedPublishers", One(&[])),
        ],
    ),
    nothing("aws_lambda_runtime_management_config"),
    nothing("aws_lambda_invocation"),
    resource(
        "aws_efs_access_point",
        "AWS::EFS::AccessPoint",
        &[("file_system_id", "FileSystemId", As)],
    ),
    Type {
        kind: "aws_pipes_pipe",
        shape: Shape::Resource("AWS::Pipes::Pipe", ""),
        rows: &[
            (
                "source_parameters",
                "SourceParameters",
                One(&[(
                    "filter_criteria",
                    "FilterCriteria",
                    One(&[("filter", "Filters", Many(&[]))]),
                )]),
            ),
            ("target_parameters", "TargetParameters", One(&[])),
        ],
    },
    resource(
        "aws_serverlessapplicationrepository_cloudformation_stack",
        "AWS::Serverless::Application",
        &[
            ("application_id", "Location.ApplicationId", As),
            ("semantic_version", "Location.SemanticVersion", As),
        ],
    ),
    resource(
        "aws_cloudformation_stack",
        "AWS::CloudFormation::Stack",
        &[("template_url", "TemplateURL", As), ("capabilities", "Capabilities", Listed)],
    ),
];
