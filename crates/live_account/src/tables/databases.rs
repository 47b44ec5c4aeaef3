//! Databases, caches, brokers and file systems beside functions: whether they are encrypted, who reaches them.

use crate::table::{Form, Row, Turn, find, read};

pub(super) static DATABASE: Form = Form {
    type_: "AWS::RDS::DBInstance",
    service: "rds",
    finds: &[find(
        "DescribeDBInstances",
        "DBInstances",
        "DBInstanceIdentifier",
        &["DBInstanceArn", "Endpoint.Address"],
        &[
            ("DBInstanceIdentifier", "DBInstanceIdentifier", Turn::Same),
            ("DBInstanceClass", "DBInstanceClass", Turn::Same),
            ("DBClusterIdentifier", "DBClusterIdentifier", Turn::Same),
            ("Engine", "Engine", Turn::Same),
            ("StorageEncrypted", "StorageEncrypted", Turn::Same),
            ("PubliclyAccessible", "PubliclyAccessible", Turn::Same),
            ("BackupRetentionPeriod", "BackupRetentionPeriod", Turn::Same),
            ("DeletionProtection", "DeletionProtection", Turn::Same),
            ("MultiAZ", "MultiAZ", Turn::Same),
            ("KmsKeyId", "KmsKeyId", Turn::Same),
        ],
    )],
    reads: &[],
};

/// Those of Neptune and `DocumentDB` are listed among them; `facts` parts them by their engine.
pub(super) static CLUSTER: Form = Form {
    type_: "AWS::RDS::DBCluster",
    service: "rds",
    finds: &[find(
        "DescribeDBClusters",
        "DBClusters",
        "DBClusterIdentifier",
        &["DBClusterArn", "Endpoint"],
        &[
            ("DBClusterIdentifier", "DBClusterIdentifier", Turn::Same),
            ("Engine", "Engine", Turn::Same),
            ("StorageEncrypted", "StorageEncrypted", Turn::Same),
            ("BackupRetentionPeriod", "BackupRetentionPeriod", Turn::Same),
            ("DeletionProtection", "DeletionProtection", Turn::Same),
            ("PubliclyAccessible", "PubliclyAccessible", Turn::Same),
            ("KmsKeyId", "KmsKeyId", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static CACHE: Form = Form {
    type_: "AWS::ElastiCache::ReplicationGroup",
    service: "elasticache",
    finds: &[find(
        "DescribeReplicationGroups",
        "ReplicationGroups",
        "ReplicationGroupId",
        &["ARN"],
        &[
            ("ReplicationGroupId", "ReplicationGroupId", Turn::Same),
            ("ReplicationGroupDescription", "Description", Turn::Same),
            ("Engine", "Engine", Turn::Same),
            ("AtRestEncryptionEnabled", "AtRestEncryptionEnabled", Turn::Same),
            ("TransitEncryptionEnabled", "TransitEncryptionEnabled", Turn::Same),
            ("TransitEncryptionMode", "TransitEncryptionMode", Turn::Same),
        ],
    )],
    reads: &[],
};

pub(super) static ACCELERATOR: Form = Form {
    type_: "AWS::DAX::Cluster",
    service: "dax",
    finds: &[find(
        "DescribeClusters",
        "Clusters",
        "ClusterName",
        &["ClusterArn"],
        &[
            ("ClusterName", "ClusterName", Turn::Same),
            ("ClusterEndpointEncryptionType", "ClusterEndpointEncryptionType", Turn::Same),
            ("SSESpecification.SSEEnabled", "SSEDescription.Status", Turn::Is("ENABLED|ENABLING")),
        ],
    )],
    reads: &[],
};

const DOMAIN_ROWS: &[Row] = &[
    ("DomainName", "DomainName", Turn::Same),
    ("EncryptionAtRestOptions", "EncryptionAtRestOptions", Turn::Same),
    ("NodeToNodeEncryptionOptions", "NodeToNodeEncryptionOptions", Turn::Same),
    ("DomainEndpointOptions", "DomainEndpointOptions", Turn::Same),
    ("AccessPolicies", "AccessPolicies", Turn::Document),
];

pub(super) static SEARCH: Form = Form {
    type_: "AWS::OpenSearchService::Domain",
    service: "es",
    finds: &[find("DescribeDomain", "DomainStatus", "DomainName", &["ARN"], DOMAIN_ROWS)],
    reads: &[read("DescribeDomain", "DomainStatus", DOMAIN_ROWS)],
};

pub(super) static STREAMS: Form = Form {
    type_: "AWS::MSK::Cluster",
    service: "kafka",
    finds: &[find(
        "ListClustersV2",
        "clusterInfoList",
        "clusterName",
        &["clusterArn"],
        &[
            ("ClusterName", "clusterName", Turn::Same),
            ("EncryptionInfo", "provisioned.encryptionInfo", Turn::Large),
            ("BrokerNodeGroupInfo", "provisioned.brokerNodeGroupInfo", Turn::Large),
            ("ClientAuthentication", "provisioned.clientAuthentication", Turn::Large),
        ],
    )],
    reads: &[],
};

const BROKER_ROWS: &[Row] = &[
    ("BrokerName", "brokerName", Turn::Same),
    ("PubliclyAccessible", "publiclyAccessible", Turn::Same),
    ("EngineType", "engineType", Turn::Same),
    ("EncryptionOptions", "encryptionOptions", Turn::Large),
    ("Logs", "logs", Turn::Large),
];

pub(super) static BROKER: Form = Form {
    type_: "AWS::AmazonMQ::Broker",
    service: "mq",
    finds: &[
        find("ListBrokers", "brokerSummaries", "brokerName", &["brokerArn", "brokerId"], &[]),
        find("DescribeBroker", "", "brokerName", &["brokerArn", "brokerId"], BROKER_ROWS),
    ],
    reads: &[read("DescribeBroker", "", BROKER_ROWS)],
};

pub(super) static FILES: Form = Form {
    type_: "AWS::EFS::FileSystem",
    service: "elasticfilesystem",
    finds: &[find(
        "DescribeFileSystems",
        "FileSystems",
        "FileSystemId",
        &["FileSystemArn"],
        &[("Encrypted", "Encrypted", Turn::Same), ("KmsKeyId", "KmsKeyId", Turn::Same)],
    )],
    reads: &[],
};

const DELIVERY_ROWS: &[Row] = &[
    ("DeliveryStreamName", "DeliveryStreamName", Turn::Same),
    ("DeliveryStreamType", "DeliveryStreamType", Turn::Same),
    (
        "DeliveryStreamEncryptionConfigurationInput.KeyType",
        "DeliveryStreamEncryptionConfiguration.KeyType",
        Turn::Same,
    ),
    (
        "DeliveryStreamEncryptionConfigurationInput.KeyARN",
        "DeliveryStreamEncryptionConfiguration.KeyARN",
        Turn::Same,
    ),
];

pub(super) static DELIVERY: Form = Form {
    type_: "AWS::KinesisFirehose::DeliveryStream",
    service: "firehose",
    finds: &[find(
        "DescribeDeliveryStream",
        "DeliveryStreamDescription",
        "DeliveryStreamName",
        &["DeliveryStreamARN"],
        DELIVERY_ROWS,
    )],
    reads: &[read("DescribeDeliveryStream", "DeliveryStreamDescription", DELIVERY_ROWS)],
};
