//! What the attributes of resources are in CloudFormation.

use source_text::{Node, Place, SmolStr};
use terraform_language::Block;
use terraform_tables::reference::{get_att, join, name_of};

/// What stands for an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// `Ref`: the name, id or, for some types, the ARN.
    Name,
    /// `Fn::GetAtt` of this attribute.
    Attribute(&'static str),
    /// The address under which API Gateway calls a function.
    InvokeUri,
    /// The ARN under which an interface is called.
    ExecutionArn,
}

/// The argument that names a resource, where it is not `name`.
const NAME_ARGUMENTS: [(&str, &str); 7] = [
    ("aws_lambda_function", "function_name"),
    ("aws_s3_bucket", "bucket"),
    ("aws_api_gateway_stage", "stage_name"),
    ("aws_lambda_layer_version", "layer_name"),
    ("aws_api_gateway_domain_name", "domain_name"),
    ("aws_apigatewayv2_domain_name", "domain_name"),
    ("aws_sns_topic_subscription", "endpoint"),
];

/// Types whose `Ref` is their ARN.
const ARN_BY_REF: [&str; 17] = [
    "aws_sns_topic",
    "aws_sfn_state_machine",
    "aws_lambda_layer_version",
    "aws_iam_policy",
    "aws_secretsmanager_secret",
    "aws_lb",
    "aws_alb",
    "aws_lb_target_group",
    "aws_alb_target_group",
    "aws_lb_listener",
    "aws_alb_listener",
    "aws_lambda_code_signing_config",
    "aws_lambda_alias",
    "aws_msk_cluster",
    "aws_msk_serverless_cluster",
    "aws_cloudwatch_composite_alarm",
    "aws_ssoadmin_permission_set",
];

/// The argument that names a resource of a type.
pub(crate) fn name_argument(kind: &str) -> &'static str {
    NAME_ARGUMENTS.iter().find(|(known, _)| *known == kind).map_or("name", |(_, name)| name)
}

/// What an attribute of a resource is; `None` when it is an argument like others.
pub(crate) fn meaning(kind: &str, attribute: &str) -> Option<Meaning> {
    let is_api = matches!(kind, "aws_api_gateway_rest_api" | "aws_apigatewayv2_api");
    Some(match attribute {
        "name" if kind == "aws_sqs_queue" => Meaning::Attribute("QueueName"),
        "name" if kind == "aws_sns_topic" => Meaning::Attribute("TopicName"),
        "name" if kind == "aws_sfn_state_machine" => Meaning::Attribute("Name"),
        // An interface's name is not what it is referred to by.
        "name" if is_api => return None,
        "execution_arn" if is_api => Meaning::ExecutionArn,
        "invoke_arn" | "qualified_invoke_arn" | "response_streaming_invoke_arn" => {
            Meaning::InvokeUri
        }
        "arn" if ARN_BY_REF.contains(&kind) => Meaning::Name,
        "arn" | "qualified_arn" => Meaning::Attribute("Arn"),
        "layer_arn" | "id" | "url" => Meaning::Name,
        "address" if kind == "aws_db_instance" => Meaning::Attribute("Endpoint.Address"),
        "secret" | "ses_smtp_password_v4" if kind == "aws_iam_access_key" => {
            Meaning::Attribute("SecretAccessKey")
        }
        "stream_arn" => Meaning::Attribute("StreamArn"),
        "bucket_domain_name" => Meaning::Attribute("DomainName"),
        "bucket_regional_domain_name" => Meaning::Attribute("RegionalDomainName"),
        name if name == name_argument(kind) => Meaning::Name,
        _ => return None,
    })
}

/// The reference that stands for an attribute of the resource at an address.
pub(crate) fn written(meaning: Meaning, address: &str, place: Place) -> Node {
    match meaning {
        Meaning::Name => name_of(place, address),
        Meaning::Attribute(name) => get_att(place, address, name),
        Meaning::InvokeUri => invoke_uri(place, address),
        Meaning::ExecutionArn => execution_arn(place, address),
    }
}

/// The address under which API Gateway calls the function at an address.
fn invoke_uri(place: Place, address: &str) -> Node {
    let parts = vec![
        Node::text(place, "arn:aws:apigateway:"),
        name_of(place, "AWS::Region"),
        Node::text(place, ":lambda:path/2015-03-31/functions/"),
        get_att(place, address, "Arn"),
        Node::text(place, "/invocations"),
    ];
    join(place, parts)
}

/// The ARN under which the interface at an address is called.
fn execution_arn(place: Place, address: &str) -> Node {
    let parts = vec![
        Node::text(place, "arn:aws:execute-api:"),
        name_of(place, "AWS::Region"),
        Node::text(place, ":"),
        name_of(place, "AWS::AccountId"),
        Node::text(place, ":"),
        name_of(place, address),
    ];
    join(place, parts)
}

/// What a data source tells without being asked: who and where the deployment is, policies of AWS.
pub(crate) fn of_data(block: &Block, attribute: &str, place: Place) -> Option<Node> {
    if !block.address.contains("data.") {
        return None;
    }
    Some(match (block.kind.as_str(), attribute) {
        ("aws_caller_identity", "account_id" | "id") => name_of(place, "AWS::AccountId"),
        ("aws_region", "name" | "id" | "region") => name_of(place, "AWS::Region"),
        ("aws_partition", "partition" | "id") => name_of(place, "AWS::Partition"),
        ("aws_partition", "dns_suffix") => name_of(place, "AWS::URLSuffix"),
        ("aws_iam_policy", "arn") if block.body.get("arn").is_none() => {
            let name = block.body.get("name")?.scalar_text()?;
            let of_service = name.starts_with("AWSLambda") || name.starts_with("AmazonAPIGateway");
            let folder = if of_service { "service-role/" } else { "" };
            Node::text(place, SmolStr::new(format!("arn:aws:iam::aws:policy/{folder}{name}")))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Meaning, meaning};

    #[test]
    fn what_names_a_resource_is_a_reference_to_it() {
        assert_eq!(meaning("aws_lambda_function", "function_name"), Some(Meaning::Name));
        assert_eq!(meaning("aws_sns_topic", "arn"), Some(Meaning::Name));
        assert_eq!(meaning("aws_sqs_queue", "arn"), Some(Meaning::Attribute("Arn")));
        assert_eq!(meaning("aws_lambda_function", "runtime"), None);
    }
}
