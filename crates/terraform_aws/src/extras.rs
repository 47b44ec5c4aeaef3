//! Arguments that are resources of their own in CloudFormation, and what the provider sets when the
//! author sets nothing.

use source_text::{Node, SmolStr};
use terraform_language::Block;
use terraform_tables::{Extra, Scope, json, reference, turn};

use crate::join;

/// Type, argument; the CloudFormation type, its property for the argument, its property for the
/// resource, and whether that one is a list.
const OWN: [(&str, &str, &str, &str, &str, bool); 5] = [
    ("aws_s3_bucket", "policy", "AWS::S3::BucketPolicy", "PolicyDocument", "Bucket", false),
    ("aws_sqs_queue", "policy", "AWS::SQS::QueuePolicy", "PolicyDocument", "Queues", true),
    ("aws_sns_topic", "policy", "AWS::SNS::TopicPolicy", "PolicyDocument", "Topics", true),
    (
        "aws_secretsmanager_secret",
        "policy",
        "AWS::SecretsManager::ResourcePolicy",
        "ResourcePolicy",
        "SecretId",
        false,
    ),
    (
        "aws_appsync_graphql_api",
        "schema",
        "AWS::AppSync::GraphQLSchema",
        "Definition",
        "ApiId",
        false,
    ),
];

/// What the arguments of a block make beside it.
pub(crate) fn of(scope: &Scope<'_>, block: &Block) -> Vec<Extra> {
    let mut found = Vec::new();
    for (kind, argument, type_, document, owner, is_list) in OWN {
        let Some(node) = block.body.get(argument).filter(|_| block.kind == kind) else { continue };
        let value = if argument == "policy" { json::tree(scope, node) } else { scope.value(node) };
        let itself = reference::name_of(node.place, &block.address);
        let itself = if is_list { Node::list(node.place, vec![itself]) } else { itself };
        found.push(Extra {
            id: SmolStr::new(format!("{}.{argument}", block.address)),
            type_: type_.into(),
            properties: Node::map(node.place, [(document, value), (owner, itself)]),
        });
    }
    if block.kind == "aws_security_group_rule" {
        let is_out = block.body.get("type").and_then(Node::as_str) == Some("egress");
        let type_ =
            if is_out { "AWS::EC2::SecurityGroupEgress" } else { "AWS::EC2::SecurityGroupIngress" };
        for (at, properties) in join::ranges(scope, &block.body).into_iter().enumerate() {
            let id = if at == 0 {
                block.address.clone()
            } else {
                SmolStr::new(format!("{}.{at}", block.address))
            };
            found.push(Extra { id, type_: type_.into(), properties });
        }
    }
    found
}

/// A value of the provider where the author gives none.
enum Default {
    On,
    Zero,
    Word(&'static str),
    NoItems,
}

/// Type, path of the property, value: where the provider's default is not CloudFormation's. The
/// default of an argument in a block holds where the block is written.
const DEFAULTS: [(&str, &str, Default); 10] = [
    ("aws_cloudtrail", "IsLogging", Default::On),
    ("aws_db_instance", "BackupRetentionPeriod", Default::Zero),
    ("aws_api_gateway_authorizer", "Type", Default::Word("TOKEN")),
    ("aws_apigatewayv2_route", "AuthorizationType", Default::Word("NONE")),
    ("aws_cloudwatch_event_permission", "Action", Default::Word("events:PutEvents")),
    ("aws_lb", "Scheme", Default::Word("internet-facing")),
    ("aws_alb", "Scheme", Default::Word("internet-facing")),
    ("aws_elasticsearch_domain", "DomainEndpointOptions.EnforceHTTPS", Default::On),
    ("aws_opensearch_domain", "DomainEndpointOptions.EnforceHTTPS", Default::On),
    // The provider takes away the rule that lets everything out.
    ("aws_security_group", "SecurityGroupEgress", Default::NoItems),
];

/// Sets what the provider sets.
pub(crate) fn set_defaults(block: &Block, properties: &mut Node) {
    for (kind, path, default) in &DEFAULTS {
        if *kind != block.kind || !is_left_out(properties, path) {
            continue;
        }
        let place = block.place;
        let value = match default {
            Default::On => Node::bool(place, true),
            Default::Zero => Node::integer(place, 0),
            Default::Word(word) => Node::text(place, *word),
            Default::NoItems => Node::list(place, Vec::new()),
        };
        turn::put(properties, path, value);
    }
}

/// Whether a property is not written, and the block around it is.
fn is_left_out(properties: &Node, path: &str) -> bool {
    match path.split_once('.') {
        Some((block, rest)) => properties.get(block).is_some_and(|node| is_left_out(node, rest)),
        None => properties.as_map().is_some() && properties.get(path).is_none(),
    }
}
