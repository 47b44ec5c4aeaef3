//! Policies on resources: buckets, queues, topics, buses, keys, secrets, layers.

use app_model::ResourcePolicy;
use iam_policy::{Policy, Term};
use source_text::{Node, SmolStr};

use crate::builder::{Builder, Item};

/// Type, path of the document, path of the resources that it guards (empty: the item itself), and
/// the service in ARNs.
const DOCUMENTS: [(&str, &[&str], &[&str], &str); 17] = [
    ("AWS::S3::BucketPolicy", &["PolicyDocument"], &["Bucket"], "s3"),
    ("AWS::SQS::QueuePolicy", &["PolicyDocument"], &["Queues"], "sqs"),
    ("AWS::SNS::TopicPolicy", &["PolicyDocument"], &["Topics"], "sns"),
    ("AWS::SQS::QueueInlinePolicy", &["PolicyDocument"], &["Queue"], "sqs"),
    ("AWS::SNS::TopicInlinePolicy", &["PolicyDocument"], &["TopicArn"], "sns"),
    ("AWS::Events::EventBusPolicy", &["Statement"], &["EventBusName"], "events"),
    ("AWS::Events::EventBus", &["Policy"], &[], "events"),
    ("AWS::KMS::Key", &["KeyPolicy"], &[], "kms"),
    ("AWS::SecretsManager::ResourcePolicy", &["ResourcePolicy"], &["SecretId"], "secretsmanager"),
    ("AWS::ECR::Repository", &["RepositoryPolicyText"], &[], "ecr"),
    ("AWS::DynamoDB::Table", &["ResourcePolicy", "PolicyDocument"], &[], "dynamodb"),
    ("AWS::Kinesis::ResourcePolicy", &["ResourcePolicy"], &["ResourceArn"], "kinesis"),
    ("AWS::Logs::ResourcePolicy", &["PolicyDocument"], &[], "logs"),
    ("AWS::Elasticsearch::Domain", &["AccessPolicies"], &[], "es"),
    ("AWS::OpenSearchService::Domain", &["AccessPolicies"], &[], "es"),
    ("AWS::Backup::BackupVault", &["AccessPolicy"], &[], "backup"),
    ("AWS::EFS::FileSystem", &["FileSystemPolicy"], &[], "elasticfilesystem"),
];

/// Reads every policy on a resource.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for item in builder.items.values() {
        for (type_, document, guarded, service) in DOCUMENTS {
            if item.type_() != type_ {
                continue;
            }
            let Some(node) = item.properties.at(document).filter(|node| !node.is_null()) else {
                continue;
            };
            let (policy, more) = document_of(builder, node);
            diagnostics.extend(more);
            found.push(ResourcePolicy {
                name: item.name(),
                resources: guarded_by(builder, item, guarded),
                service: SmolStr::new_static(service),
                place: item.place(),
                when: item.when.clone(),
                document: policy,
            });
        }
    }
    builder.app.resource_policies = found;
    builder.diagnostics.extend(diagnostics);
}

fn guarded_by(builder: &Builder<'_>, item: &Item<'_>, path: &[&str]) -> Vec<SmolStr> {
    if path.is_empty() {
        return vec![item.name()];
    }
    item.properties.at(path).map_or_else(Vec::new, |node| {
        builder.referents(node).into_iter().map(|reference| reference.name).collect()
    })
}

/// Reads a policy document, or a bare statement as event buses have it.
pub(crate) fn document_of(
    builder: &Builder<'_>,
    node: &Node,
) -> (Policy, Vec<source_text::Diagnostic>) {
    let read = |node: &Node| terms(builder, node);
    let bare = node.as_map().is_some_and(|map| map.contains("Effect"));
    if bare || node.as_list().is_some() {
        Policy::read_statements(node, &read)
    } else {
        Policy::read(node, &read)
    }
}

/// The texts that one value of a policy may be. References keep their names, and an ARN that
/// spells the physical name of a resource of the template refers to that resource.
pub(crate) fn terms(builder: &Builder<'_>, node: &Node) -> Vec<Term> {
    let value = builder.evaluator.text(node);
    let mut terms = Term::from_value(node.place, &value);
    let referents = builder.referents(node);
    for term in &mut terms {
        if term.references.is_empty() {
            term.references.clone_from(&referents);
            term.references
                .extend(referents.is_empty().then(|| builder.names.in_text(&term.text)).flatten());
        }
    }
    terms
}
