//! One end of a connector: which resource it is and how policies name it.

use sam_core::context::Context;
use sam_core::intrinsic::{Here, is_falsy, logical_id_of};
use sam_core::resource::Sam;
use source_text::{Diagnostic, Node, Place, SmolStr};

use crate::profile;

/// A rule has five targets unless AWS raises that. The bound keeps a hostile template from making
/// every connector search a long list.
const TARGETS_LIMIT: usize = 100;

/// What a connector knows of the resource at one of its ends.
#[derive(Debug)]
pub(crate) struct Reference {
    /// Logical id, when the resource is in the template.
    pub(crate) id: Option<SmolStr>,
    /// CloudFormation type.
    pub(crate) type_: SmolStr,
    /// Where it is named.
    pub(crate) place: Place,
    /// Its ARN.
    pub(crate) arn: Option<Node>,
    /// Name of its execution role.
    pub(crate) role_name: Option<Node>,
    /// URL of a queue.
    pub(crate) queue_url: Option<Node>,
    /// Its id in ARNs of other services.
    pub(crate) resource_id: Option<Node>,
    /// Its name.
    pub(crate) name: Option<Node>,
    /// Which part of it is meant.
    pub(crate) qualifier: Option<Node>,
}

impl Reference {
    /// Reads the end `written` of a connector; `other` is what stands at its other end.
    pub(crate) fn read(
        connector: &Sam,
        written: &Node,
        other: &Node,
        context: &Context<'_>,
    ) -> Result<Self, Diagnostic> {
        let described = written
            .as_map()
            .is_some_and(|map| map.keys().any(|key| key != "Id" && key != "Qualifier"));
        let named = written.get("Id").is_some();
        if named == described {
            let message = "name a resource by `Id`, or describe it by `Type`, `Arn` and so on; \
                           this end does neither or both";
            return Err(connector.error(written.place, message));
        }
        match written.get("Id").filter(|id| !is_falsy(id)) {
            Some(id) => Self::of_template(connector, written, id, other, context),
            None => Self::described(connector, written),
        }
    }

    /// A resource outside of the template, described by properties.
    fn described(connector: &Sam, written: &Node) -> Result<Self, Diagnostic> {
        let property = |name: &str| written.get(name).filter(|node| !node.is_null()).cloned();
        let type_ = written.get("Type").and_then(Node::as_str).filter(|text| !text.is_empty());
        let type_ = type_.ok_or_else(|| {
            let message = "`Type` of this end is missing or not text, such as `AWS::SQS::Queue`";
            connector.error(written.place, message)
        })?;
        Ok(Self {
            id: None,
            type_: SmolStr::new(expanded_type(type_)),
            place: written.place,
            arn: property("Arn"),
            role_name: property("RoleName"),
            queue_url: property("QueueUrl"),
            resource_id: property("ResourceId"),
            name: property("Name"),
            qualifier: property("Qualifier"),
        })
    }

    /// A resource of the template.
    fn of_template(
        connector: &Sam,
        written: &Node,
        id: &Node,
        other: &Node,
        context: &Context<'_>,
    ) -> Result<Self, Diagnostic> {
        let name = id.as_str().ok_or_else(|| {
            let message = format!("`Id` has to be a logical id, and is {}", id.kind_name());
            connector.error(id.place, message)
        })?;
        let resource = context.output(name).ok_or_else(|| {
            let message = match context.source(name) {
                Some(_) => format!("`{name}` could not be expanded; correct that one first"),
                None => format!("there is no resource `{name}` in this template"),
            };
            connector.error(id.place, message)
        })?;
        let type_ = resource.get("Type").and_then(Node::as_str).filter(|text| !text.is_empty());
        let type_ = type_.ok_or_else(|| {
            connector.error(id.place, format!("`Type` of `{name}` is missing or not text"))
        })?;
        let here = Here(id.place);
        let attributes = profile::attributes(type_);
        let value = |read: fn(&profile::Attributes) -> &Option<String>| {
            let how = attributes.and_then(|attributes| read(attributes).as_deref())?;
            Some(match how.strip_prefix("GetAtt ") {
                Some(attribute) => here.get_att(name, attribute),
                None if how == "Ref" => here.reference(name),
                None => here.text(how),
            })
        };
        let role = attributes.and_then(|attributes| attributes.role.as_deref());
        let role = role.and_then(|property| execution_role(resource, property, other));
        Ok(Self {
            id: Some(SmolStr::new(name)),
            type_: SmolStr::new(type_),
            place: written.place,
            arn: value(|attributes| &attributes.arn),
            role_name: role.and_then(logical_id_of).map(|role| here.reference(role)),
            queue_url: value(|attributes| &attributes.url),
            resource_id: value(|attributes| &attributes.id),
            name: value(|attributes| &attributes.name),
            qualifier: match written.get("Qualifier") {
                Some(qualifier) => Some(qualifier.clone()).filter(|node| !node.is_null()),
                None => value(|attributes| &attributes.qualifier),
            },
        })
    }

    /// The value that `<…Arn>` and the like stand for in the table of connections.
    pub(crate) fn value(&self, attribute: &str) -> Option<&Node> {
        match attribute {
            "Arn" => self.arn.as_ref(),
            "ResourceId" => self.resource_id.as_ref(),
            "Name" => self.name.as_ref(),
            "Qualifier" => self.qualifier.as_ref(),
            _ => None,
        }
    }
}

/// The role property of a resource. An event rule has one role for each target: the one of the
/// target at the other end of the connector.
fn execution_role<'a>(resource: &'a Node, property: &str, other: &Node) -> Option<&'a Node> {
    let properties = resource.get("Properties")?;
    if property != "Targets[].RoleArn" {
        return properties.get(property);
    }
    let other_id = other.get("Id").and_then(Node::as_str);
    let other_arn = other.get("Arn").filter(|arn| !is_falsy(arn));
    let targets = properties.get("Targets")?.as_list()?;
    let target = targets.iter().take(TARGETS_LIMIT).find(|target| {
        let Some(arn) = target.get("Arn") else { return false };
        logical_id_of(arn).is_some_and(|id| Some(id.as_str()) == other_id)
            || other_arn.is_some_and(|other| other.same(arn))
    })?;
    target.get("RoleArn")
}

/// The type that a SAM type expands to, where connectors know it.
fn expanded_type(type_: &str) -> &str {
    match type_ {
        "AWS::Serverless::Function" => "AWS::Lambda::Function",
        "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
        "AWS::Serverless::Api" => "AWS::ApiGateway::RestApi",
        "AWS::Serverless::HttpApi" => "AWS::ApiGatewayV2::Api",
        "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
        other => other,
    }
}
