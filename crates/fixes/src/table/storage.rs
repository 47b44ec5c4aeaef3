//! Tables, buckets, keys, images, streams and queues at rest.

use crate::fix::{
    Fix,
    Value::{Number, On, Word},
    judged, safe, set,
};

pub(super) static FIXES: &[Fix] = &[
    safe(
        (3, 5),
        "public-access-block-disabled",
        &[set(
            "AWS::S3::Bucket",
            &[
                ("PublicAccessBlockConfiguration.BlockPublicAcls", On),
                ("PublicAccessBlockConfiguration.BlockPublicPolicy", On),
                ("PublicAccessBlockConfiguration.IgnorePublicAcls", On),
                ("PublicAccessBlockConfiguration.RestrictPublicBuckets", On),
            ],
        )],
    ),
    safe(
        (3, 11),
        "disabled-encryption",
        &[
            set("AWS::SQS::Queue", &[("SqsManagedSseEnabled", On)]),
            set(
                "AWS::Kinesis::Stream",
                &[
                    ("StreamEncryption.EncryptionType", Word("KMS")),
                    ("StreamEncryption.KeyId", Word("alias/aws/kinesis")),
                ],
            ),
            set("AWS::ApiGateway::Stage", &[("MethodSettings.*.CacheDataEncrypted", On)]),
            set("AWS::Serverless::Api", &[("MethodSettings.*.CacheDataEncrypted", On)]),
        ],
    ),
    safe(
        (3, 13),
        "table-without-recovery",
        &[
            set(
                "AWS::DynamoDB::Table",
                &[("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", On)],
            ),
            set(
                "AWS::Serverless::SimpleTable",
                &[("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", On)],
            ),
        ],
    ),
    safe(
        (3, 23),
        "unversioned-bucket",
        &[set("AWS::S3::Bucket", &[("VersioningConfiguration.Status", Word("Enabled"))])],
    ),
    judged(
        (3, 26),
        "database-without-backup",
        "some engines restart when backups begin",
        &[
            set("AWS::RDS::DBInstance", &[("BackupRetentionPeriod", Number(7))]),
            set("AWS::RDS::DBCluster", &[("BackupRetentionPeriod", Number(7))]),
        ],
    ),
    safe((3, 44), "unrotated-key", &[set("AWS::KMS::Key", &[("EnableKeyRotation", On)])]),
    judged(
        (3, 45),
        "mutable-image-tag",
        "pushing a tag a second time, such as `latest`, is refused",
        &[set("AWS::ECR::Repository", &[("ImageTagMutability", Word("IMMUTABLE"))])],
    ),
    safe(
        (3, 46),
        "unscanned-images",
        &[set("AWS::ECR::Repository", &[("ImageScanningConfiguration.ScanOnPush", On)])],
    ),
    judged(
        (3, 47),
        "unprotected-table",
        "the table cannot be deleted any more, also not with its stack, before this is switched off",
        &[set("AWS::DynamoDB::Table", &[("DeletionProtectionEnabled", On)])],
    ),
    safe((7, 3), "secret-parameter-echoed", &[set("parameter", &[("NoEcho", On)])]),
];
