//! Buckets, tables, file systems, databases, repositories.

use terraform_tables::row::{
    At, Owner, Row,
    Turn::{As, By, Json, Many, One, Words},
    Type, nothing, part, resource,
};

use crate::join;

const BUCKET: Owner = Owner::In("bucket", "aws_s3_bucket");

static ACL: &[(&str, &str)] = &[
    ("private", "Private"),
    ("public-read", "PublicRead"),
    ("public-read-write", "PublicReadWrite"),
    ("authenticated-read", "AuthenticatedRead"),
    ("aws-exec-read", "AwsExecRead"),
    ("bucket-owner-read", "BucketOwnerRead"),
    ("bucket-owner-full-control", "BucketOwnerFullControl"),
    ("log-delivery-write", "LogDeliveryWrite"),
];

static ON_OFF: &[(&str, &str)] = &[("true", "Enabled"), ("false", "Suspended")];

static ENCRYPTION: &[Row] = &[(
    "apply_server_side_encryption_by_default",
    "ServerSideEncryptionByDefault",
    One(&[("sse_algorithm", "SSEAlgorithm", As), ("kms_master_key_id", "KMSMasterKeyID", As)]),
)];

static LOGGING: &[Row] = &[
    ("bucket", "", As),
    ("target_bucket", "DestinationBucketName", As),
    ("target_prefix", "LogFilePrefix", As),
];

static RULES: &str = "BucketEncryption.ServerSideEncryptionConfiguration";

static DATABASE: &[Row] = &[
    ("password", "MasterUserPassword", As),
    ("master_password", "MasterUserPassword", As),
    ("username", "MasterUsername", As),
    ("master_username", "MasterUsername", As),
    ("iam_database_authentication_enabled", "EnableIAMDatabaseAuthentication", As),
    ("cluster_identifier", "DBClusterIdentifier", As),
    ("identifier", "DBInstanceIdentifier", As),
    ("replicate_source_db", "SourceDBInstanceIdentifier", As),
];

