//! Event `SNS`: a topic invokes the function, or fills a queue that the function polls.

use sam_core::context::Context;
use sam_core::intrinsic::{is_falsy, logical_id_of};
use sam_core::property::{Property, Shape, optional, passed, required};
use sam_core::resource::{Expansion, Resource};
use source_text::{Kind, Node, SmolStr};

use super::{Event, dead_letter, poll};

const PROPERTIES: [Property; 6] = [
    required("Topic", Shape::Text),
    optional("Region", Shape::Text),
    passed("FilterPolicy"),
    passed("FilterPolicyScope"),
    passed("SqsSubscription"),
    optional("RedrivePolicy", Shape::Map),
];

/// Expands the event.
pub(super) fn expand(
    context: &mut Context<'_>,
    event: &Event<'_>,
    role: &mut Resource,
) -> Expansion {
    event.check("SNS", &PROPERTIES)?;
    let here = event.here();
    let topic = event.get("Topic").cloned().unwrap_or_else(|| here.text(""));
    let Some(queue) = event.truthy("SqsSubscription") else {
        let id = format!("{}Permission", event.id);
        let permission = event.permission(id, "sns.amazonaws.com", Some(topic.clone()));
        return Ok(vec![permission, subscription(event, "lambda", event.target_arn(), topic)]);
    };
    match &queue.kind {
        Kind::Bool(_) => Ok(through_new_queue(context, event, topic, role)),
        Kind::Map(_) => {
            let part = |name: &str| queue.get(name).filter(|node| !is_falsy(node)).cloned();
            let (Some(arn), Some(url)) = (part("QueueArn"), part("QueueUrl")) else {
                let message = "`SqsSubscription` needs `QueueArn` and `QueueUrl`; add them";
                return Err(event.error(queue.place, message));
            };
            let id = queue.get("QueuePolicyLogicalId").and_then(Node::as_str).map(SmolStr::new);
            let mapping =
                poll::queue_mapping(context, event, arn.clone(), queue.get("BatchSize"), role);
            let policy = queue_policy(event, id, topic.clone(), arn.clone(), url);
            Ok(vec![mapping, policy, subscription(event, "sqs", arn, topic)])
        }
        _ => {
            let message = "`SqsSubscription` is neither `true` nor a mapping";
            Err(event.error(queue.place, message))
        }
    }
}

fn through_new_queue(
    context: &mut Context<'_>,
    event: &Event<'_>,
    topic: Node,
    role: &mut Resource,
) -> Vec<Resource> {
    let mut queue = event.child(format!("{}Queue", event.id), "AWS::SQS::Queue");
    if let Some(fifo) = fifo(context, &topic) {
        queue.set("FifoQueue", fifo);
    }
    let (arn, url) = (queue.get_att("Arn"), queue.reference());
    let mapping = poll::queue_mapping(context, event, arn.clone(), None, role);
    let policy = queue_policy(event, None, topic.clone(), arn.clone(), url);
    vec![mapping, queue, policy, subscription(event, "sqs", arn, topic)]
}

/// `FifoTopic` of a topic of the template: its queue must be of the same kind.
fn fifo(context: &Context<'_>, topic: &Node) -> Option<Node> {
    let id = logical_id_of(topic)?;
    let fifo = context.source(&id)?.at(&["Properties", "FifoTopic"])?;
    Some(context.resolved(fifo)).filter(|node| !is_falsy(node))
}

fn subscription(event: &Event<'_>, protocol: &str, endpoint: Node, topic: Node) -> Resource {
    let mut made = event.child(event.id.clone(), "AWS::SNS::Subscription");
    made.set("Protocol", event.here().text(protocol));
    made.set("Endpoint", endpoint);
    made.set("TopicArn", topic);
    made.copy(&event.properties, &["Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"]);
    made
}

fn queue_policy(
    event: &Event<'_>,
    id: Option<SmolStr>,
    topic: Node,
    queue: Node,
    url: Node,
) -> Resource {
    let here = event.here();
    let id = id.unwrap_or_else(|| SmolStr::from(format!("{}QueuePolicy", event.id)));
    let mut policy = event.child(id, "AWS::SQS::QueuePolicy");
    policy.set("PolicyDocument", dead_letter::send_policy(here, here.text("*"), queue, topic));
    policy.set("Queues", here.list([url]));
    policy
}
