//! The role that a function without `Role` gets.

use sam_core::context::Context;
use sam_core::intrinsic::Here;
use sam_core::managed_policy::arn_of_path;
use sam_core::resource::{Resource, Sam};
use sam_core::role::{self, RolePlan};
use sam_core::tags;
use source_text::{Diagnostic, Map, Node};

use super::definition::tracing;

/// Makes the role; `destinations` are policies for the destinations of asynchronous invocations.
///
/// # Errors
/// An entry of `Policies` is not valid.
pub(super) fn build(
    context: &mut Context<'_>,
    sam: &Sam,
    destinations: Vec<Node>,
) -> Result<Resource, Diagnostic> {
    let partition = context.partition();
    let policy =
        |name: &str, path: &str| Node::text(sam.place_of(name), arn_of_path(&partition, path));
    let mut managed = vec![if sam.truthy("DurableConfig").is_some() {
        policy("DurableConfig", "service-role/AWSLambdaBasicDurableExecutionRolePolicy")
    } else {
        policy("", "service-role/AWSLambdaBasicExecutionRole")
    }];
    if tracing(context, sam).is_some() {
        // The older policy stays in the commercial partition, where roles already have it.
        let is_commercial = partition == "aws";
        let name =
            if is_commercial { "AWSXrayWriteOnlyAccess" } else { "AWSXRayDaemonWriteAccess" };
        managed.push(policy("Tracing", name));
    }
    if sam.truthy("VpcConfig").is_some() {
        managed.push(policy("VpcConfig", "service-role/AWSLambdaVPCAccessExecutionRole"));
    }
    let mut inline = Vec::new();
    if let Some(queue) = sam.truthy("DeadLetterQueue")
        && let Some(target) = queue.get("TargetArn")
    {
        inline.push(dead_letter_policy(queue, target));
    }
    inline.extend(destinations);
    let trust = match sam.get("AssumeRolePolicyDocument") {
        Some(document) => document.clone(),
        None => role::trust(sam.here(), "lambda.amazonaws.com"),
    };
    let plan = RolePlan {
        id: format!("{}Role", sam.id).into(),
        assume_role_policy: Some(trust),
        managed,
        inline,
        policies: sam.get("Policies"),
        path: sam.get("RolePath"),
        permissions_boundary: sam.get("PermissionsBoundary"),
        tags: Some(tags::with_created_by(sam, ("lambda:createdBy", "SAM"), &Map::new())?),
        attributes: sam.inherited(),
    };
    role::build(context, sam, plan)
}

fn dead_letter_policy(queue: &Node, target: &Node) -> Node {
    let here = Here(queue.place);
    let is_topic = queue.get("Type").and_then(Node::as_str) == Some("SNS");
    let action = if is_topic { "sns:Publish" } else { "sqs:SendMessage" };
    let statement = here.map([
        ("Action", here.text(action)),
        ("Resource", target.clone()),
        ("Effect", here.text("Allow")),
    ]);
    let document =
        here.map([("Version", here.text("2012-10-17")), ("Statement", here.list([statement]))]);
    here.map([("PolicyName", here.text("DeadLetterQueuePolicy")), ("PolicyDocument", document)])
}
