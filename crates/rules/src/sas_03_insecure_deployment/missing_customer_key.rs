//! SAS-3.12 `missing-customer-key`: data is encrypted with a key whose use nobody can limit or withdraw.

use app_model::{Application, Resource, Setting, SmolStr, Table};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule,
    kinds::{
        PropertyTexts, WrittenProperties, log_groups, of_type, queues, secrets, tables, topics,
        trails,
    },
    rank::AboutFunction,
    settings::{Spot, missing, off_or_missing, written},
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 12 },
        name: "missing-customer-key",
        summary: "A service encrypts with its own key instead of a customer key",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[311],
        since: "0.1.0",
        docs: include_str!("missing_customer_key.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, topic) in topics(app) {
        findings.extend(of_key(resource, "topic", topic.kms_key.as_ref(), "KmsMasterKeyId"));
    }
    for (resource, queue) in queues(app) {
        findings.extend(of_key(resource, "queue", queue.kms_key.as_ref(), "KmsMasterKeyId"));
    }
    for (resource, group) in log_groups(app) {
        findings.extend(of_key(resource, "log group", group.kms_key.as_ref(), "KmsKeyId"));
    }
    for (resource, secret) in secrets(app) {
        findings.extend(of_key(resource, "secret", secret.kms_key.as_ref(), "KmsKeyId"));
    }
    for (resource, trail) in trails(app) {
        findings.extend(of_key(resource, "trail", trail.kms_key.as_ref(), "KMSKeyId"));
    }
    let texts = PropertyTexts::of(app);
    findings.extend(tables(app).filter_map(|(resource, table)| of_table(&texts, resource, table)));
    let written = WrittenProperties::of(app);
    for (type_name, noun, property) in KEYS.into_iter().chain(KEYS_OF_GOOGLE) {
        // What a delivery stream reads from another stream is encrypted there.
        let is_relay = |it: &&Resource| written.has(&it.name, "KinesisStreamSourceConfiguration");
        for resource in of_type(app, type_name).filter(|it| !is_relay(it)) {
            // Of disks any key will do, also one that is not kept in the key service.
            if property.ends_with("diskEncryptionKey")
                && texts.holds_below(&resource.name, property)
            {
                continue;
            }
            let spot = texts.wrong_or_missing(resource, property, is_of_service);
            findings.extend(spot.map(|spot| finding(resource, noun, &spot, property)));
        }
    }
    findings
}

/// Resources of which the model has no field for the key: type, what they are, path of the key.
const KEYS: [(&str, &str, &str); 10] = [
    ("AWS::Backup::BackupVault", "backup vault", "EncryptionKeyArn"),
    ("AWS::Bedrock::Agent", "agent", "CustomerEncryptionKeyArn"),
    ("AWS::CodeBuild::Project", "build project", "EncryptionKey"),
    ("AWS::ECR::Repository", "repository", "EncryptionConfiguration.KmsKey"),
    ("AWS::EFS::FileSystem", "file system", "KmsKeyId"),
    ("AWS::Kinesis::Stream", "stream", "StreamEncryption.KeyId"),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "delivery stream",
        "DeliveryStreamEncryptionConfigurationInput.KeyARN",
    ),
    ("AWS::SageMaker::Domain", "domain", "KmsKeyId"),
    ("AWS::SageMaker::NotebookInstance", "notebook", "KmsKeyId"),
    ("AWS::Timestream::Database", "database", "KmsKeyId"),
];

