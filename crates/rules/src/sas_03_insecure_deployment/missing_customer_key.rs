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
    for (type_name, noun, property) in KEYS {
        // What a delivery stream reads from another stream is encrypted there.
        let is_relay = |it: &&Resource| written.has(&it.name, "KinesisStreamSourceConfiguration");
        for resource in of_type(app, type_name).filter(|it| !is_relay(it)) {
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
