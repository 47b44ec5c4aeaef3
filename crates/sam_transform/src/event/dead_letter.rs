//! `DeadLetterConfig` of events that EventBridge delivers: a queue that is named, or generated.

use sam_core::intrinsic::Here;
use sam_core::resource::Resource;
use source_text::{Diagnostic, Map, Node, Place, SmolStr};

/// Where undeliverable events go.
#[derive(Debug)]
pub(crate) struct DeadLetter {
    /// ARN of the queue.
    pub(crate) arn: Node,
    /// The queue and its policy, when SAM makes them.
    pub(crate) resources: Vec<Resource>,
}

/// Reads `DeadLetterConfig` of the event with the logical id `id`.
///
/// `rule_arn` is the rule that may send to a generated queue; without one (EventBridge Scheduler
/// sends under a role) the queue gets no policy. `error` makes the diagnostics.
///
/// # Errors
/// Not exactly one of `Arn` and `Type` is given, or `Type` is not `SQS`.
pub(crate) fn expand(
    id: &str,
    config: &Node,
    rule_arn: Option<Node>,
    inherited: &Map,
    error: &dyn Fn(Place, &str) -> Diagnostic,
) -> Result<DeadLetter, Diagnostic> {
    let here = Here(config.place);
    match (config.get("Arn"), config.get("Type")) {
        (Some(_), Some(_)) => {
            let message = "`DeadLetterConfig` has both `Arn` and `Type`; remove one";
            return Err(error(config.place, message));
        }
        (None, None) => {
            return Err(error(config.place, "`DeadLetterConfig` needs `Arn` or `Type: SQS`"));
        }
        (None, Some(kind)) if kind.as_str() != Some("SQS") => {
            return Err(error(kind.place, "`Type` of `DeadLetterConfig` can only be `SQS`"));
        }
        (Some(arn), None) if !arn.is_null() => {
            return Ok(DeadLetter { arn: arn.clone(), resources: Vec::new() });
        }
        _ => {}
    }
    let queue_id = match config.get("QueueLogicalId").filter(|node| !node.is_null()) {
        None => SmolStr::from(format!("{id}Queue")),
        Some(node) => match node.as_str() {
            Some(text) => SmolStr::new(text),
            None => return Err(error(node.place, "`QueueLogicalId` is not text")),
        },
    };
    let made = |id: SmolStr, type_: &str| Resource {
        attributes: inherited.clone(),
        ..Resource::new(id, type_, config.place)
    };
    let queue = made(queue_id, "AWS::SQS::Queue");
    let arn = queue.get_att("Arn");
    let mut resources = Vec::new();
    if let Some(rule_arn) = rule_arn {
        let mut policy = made(format!("{id}QueuePolicy").into(), "AWS::SQS::QueuePolicy");
        let principal = here.map([("Service", here.text("events.amazonaws.com"))]);
        let document = send_policy(here, principal, arn.clone(), rule_arn);
        policy.set("PolicyDocument", document);
        policy.set("Queues", here.list([queue.reference()]));
        resources.push(policy);
    }
    resources.insert(0, queue);
    Ok(DeadLetter { arn, resources })
}

/// A queue policy that lets `principal` send for `source`.
pub(crate) fn send_policy(here: Here, principal: Node, queue: Node, source: Node) -> Node {
    let condition = here.map([("ArnEquals", here.map([("aws:SourceArn", source)]))]);
    let statement = here.map([
        ("Action", here.text("sqs:SendMessage")),
        ("Effect", here.text("Allow")),
        ("Principal", principal),
        ("Resource", queue),
        ("Condition", condition),
    ]);
    here.map([("Version", here.text("2012-10-17")), ("Statement", here.list([statement]))])
}
