//! What resources of any kind have: a name that the template gives, keys that encrypt them.

use app_model::Setting;
use source_text::{Node, SmolStr};

use model_builder::{Builder, Item, Properties};

/// Property that names a resource, by type; empty where ARNs hold an id, whatever the name. All other
/// types have `Name`, or their own name with `Name` behind it.
const NAME_PROPERTIES: [(&str, &str); 16] = [
    ("AWS::AmazonMQ::Broker", ""),
    ("AWS::AppSync::GraphQLApi", ""),
    ("AWS::Bedrock::Agent", ""),
    ("AWS::Bedrock::KnowledgeBase", ""),
    ("AWS::Cognito::IdentityPool", ""),
    ("AWS::Cognito::UserPool", ""),
    ("AWS::DynamoDB::GlobalTable", "TableName"),
    ("AWS::ECS::TaskDefinition", "Family"),
    ("AWS::Events::EventBus", "Name"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::KMS::Alias", "AliasName"),
    ("AWS::Lambda::Alias", "Name"),
    ("AWS::OpenSearchService::Domain", "DomainName"),
    ("AWS::RDS::DBCluster", "DBClusterIdentifier"),
    ("AWS::Scheduler::ScheduleGroup", "Name"),
    ("AWS::SecretsManager::Secret", "Name"),
];

/// Paths of properties that hold the key of a resource, by type.
const KEY_PROPERTIES: [(&str, &[&str]); 19] = [
    ("AWS::KMS::Alias", &["TargetKeyId"]),
    ("AWS::DynamoDB::Table", &["SSESpecification", "KMSMasterKeyId"]),
    ("AWS::SQS::Queue", &["KmsMasterKeyId"]),
    ("AWS::SNS::Topic", &["KmsMasterKeyId"]),
    ("AWS::Kinesis::Stream", &["StreamEncryption", "KeyId"]),
    ("AWS::SecretsManager::Secret", &["KmsKeyId"]),
    ("AWS::Logs::LogGroup", &["KmsKeyId"]),
    ("AWS::Events::EventBus", &["KmsKeyIdentifier"]),
    ("AWS::StepFunctions::StateMachine", &["EncryptionConfiguration", "KmsKeyId"]),
    ("AWS::EFS::FileSystem", &["KmsKeyId"]),
    ("AWS::RDS::DBCluster", &["KmsKeyId"]),
    ("AWS::RDS::DBInstance", &["KmsKeyId"]),
    ("AWS::OpenSearchService::Domain", &["EncryptionAtRestOptions", "KmsKeyId"]),
    ("AWS::Elasticsearch::Domain", &["EncryptionAtRestOptions", "KmsKeyId"]),
    ("AWS::Timestream::Database", &["KmsKeyId"]),
    ("AWS::ECR::Repository", &["EncryptionConfiguration", "KmsKey"]),
    ("AWS::AmazonMQ::Broker", &["EncryptionOptions", "KmsKeyId"]),
    ("AWS::MSK::Cluster", &["EncryptionInfo", "EncryptionAtRest", "DataVolumeKMSKeyId"]),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        &["DeliveryStreamEncryptionConfigurationInput", "KeyARN"],
    ),
];

/// The name that the template gives, as it is written.
pub(super) fn physical_name(builder: &Builder<'_>, item: &Item<'_>) -> Option<SmolStr> {
    let node = item.properties.get(&name_property(item))?;
    let alternatives = builder.evaluator.alternatives(node);
    // A name that hangs on a condition is two names: none is the name.
    let [(when, node)] = alternatives.as_slice() else { return None };
    (when.is_always() && !node.is_null()).then(|| builder.evaluator.expression(node).text)
}

/// The property that names a resource: `TableName` of a table, `Name` of what has no other.
fn name_property(item: &Item<'_>) -> String {
    let type_ = item.type_();
    if let Some((_, property)) = NAME_PROPERTIES.iter().find(|(known, _)| *known == type_) {
        return (*property).to_owned();
    }
    let kind = type_.rsplit("::").next().unwrap_or_default();
    let own = format!("{kind}Name");
    if item.properties.get(&own).is_some() { own } else { "Name".to_owned() }
}

/// The keys that encrypt what a resource holds.
pub(super) fn keys(builder: &Builder<'_>, item: &Item<'_>) -> Vec<Setting<SmolStr>> {
    let mut found = Vec::new();
    let properties = builder.properties(item);
    let mut add = |properties: Properties<'_>, path: &[&str]| {
        if let Some(key) = properties.text(path) {
            found.push(Setting { value: as_written(builder, properties, path, key.value), ..key });
        }
    };
    for (_, path) in KEY_PROPERTIES.iter().filter(|(type_, _)| *type_ == item.type_()) {
        add(properties, path);
    }
    if item.type_() == "AWS::S3::Bucket" {
        for (_, rule) in
            properties.items(&["BucketEncryption", "ServerSideEncryptionConfiguration"])
        {
            let rule = Properties::new(properties.evaluator, &rule);
            add(rule, &["ServerSideEncryptionByDefault", "KMSMasterKeyID"]);
        }
    }
    if item.type_() == "AWS::DynamoDB::GlobalTable" {
        for (_, replica) in properties.items(&["Replicas"]) {
            let replica = Properties::new(properties.evaluator, &replica);
            add(replica, &["SSESpecification", "KMSMasterKeyId"]);
        }
    }
    found.retain(|key| !key.value.any(|text| is_of_aws(text)));
    found
}

/// A parameter keeps its name: its default is not the key of every deployment.
fn as_written(
    builder: &Builder<'_>,
    properties: Properties<'_>,
    path: &[&str],
    read: app_model::Text,
) -> app_model::Text {
    let Some(node) = properties.at(path) else { return read };
    match node {
        Node { kind: source_text::Kind::Map(_), .. } => {
            app_model::Value::Unresolved(builder.evaluator.expression(node))
        }
        _ => read,
    }
}

/// Whether a key is one that a service of AWS manages: `alias/aws/sqs`.
fn is_of_aws(key: &str) -> bool {
    key.starts_with("alias/aws/") || key.contains(":alias/aws/")
}