pub(super) static TYPES: &[Type] = &[
    resource(
        "aws_s3_bucket",
        "AWS::S3::Bucket",
        &[
            ("bucket", "BucketName", As),
            ("acl", "AccessControl", Words(ACL)),
            ("versioning", "VersioningConfiguration", One(&[("enabled", "Status", Words(ON_OFF))])),
            ("logging", "LoggingConfiguration", One(LOGGING)),
            (
                "server_side_encryption_configuration",
                "BucketEncryption",
                One(&[("rule", "ServerSideEncryptionConfiguration", Many(ENCRYPTION))]),
            ),
            ("website", "WebsiteConfiguration", One(&[])),
            ("cors_rule", "CorsConfiguration.CorsRules", Many(&[])),
            // A resource of its own in CloudFormation.
            ("policy", "", As),
        ],
    ),
    part(
        "aws_s3_bucket_public_access_block",
        BUCKET,
        At::Below("PublicAccessBlockConfiguration"),
        &[("bucket", "", As)],
    ),
    part(
        "aws_s3_bucket_versioning",
        BUCKET,
        At::Below(""),
        &[("bucket", "", As), ("versioning_configuration", "VersioningConfiguration", One(&[]))],
    ),
    part(
        "aws_s3_bucket_server_side_encryption_configuration",
        BUCKET,
        At::Below(""),
        &[("bucket", "", As), ("rule", RULES, Many(ENCRYPTION))],
    ),
    part(
        "aws_s3_bucket_acl",
        BUCKET,
        At::Below(""),
        &[("bucket", "", As), ("acl", "AccessControl", Words(ACL))],
    ),
    part("aws_s3_bucket_logging", BUCKET, At::Below("LoggingConfiguration"), LOGGING),
    part(
        "aws_s3_bucket_website_configuration",
        BUCKET,
        At::Below("WebsiteConfiguration"),
        &[("bucket", "", As)],
    ),
    part(
        "aws_s3_bucket_cors_configuration",
        BUCKET,
        At::Below("CorsConfiguration"),
        &[("bucket", "", As), ("cors_rule", "CorsRules", Many(&[]))],
    ),
    part(
        "aws_s3_bucket_ownership_controls",
        BUCKET,
        At::Below("OwnershipControls"),
        &[("bucket", "", As), ("rule", "Rules", Many(&[]))],
    ),
    part(
        "aws_s3_bucket_lifecycle_configuration",
        BUCKET,
        At::Below("LifecycleConfiguration"),
        &[("bucket", "", As), ("rule", "Rules", Many(&[]))],
    ),
    part(
        "aws_s3_bucket_notification",
        BUCKET,
        At::Below("NotificationConfiguration"),
        &[
            ("bucket", "", As),
            ("lambda_function", "LambdaConfigurations", By(join::notifications)),
            ("queue", "QueueConfigurations", By(join::notifications)),
            ("topic", "TopicConfigurations", By(join::notifications)),
            ("eventbridge", "EventBridgeConfiguration.EventBridgeEnabled", As),
        ],
    ),
    resource(
        "aws_s3_bucket_policy",
        "AWS::S3::BucketPolicy",
        &[("policy", "PolicyDocument", Json)],
    ),
    nothing("aws_s3_object"),
    nothing("aws_s3_bucket_object"),
    nothing("aws_s3_bucket_request_payment_configuration"),
    nothing("aws_s3_bucket_accelerate_configuration"),
    resource(
        "aws_dynamodb_table",
        "AWS::DynamoDB::Table",
        &[
            ("name", "TableName", As),
            (
                "point_in_time_recovery",
                "PointInTimeRecoverySpecification",
                One(&[("enabled", "PointInTimeRecoveryEnabled", As)]),
            ),
            (
                "server_side_encryption",
                "SSESpecification",
                One(&[("enabled", "SSEEnabled", As), ("kms_key_arn", "KMSMasterKeyId", As)]),
            ),
            (
                "attribute",
                "AttributeDefinitions",
                Many(&[("name", "AttributeName", As), ("type", "AttributeType", As)]),
            ),
            ("stream_view_type", "StreamSpecification.StreamViewType", As),
            ("stream_enabled", "", As),
        ],
    ),
    part(
        "aws_dynamodb_resource_policy",
        Owner::In("resource_arn", "aws_dynamodb_table"),
        At::Below(""),
        &[("resource_arn", "", As), ("policy", "ResourcePolicy.PolicyDocument", Json)],
    ),
    nothing("aws_dynamodb_table_item"),
    resource("aws_db_instance", "AWS::RDS::DBInstance", DATABASE),
    resource("aws_rds_cluster", "AWS::RDS::DBCluster", DATABASE),
    resource("aws_rds_cluster_instance", "AWS::RDS::DBInstance", DATABASE),
    resource("aws_docdb_cluster", "AWS::DocDB::DBCluster", DATABASE),
    resource("aws_docdb_cluster_instance", "AWS::DocDB::DBInstance", DATABASE),
    resource("aws_neptune_cluster", "AWS::Neptune::DBCluster", DATABASE),
    resource("aws_neptune_cluster_instance", "AWS::Neptune::DBInstance", DATABASE),
    resource("aws_redshift_cluster", "AWS::Redshift::Cluster", DATABASE),
    resource(
        "aws_dax_cluster",
        "AWS::DAX::Cluster",
        &[("server_side_encryption", "SSESpecification", One(&[("enabled", "SSEEnabled", As)]))],
    ),
    resource("aws_timestreamwrite_database", "AWS::Timestream::Database", &[]),
    resource("aws_elasticache_replication_group", "AWS::ElastiCache::ReplicationGroup", &[]),
    resource("aws_elasticsearch_domain", "AWS::Elasticsearch::Domain", SEARCH),
    resource("aws_opensearch_domain", "AWS::OpenSearchService::Domain", SEARCH),
    resource("aws_efs_file_system", "AWS::EFS::FileSystem", &[]),
    part(
        "aws_efs_file_system_policy",
        Owner::In("file_system_id", "aws_efs_file_system"),
        At::Below(""),
        &[("file_system_id", "", As), ("policy", "FileSystemPolicy", Json)],
    ),
    resource("aws_efs_mount_target", "AWS::EFS::MountTarget", &[]),
    resource(
        "aws_ecr_repository",
        "AWS::ECR::Repository",
        &[
            ("name", "RepositoryName", As),
            ("encryption_configuration", "EncryptionConfiguration", One(&[])),
            ("image_scanning_configuration", "ImageScanningConfiguration", One(&[])),
        ],
    ),
    part(
        "aws_ecr_repository_policy",
        Owner::In("repository", "aws_ecr_repository"),
        At::Below(""),
        &[("repository", "", As), ("policy", "RepositoryPolicyText", Json)],
    ),
    nothing("aws_ecr_lifecycle_policy"),
    resource(
        "aws_backup_vault",
        "AWS::Backup::BackupVault",
        &[("name", "BackupVaultName", As), ("kms_key_arn", "EncryptionKeyArn", As)],
    ),
    part(
        "aws_backup_vault_policy",
        Owner::In("backup_vault_name", "aws_backup_vault"),
        At::Below(""),
        &[("backup_vault_name", "", As), ("policy", "AccessPolicy", Json)],
    ),
    nothing("aws_db_subnet_group"),
    nothing("aws_db_parameter_group"),
];

static SEARCH: &[Row] = &[
    ("access_policies", "AccessPolicies", Json),
    ("encrypt_at_rest", "EncryptionAtRestOptions", One(&[])),
    ("vpc_options", "VPCOptions", One(&[])),
    (
        "domain_endpoint_options",
        "DomainEndpointOptions",
        One(&[
            ("enforce_https", "EnforceHTTPS", As),
            ("tls_security_policy", "TLSSecurityPolicy", As),
        ]),
    ),
];
