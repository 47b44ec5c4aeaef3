//! Tags: the mapping of SAM and the list of CloudFormation.

use source_text::{Kind, Map, Node};

use crate::intrinsic::Here;
use crate::resource::Resource;

/// `Tags` of a SAM resource as `[{"Key": …, "Value": …}, …]`; `null` values become empty text.
pub(crate) fn list(tags: Option<&Map>) -> Vec<Node> {
    let entries = tags.into_iter().flat_map(Map::entries);
    entries
        .map(|(key, entry)| {
            let here = Here(entry.key_place);
            let value =
                if entry.value.is_null() { here.text("") } else { entry.value.clone() };
            here.map([("Key", here.text(key.clone())), ("Value", value)])
        })
        .collect()
}

/// How a type of generated resource takes tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    List,
    Map,
}

fn form(type_: &str) -> Option<Form> {
    match type_ {
        "AWS::ApiGatewayV2::Api"
        | "AWS::ApiGatewayV2::DomainName"
        | "AWS::ApiGatewayV2::Stage" => Some(Form::Map),
        "AWS::AppSync::GraphQLApi"
        | "AWS::IAM::Role"
        | "AWS::Lambda::CapacityProvider"
        | "AWS::SQS::Queue"
        | "AWS::StepFunctions::StateMachine" => Some(Form::List),
        _ => None,
    }
}

/// Gives the tags to all `resources` that can have tags, in the place of their own.
pub(crate) fn propagate(resources: &mut [Resource], tags: &Node) {
    let Some(map) = tags.as_map() else { return };
    for resource in resources {
        match form(&resource.type_) {
            Some(Form::List) => {
                resource.set("Tags", Node::list(tags.place, list(Some(map))));
            }
            Some(Form::Map) => {
                resource.set("Tags", Node::new(tags.place, Kind::Map(map.clone())));
            }
            None => {}
        }
    }
}
