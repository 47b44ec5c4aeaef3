//! Tags: SAM's mapping made into CloudFormation's list, and passed on to generated resources.

use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use crate::intrinsic::Here;
use crate::limit;
use crate::resource::{Resource, Sam};

/// Keys that a template must not use.
const RESERVED: [&str; 3] =
    ["lambda:createdBy", "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"];

/// Types whose `Tags` is a list of `Key` and `Value`.
const LISTED: [&str; 20] = [
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameAccessAssociation",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::AppSync::GraphQLApi",
    "AWS::CloudFormation::Stack",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::IoT::TopicRule",
    "AWS::Lambda::CapacityProvider",
    "AWS::Lambda::Function",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
];

/// Types whose `Tags` is a mapping.
const MAPPED: [&str; 2] = ["AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::DomainName"];

/// The list form of a mapping of tags; a value that is `null` becomes empty text.
#[must_use]
pub fn list(here: Here, tags: &Map) -> Vec<Node> {
    let pair = |key: &SmolStr, value: &Node| {
        let value = if value.is_null() { Here(value.place).text("") } else { value.clone() };
        Node::map(value.place, [("Key", here.text(key.clone())), ("Value", value)])
    };
    tags.iter().map(|(key, value)| pair(key, value)).collect()
}

/// The tags of a resource made by SAM: `lambda:createdBy`, then `more`, then its own.
///
/// # Errors
/// A reserved key is used, or `Tags` is no mapping.
pub fn with_created_by(
    sam: &Sam,
    created_by: (&str, &str),
    more: &Map,
) -> Result<Node, Diagnostic> {
    let here = sam.here();
    let (key, value) = created_by;
    let own: Map = [(SmolStr::new(key), here.text(value))].into_iter().collect();
    let mut tags = list(here, &own);
    tags.extend(list(here, more));
    if let Some(node) = sam.truthy("Tags") {
        let Some(map) = node.as_map() else {
            let message = format!("`Tags` is {}; write a mapping", node.kind_name());
            return Err(sam.error(node.place, message));
        };
        for (name, entry) in map.entries() {
            if RESERVED.contains(&name.as_str()) || name == key {
                let message = format!("the tag `{name}` is reserved; choose another key");
                return Err(sam.error(entry.key_place, message));
            }
        }
        tags.extend(list(here, map));
    }
    Ok(here.list(tags))
}

/// Puts the `Tags` of the SAM resource on every generated one, when `PropagateTags` says so.
pub fn propagate(sam: &Sam, resources: &mut [Resource]) {
    let Some(tags) = sam.truthy("Tags").and_then(Node::as_map) else { return };
    if sam.truthy("PropagateTags").is_none() {
        return;
    }
    if tags.len() > limit::PROPAGATED_TAGS {
        return;
    }
    for resource in resources {
        let type_ = resource.type_.as_str();
        if LISTED.contains(&type_) {
            let tags = resource.here().list(list(sam.here(), tags));
            resource.set("Tags", tags);
        } else if MAPPED.contains(&type_) {
            let tags = Node::new(sam.place_of("Tags"), Kind::Map(tags.clone()));
            resource.set("Tags", tags);
        }
    }
}
