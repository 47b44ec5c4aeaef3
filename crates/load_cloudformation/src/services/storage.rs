//! Buckets, tables, databases.

use app_model::{Bucket, Cors, Database, PublicAccessBlock, Setting, Table};

use model_builder::{Builder, Item, Properties};

pub(super) fn bucket(builder: &Builder<'_>, item: &Item<'_>) -> Bucket {
    let properties = builder.properties(item);
    Bucket {
        acl: properties.text(&["AccessControl"]),
        public_access_block: properties
            .below(&["PublicAccessBlockConfiguration"])
            .map(public_access_block),
        encryption: encryption(properties),
        versioning: properties.text(&["VersioningConfiguration", "Status"]),
        access_log: properties.at(&["LoggingConfiguration"]).is_some(),
        website: properties.at(&["WebsiteConfiguration"]).is_some(),
        cors: cors(properties),
        physical_name: properties.text(&["BucketName"]),
    }
}

fn public_access_block(block: Properties<'_>) -> PublicAccessBlock {
    PublicAccessBlock {
        place: block.node.place,
        block_acls: block.boolean(&["BlockPublicAcls"]),
        block_policy: block.boolean(&["BlockPublicPolicy"]),
        ignore_acls: block.boolean(&["IgnorePublicAcls"]),
        restrict: block.boolean(&["RestrictPublicBuckets"]),
    }
}

fn encryption(properties: Properties<'_>) -> Option<Setting<source_text::SmolStr>> {
    let rules = ["BucketEncryption", "ServerSideEncryptionConfiguration"];
    properties.items(&rules).iter().find_map(|(_, rule)| {
        Properties::new(properties.evaluator, rule)
            .text(&["ServerSideEncryptionByDefault", "SSEAlgorithm"])
    })
}

fn cors(properties: Properties<'_>) -> Vec<Cors> {
    properties
        .items(&["CorsConfiguration", "CorsRules"])
        .iter()
        .map(|(_, rule)| {
            let rule = Properties::new(properties.evaluator, rule);
            let texts = |key: &str| rule.texts(&[key]).into_iter().map(|s| s.value).collect();
            Cors {
                place: rule.node.place,
                origins: texts("AllowedOrigins"),
                headers: texts("AllowedHeaders"),
                methods: texts("AllowedMethods"),
                credentials: None,
            }
        })
        .collect()
}

pub(super) fn table(builder: &Builder<'_>, item: &Item<'_>) -> Table {
    let properties = builder.properties(item);
    Table {
        point_in_time_recovery: properties
            .boolean(&["PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"]),
        deletion_protection: properties.boolean(&["DeletionProtectionEnabled"]),
        kms: properties.boolean(&["SSESpecification", "SSEEnabled"]),
        has_stream: properties.at(&["StreamSpecification"]).is_some(),
    }
}

/// A global table has its switches in each replica; the first one is taken for all.
pub(super) fn global_table(builder: &Builder<'_>, item: &Item<'_>) -> Table {
    let properties = builder.properties(item);
    let replicas = properties.items(&["Replicas"]);
    let first = replicas.first().map(|(_, node)| Properties::new(properties.evaluator, node));
    let read = |path: &[&str]| first.and_then(|replica| replica.boolean(path));
    Table {
        point_in_time_recovery: read(&[
            "PointInTimeRecoverySpecification",
            "PointInTimeRecoveryEnabled",
        ]),
        deletion_protection: read(&["DeletionProtectionEnabled"]),
        kms: properties.boolean(&["SSESpecification", "SSEEnabled"]),
        has_stream: properties.at(&["StreamSpecification"]).is_some(),
    }
}

pub(super) fn database(builder: &Builder<'_>, item: &Item<'_>) -> Database {
    let properties = builder.properties(item);
    let password =
        properties.text(&["MasterUserPassword"]).or_else(|| properties.text(&["MasterPassword"]));
    let encrypted = [
        ["StorageEncrypted"].as_slice(),
        &["Encrypted"],
        &["EncryptionAtRestOptions", "Enabled"],
        &["AtRestEncryptionEnabled"],
    ]
    .iter()
    .find_map(|path| properties.boolean(path));
    Database {
        public: properties.boolean(&["PubliclyAccessible"]),
        encrypted,
        password,
        managed_password: properties
            .at(&["ManageMasterUserPassword"])
            .is_some_and(|node| node.as_bool() == Some(true)),
        backup_days: properties.integer(&["BackupRetentionPeriod"]),
        iam_auth: properties.boolean(&["EnableIAMDatabaseAuthentication"]),
        // Of a cluster itself it is the name.
        in_cluster: item.type_().ends_with("Instance")
            && properties.at(&["DBClusterIdentifier"]).is_some(),
    }
}
