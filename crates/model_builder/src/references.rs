//! What a value refers to: logical ids in intrinsic functions, physical names in ARNs.

use std::collections::HashMap;

use app_model::Reference;
use cloud_names::Arn;
use indexmap::IndexMap;
use source_text::{Kind, Node, SmolStr};

use crate::builder::Item;

/// Every `Ref`, `Fn::GetAtt` and `${…}` of `Fn::Sub` in a tree, in order, pseudo parameters left out.
#[must_use]
pub fn references(node: &Node) -> Vec<Reference> {
    let mut found = Vec::new();
    collect(node, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<Reference>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| collect(item, found)),
        Kind::Map(map) => {
            for (key, value) in map.iter() {
                match key.as_str() {
                    "Ref" => found.extend(value.as_str().and_then(|name| reference(name, None))),
                    "Fn::GetAtt" => found.extend(get_att(value)),
                    "Fn::Sub" => collect_sub(value, found),
                    _ => collect(value, found),
                }
            }
        }
        Kind::Tagged(_, inner) => collect(inner, found),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}

fn reference(name: &str, attribute: Option<&str>) -> Option<Reference> {
    (!name.starts_with("AWS::"))
        .then(|| Reference { name: SmolStr::new(name), attribute: attribute.map(SmolStr::new) })
}

fn get_att(value: &Node) -> Option<Reference> {
    let parts = value.as_list()?;
    reference(parts.first()?.as_str()?, parts.get(1).and_then(Node::as_str))
}

/// `${Name}`, `${Name.Attribute}`; `${!literal}` is none; names given in the second argument are not.
fn collect_sub(value: &Node, found: &mut Vec<Reference>) {
    let (text, variables) = match value.as_list() {
        Some(parts) => (parts.first(), parts.get(1)),
        None => (Some(value), None),
    };
    for name in text.and_then(Node::as_str).into_iter().flat_map(cloud_names::placeholders) {
        if name.starts_with('!') || variables.is_some_and(|map| map.get(name).is_some()) {
            continue;
        }
        let (name, attribute) =
            name.split_once('.').map_or((name, None), |(name, attribute)| (name, Some(attribute)));
        found.extend(reference(name.trim(), attribute));
    }
    if let Some(variables) = variables {
        collect(variables, found);
    }
}

/// Physical names that the template gives to its resources.
#[derive(Debug, Default)]
pub struct Names {
    /// (service in ARNs, physical name) to logical id.
    by_name: HashMap<(&'static str, SmolStr), SmolStr>,
}

/// Property that names a resource, by type, and its service in ARNs.
const NAME_PROPERTIES: [(&str, &str, &str); 14] = [
    ("AWS::S3::Bucket", "BucketName", "s3"),
    ("AWS::SQS::Queue", "QueueName", "sqs"),
    ("AWS::SNS::Topic", "TopicName", "sns"),
    ("AWS::DynamoDB::Table", "TableName", "dynamodb"),
    ("AWS::DynamoDB::GlobalTable", "TableName", "dynamodb"),
    ("AWS::Lambda::Function", "FunctionName", "lambda"),
    ("AWS::Kinesis::Stream", "Name", "kinesis"),
    ("AWS::Events::EventBus", "Name", "events"),
    ("AWS::StepFunctions::StateMachine", "StateMachineName", "states"),
    ("AWS::SecretsManager::Secret", "Name", "secretsmanager"),
    ("AWS::SSM::Parameter", "Name", "ssm"),
    ("AWS::Logs::LogGroup", "LogGroupName", "logs"),
    ("AWS::IAM::Role", "RoleName", "iam"),
    ("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName", "firehose"),
];

impl Names {
    /// Collects the names that are written out.
    pub fn collect(items: &IndexMap<SmolStr, Item<'_>>) -> Self {
        let mut by_name = HashMap::new();
        for (logical, item) in items {
            for (type_, property, service) in NAME_PROPERTIES {
                if item.type_() == type_
                    && let Some(name) = item.properties.get(property).and_then(Node::scalar_text)
                {
                    by_name.insert((service, name), logical.clone());
                }
            }
        }
        Self { by_name }
    }

    /// The resource whose physical name stands in `node` as an ARN.
    pub fn in_node(&self, node: &Node) -> Option<Reference> {
        if self.by_name.is_empty() {
            return None;
        }
        let text = match node.single() {
            Some((key, value)) if key == "Fn::Sub" => {
                value.as_list().and_then(<[Node]>::first).unwrap_or(value).as_str()?
            }
            _ => node.as_str()?,
        };
        self.in_text(text)
    }

    /// The resource whose physical name stands in an ARN.
    #[must_use]
    pub fn in_text(&self, text: &str) -> Option<Reference> {
        let arn = Arn::parse(text).ok()?;
        let (_, _, service) =
            NAME_PROPERTIES.iter().find(|(_, _, service)| *service == &*arn.service)?;
        let name = arn.bucket().unwrap_or_else(|| arn.resource_name());
        let name = name.split(['/', ':']).next().unwrap_or(name);
        let logical = self.by_name.get(&(*service, SmolStr::new(name)))?;
        Some(Reference { name: logical.clone(), attribute: Some(SmolStr::new_static("Arn")) })
    }
}
