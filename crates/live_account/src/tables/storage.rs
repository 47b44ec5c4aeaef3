//! What keeps data: tables, buckets, secrets, parameters, images.

use crate::table::{Form, Row, Turn, find, read};

const TABLE_ROWS: &[Row] = &[
    ("TableName", "TableName", Turn::Same),
    ("DeletionProtectionEnabled", "DeletionProtectionEnabled", Turn::Same),
    ("SSESpecification.SSEEnabled", "SSEDescription.Status", Turn::Is("ENABLED|ENABLING|UPDATING")),
    ("SSESpecification.KMSMasterKeyId", "SSEDescription.KMSMasterKeyArn", Turn::Same),
    ("StreamSpecification", "StreamSpecification", Turn::Same),
    ("BillingMode", "BillingModeSummary.BillingMode", Turn::Same),
    ("KeySchema", "KeySchema", Turn::Same),
    ("AttributeDefinitions", "AttributeDefinitions", Turn::Same),
];

pub(super) static TABLE: Form = Form {
    type_: "AWS::DynamoDB::Table",
    service: "dynamodb",
    finds: &[
        find("DescribeTable", "Table", "TableName", &["TableArn", "LatestStreamArn"], TABLE_ROWS),
        find("ListTables", "TableNames", "", &[], &[("TableName", "", Turn::Same)]),
    ],
    reads: &[
        read("DescribeTable", "Table", TABLE_ROWS),
        read(
            "DescribeContinuousBackups",
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription",
            &[(
                "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
                "PointInTimeRecoveryStatus",
                Turn::Is("ENABLED"),
            )],
        ),
        read(
            "GetResourcePolicy",
            "",
            &[("ResourcePolicy.PolicyDocument", "Policy", Turn::Document)],
        ),
    ],
};

const CLOSED_ROWS: &[Row] = &[
    ("PublicAccessBlockConfiguration.BlockPublicAcls", "BlockPublicAcls", Turn::Same),
    ("PublicAccessBlockConfiguration.IgnorePublicAcls", "IgnorePublicAcls", Turn::Same),
    ("PublicAccessBlockConfiguration.BlockPublicPolicy", "BlockPublicPolicy", Turn::Same),
    ("PublicAccessBlockConfiguration.RestrictPublicBuckets", "RestrictPublicBuckets", Turn::Same),
];

const BUCKET_POLICY: Turn = Turn::Policy("AWS::S3::BucketPolicy", "Bucket");

pub(super) static BUCKET: Form = Form {
    type_: "AWS::S3::Bucket",
    service: "s3",
    finds: &[find("ListBuckets", "Buckets", "Name", &[], &[("BucketName", "Name", Turn::Same)])],
    reads: &[
        // On the wire the answer is the policy; kits put it into a member.
        read("GetBucketPolicy", "", &[("", "Policy", BUCKET_POLICY), ("#policy", "", Turn::Same)]),
        read("GetPublicAccessBlock", "", CLOSED_ROWS),
        read("GetPublicAccessBlock", "PublicAccessBlockConfiguration", CLOSED_ROWS),
        read("GetBucketEncryption", "", &[("#encryption", "Rule", Turn::Same)]),
        read(
            "GetBucketEncryption",
            "ServerSideEncryptionConfiguration",
            &[("#encryption", "Rules", Turn::Same)],
        ),
        read(
            "GetBucketVersioning",
            "",
            &[("VersioningConfiguration.Status", "Status", Turn::Same)],
        ),
        read(
            "GetBucketLogging",
            "",
            &[
                (
                    "LoggingConfiguration.DestinationBucketName",
                    "LoggingEnabled.TargetBucket",
                    Turn::Ref("AWS::S3::Bucket"),
                ),
                ("LoggingConfiguration.LogFilePrefix", "LoggingEnabled.TargetPrefix", Turn::Same),
            ],
        ),
        read(
            "GetBucketWebsite",
            "",
            &[
                ("WebsiteConfiguration.IndexDocument", "IndexDocument.Suffix", Turn::Same),
                ("WebsiteConfiguration.RedirectAllRequestsTo", "RedirectAllRequestsTo", Turn::Same),
            ],
        ),
        read(
            "GetBucketCors",
            "",
            &[("#cors", "CORSRules", Turn::Same), ("#cors", "CORSRule", Turn::Same)],
        ),
        read(
            "GetBucketAcl",
            "",
            &[("#grants", "Grants", Turn::Same), ("#grants", "AccessControlList", Turn::Same)],
        ),
        read(
            "GetBucketNotificationConfiguration",
            "",
            &[
                ("#functions", "LambdaFunctionConfigurations", Turn::Same),
                ("#functions", "CloudFunctionConfiguration", Turn::Same),
                ("#queues", "QueueConfigurations", Turn::Same),
                ("#queues", "QueueConfiguration", Turn::Same),
                ("#topics", "TopicConfigurations", Turn::Same),
                ("#topics", "TopicConfiguration", Turn::Same),
                (
                    "NotificationConfiguration.EventBridgeConfiguration",
                    "EventBridgeConfiguration",
                    Turn::Same,
                ),
            ],
        ),
        read(
            "GetBucketLocation",
            "",
            &[("#region", "", Turn::Same), ("#region", "LocationConstraint", Turn::Same)],
        ),
        read("ListBuckets", "", &[]),
    ],
};

const SECRET_ROWS: &[Row] = &[
    ("Name", "Name", Turn::Same),
    ("KmsKeyId", "KmsKeyId", Turn::Same),
    ("#rotates", "RotationEnabled", Turn::Same),
    ("#rotation", "RotationLambdaARN", Turn::Same),
    ("#accessed", "LastAccessedDate", Turn::Same),
];

pub(super) static SECRET: Form = Form {
    type_: "AWS::SecretsManager::Secret",
    service: "secretsmanager",
    finds: &[
        find("ListSecrets", "SecretList", "Name", &["ARN"], SECRET_ROWS),
        find("DescribeSecret", "", "Name", &["ARN"], SECRET_ROWS),
    ],
    reads: &[read(
        "GetResourcePolicy",
        "",
        &[("", "ResourcePolicy", Turn::Policy("AWS::SecretsManager::ResourcePolicy", "SecretId"))],
    )],
};

const PARAMETER_ROWS: &[Row] =
    &[("Name", "Name", Turn::Same), ("Type", "Type", Turn::Same), ("KeyId", "KeyId", Turn::Same)];

pub(super) static PARAMETER: Form = Form {
    type_: "AWS::SSM::Parameter",
    service: "ssm",
    finds: &[find("DescribeParameters", "Parameters", "Name", &["ARN"], PARAMETER_ROWS)],
    reads: &[],
};

pub(super) static REPOSITORY: Form = Form {
    type_: "AWS::ECR::Repository",
    service: "ecr",
    finds: &[find(
        "DescribeRepositories",
        "repositories",
        "repositoryName",
        &["repositoryArn", "repositoryUri"],
        &[
            ("RepositoryName", "repositoryName", Turn::Same),
            ("ImageTagMutability", "imageTagMutability", Turn::Same),
            ("ImageScanningConfiguration", "imageScanningConfiguration", Turn::Large),
            ("EncryptionConfiguration", "encryptionConfiguration", Turn::Large),
        ],
    )],
    reads: &[read(
        "GetRepositoryPolicy",
        "",
        &[("RepositoryPolicyText", "policyText", Turn::Document)],
    )],
};