/// Resources of Google Cloud: type, what they are, path of the key.
const KEYS_OF_GOOGLE: [(&str, &str, &str); 25] = [
    ("aiplatform.googleapis.com/Dataset", "dataset", "encryptionSpec.kmsKeyName"),
    ("aiplatform.googleapis.com/Endpoint", "endpoint", "encryptionSpec.kmsKeyName"),
    ("aiplatform.googleapis.com/Featurestore", "store", "encryptionSpec.kmsKeyName"),
    ("aiplatform.googleapis.com/MetadataStore", "store", "encryptionSpec.kmsKeyName"),
    ("aiplatform.googleapis.com/Tensorboard", "board", "encryptionSpec.kmsKeyName"),
    ("artifactregistry.googleapis.com/Repository", "repository", "kmsKeyName"),
    ("bigquery.googleapis.com/Dataset", "dataset", "defaultEncryptionConfiguration.kmsKeyName"),
    ("bigquery.googleapis.com/Table", "table", "encryptionConfiguration.kmsKeyName"),
    ("bigtableadmin.googleapis.com/Instance", "database", "cluster.kmsKeyName"),
    ("compute.googleapis.com/Disk", "disk", "diskEncryptionKey"),
    ("compute.googleapis.com/Instance", "machine", "bootDisk.diskEncryptionKey"),
    ("contentwarehouse.googleapis.com/WarehouseLocation", "warehouse", "kmsKey"),
    ("dataflow.googleapis.com/Job", "job", "kmsKeyName"),
    ("dataproc.googleapis.com/Cluster", "cluster", "config.encryptionConfig.kmsKeyName"),
    ("documentai.googleapis.com/Processor", "processor", "kmsKeyName"),
    ("firestore.googleapis.com/Database", "database", "cmekConfig.kmsKeyName"),
    ("notebooks.googleapis.com/Instance", "notebook", "kmsKey"),
    (
        "notebooks.googleapis.com/Runtime",
        "notebook",
        "virtualMachine.virtualMachineConfig.encryptionConfig.kmsKey",
    ),
    ("notebooks.googleapis.com/WorkbenchInstance", "notebook", "gceSetup.bootDisk.kmsKey"),
    ("pubsub.googleapis.com/Topic", "topic", "kmsKeyName"),
    ("redis.googleapis.com/Instance", "cache", "customerManagedKey"),
    ("run.googleapis.com/Job", "job", "template.template.encryptionKey"),
    ("spanner.googleapis.com/Database", "database", "encryptionConfig.kmsKeyName"),
    ("sqladmin.googleapis.com/Instance", "database", "encryptionKeyName"),
    ("storage.googleapis.com/Bucket", "bucket", "encryption.defaultKmsKeyName"),
];

/// A key of AWS (`alias/aws/sqs`, `aws/secretsmanager`) is no customer key.
fn is_of_service(key: &str) -> bool {
    key.contains("alias/aws/") || key.starts_with("aws/") || key.is_empty()
}

fn of_key(
    resource: &Resource,
    noun: &str,
    key: Option<&Setting<SmolStr>>,
    property: &str,
) -> Option<Finding> {
    let spot = written(key, &resource.when, |key| is_of_service(key))
        .or_else(|| missing(key, &resource.when, resource.place))?;
    Some(finding(resource, noun, &spot, property))
}

/// A table whose encryption is on without a key takes the one that AWS manages.
fn of_table(texts: &PropertyTexts<'_>, resource: &Resource, table: &Table) -> Option<Finding> {
    let spot =
        off_or_missing(table.kms.as_ref(), &resource.when, resource.place).or_else(|| {
            let prefix =
                if resource.type_name == "AWS::DynamoDB::GlobalTable" { "Replicas." } else { "" };
            let path = format!("{prefix}SSESpecification.KMSMasterKeyId");
            texts.wrong_or_missing(resource, &path, is_of_service)
        })?;
    Some(finding(resource, "table", &spot, "SSESpecification"))
}

fn finding(resource: &Resource, noun: &str, spot: &Spot, property: &str) -> Finding {
    let message = format!(
        "the {noun} `{}` is encrypted with a key whose use cannot be limited or withdrawn",
        resource.name
    );
    RULE.info
        .finding(spot.place, message)
        .resource(&resource.name)
        .property(property)
        .under(&spot.when)
        .fix(format!("Set `{property}` to a key of the account"))
}
