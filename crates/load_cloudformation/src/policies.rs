//! Policies on resources: buckets, queues, topics, buses, keys, secrets, layers.

use app_model::ResourcePolicy;
use iam_policy::{Policy, Term};
use source_text::{Kind, Limits, Node, Place, SmolStr, parse_yaml};

use model_builder::{Builder, Item};

/// Type, path of the document, path of the resources that it guards (empty: the item itself), and
/// the service in ARNs.
const DOCUMENTS: [(&str, &[&str], &[&str], &str); 22] = [
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
    // Policies on what another configuration of Terraform makes.
    ("Terraform::aws_backup_vault_policy", &["AccessPolicy"], &[], "backup"),
    (
        "Terraform::aws_dynamodb_resource_policy",
        &["ResourcePolicy", "PolicyDocument"],
        &[],
        "dynamodb",
    ),
    ("Terraform::aws_ecr_repository_policy", &["RepositoryPolicyText"], &[], "ecr"),
    ("Terraform::aws_efs_file_system_policy", &["FileSystemPolicy"], &[], "elasticfilesystem"),
    ("Terraform::aws_kms_key_policy", &["KeyPolicy"], &[], "kms"),
];

/// Reads every policy on a resource.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for (type_, document, guarded, service) in DOCUMENTS {
        for item in builder.of_type(type_) {
            let written = item.properties.at(document).filter(|node| !node.is_null()).cloned();
            let Some(node) = written.or_else(|| bus_statement(item)) else { continue };
            let (policy, more) = document_of(builder, &node);
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
    found.sort_by_key(|policy| policy.place);
    builder.app.resource_policies = found;
    builder.diagnostics.extend(diagnostics);
}

/// The statement of an event bus policy in its older form, whose parts are properties.
fn bus_statement(item: &Item<'_>) -> Option<Node> {
    if item.type_() != "AWS::Events::EventBusPolicy" {
        return None;
    }
    let properties = &item.properties;
    let principal = properties.get("Principal")?;
    let place = principal.place;
    let mut parts = vec![
        ("Effect", Node::text(place, "Allow")),
        ("Action", properties.get("Action")?.clone()),
        ("Principal", Node::map(place, [("AWS", principal.clone())])),
    ];
    if let Some(condition) = properties.get("Condition") {
        let operator = condition.get("Type")?.scalar_text()?;
        let key = condition.get("Key")?.scalar_text()?;
        let values = Node::map(condition.place, [(key, condition.get("Value")?.clone())]);
        parts.push(("Condition", Node::map(condition.place, [(operator, values)])));
    }
    Some(Node::map(place, parts))
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
    if let Some(document) = document_in_text(builder, node) {
        return Policy::read(&document, &read);
    }
    let bare = node.as_map().is_some_and(|map| map.contains("Effect"));
    if bare || node.as_list().is_some() {
        Policy::read_statements(node, &read)
    } else {
        Policy::read(node, &read)
    }
}

/// A document that stands as JSON in a text with references (`Fn::Sub`, `Fn::Join`). Its values
/// keep their `${…}` and all have the place of the text.
fn document_in_text(builder: &Builder<'_>, node: &Node) -> Option<Node> {
    node.single().filter(|(key, _)| key.starts_with("Fn::") && *key != "Fn::If")?;
    let value = builder.evaluator.text(node);
    let text = value.display();
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let parsed = parse_yaml(node.place.file, text, &Limits::of_part(text)).ok()?;
    let mut document = parsed.documents.into_iter().next()?;
    document.as_map()?;
    move_to(&mut document, node.place);
    Some(document)
}

/// Gives every node, keys included, the place of the text that it was read from.
pub(crate) fn move_to(node: &mut Node, place: Place) {
    node.place = place;
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| move_to(item, place)),
        Kind::Map(map) => {
            for (key, entry) in std::mem::take(map).into_entries() {
                let mut value = entry.value;
                move_to(&mut value, place);
                map.insert_at(key, place, value);
            }
        }
        _ => {}
    }
}

/// The texts that one value of a policy may be. References keep their names, and an ARN that
/// spells the physical name of a resource of the template refers to that resource.
pub(crate) fn terms(builder: &Builder<'_>, node: &Node) -> Vec<Term> {
    let value = builder.evaluator.text(node);
    let mut terms = Term::from_value(node.place, &value);
    let mut referents = builder.referents(node);
    if referents.is_empty() {
        referents = builder.placeholders(node.as_str().unwrap_or_default());
    }
    for term in &mut terms {
        if term.references.is_empty() {
            term.references.clone_from(&referents);
            term.references
                .extend(referents.is_empty().then(|| builder.names.in_text(&term.text)).flatten());
        }
    }
    terms
}
