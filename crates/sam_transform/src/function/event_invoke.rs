//! `EventInvokeConfig`: retries and destinations of asynchronous invocations.

use sam_core::context::Context;
use sam_core::identifier::hash;
use sam_core::intrinsic::{Here, argument, is_falsy, is_no_value};
use sam_core::resource::{Resource, Sam};
use sam_core::role::allow;
use source_text::{Diagnostic, Map, Node, SmolStr};

/// Kinds of destinations.
const KINDS: [&str; 5] = ["SQS", "SNS", "EventBridge", "Lambda", "S3Bucket"];

/// What `EventInvokeConfig` becomes.
#[derive(Debug, Default)]
pub(super) struct Destinations {
    /// Generated queues and topics, and the `AWS::Lambda::EventInvokeConfig`.
    pub(super) resources: Vec<Resource>,
    /// Policies that the role of the function needs.
    pub(super) policies: Vec<Node>,
}

/// A destination in the making.
struct Destination<'a> {
    sam: &'a Sam,
    /// Logical id of the `AWS::Lambda::EventInvokeConfig`.
    config_id: &'a str,
    /// `OnSuccess` or `OnFailure`.
    outcome: &'a str,
    kind: &'a str,
    here: Here,
}

/// Makes the configuration, the queues and topics that it does not name, and the policies.
///
/// # Errors
/// A destination is not valid.
pub(super) fn expand(
    context: &mut Context<'_>,
    sam: &Sam,
    alias: Option<&Resource>,
) -> Result<Destinations, Diagnostic> {
    let mut made = Destinations::default();
    let Some(given) = sam.truthy("EventInvokeConfig") else { return Ok(made) };
    let config = context.resolved(given);
    let id = format!("{}EventInvokeConfig", sam.id);
    let mut destinations = Map::new();
    if let Some(outcomes) = config.get("DestinationConfig").filter(|node| !is_falsy(node)) {
        if outcomes.as_map().is_none() {
            let message = "`DestinationConfig` of `EventInvokeConfig` is not a mapping";
            return Err(sam.error(outcomes.place, message));
        }
        for outcome in ["OnSuccess", "OnFailure"] {
            let Some(node) = outcomes.get(outcome).filter(|node| !node.is_null()) else { continue };
            let arn = destination(context, sam, &id, outcome, node, &mut made)?;
            destinations.insert(outcome, Here(node.place).map([("Destination", arn)]));
        }
    }
    let here = Here(given.place);
    let mut resource = Resource::new(id, "AWS::Lambda::EventInvokeConfig", given.place);
    if let Some(alias) = alias {
        resource.attribute("DependsOn", here.texts([alias.id.clone()]));
    }
    for name in ["DeletionPolicy", "UpdatePolicy", "Condition", "UpdateReplacePolicy", "Metadata"] {
        if let Some(node) = sam.attribute(name) {
            resource.attribute(name, node.clone());
        }
    }
    resource.set("FunctionName", here.reference(sam.id.clone()));
    let qualifier = alias.and_then(|alias| alias.properties.get("Name")).cloned();
    resource.set("Qualifier", qualifier.unwrap_or_else(|| here.text("$LATEST")));
    resource.set("DestinationConfig", Node::new(given.place, source_text::Kind::Map(destinations)));
    resource.set_some("MaximumEventAgeInSeconds", config.get("MaximumEventAgeInSeconds"));
    resource.set_some("MaximumRetryAttempts", config.get("MaximumRetryAttempts"));
    made.resources.push(resource);
    Ok(made)
}

fn destination(
    context: &mut Context<'_>,
    sam: &Sam,
    config_id: &str,
    outcome: &str,
    node: &Node,
    made: &mut Destinations,
) -> Result<Node, Diagnostic> {
    if node.as_map().is_none() {
        return Err(sam.error(node.place, format!("`{outcome}` is not a mapping")));
    }
    let kind = node.get("Type").and_then(Node::as_str).unwrap_or_default();
    if !KINDS.contains(&kind) {
        let place = node.get("Type").map_or(node.place, |node| node.place);
        let message = format!("`Type` of `{outcome}` must be one of {}", KINDS.join(", "));
        return Err(sam.error(place, message));
    }
    let made_here = Destination { sam, config_id, outcome, kind, here: Here(node.place) };
    let given = node.get("Destination").filter(|node| !node.is_null());
    let missing = match given {
        Some(given) => missing_under(context, &made_here, given)?,
        None => None,
    };
    let arn = match (given, missing) {
        (Some(given), None) => given.clone(),
        (_, missing) => generated(context, &made_here, missing, made)?,
    };
    made.policies.push(made_here.policy(arn.clone()));
    Ok(arn)
}

/// When the destination is given only under a condition: the condition under which it is
/// missing, and the destination otherwise.
fn missing_under(
    context: &mut Context<'_>,
    destination: &Destination<'_>,
    given: &Node,
) -> Result<Option<(SmolStr, Node)>, Diagnostic> {
    let Some(branches) = argument(given, "Fn::If") else { return Ok(None) };
    let Some([condition, then, otherwise]) = branches.as_list() else {
        let message = "`Fn::If` in `Destination` takes a condition and two values";
        return Err(destination.sam.error(given.place, message));
    };
    let condition = condition.scalar_text().unwrap_or_default();
    Ok(match (is_no_value(then), is_no_value(otherwise)) {
        (true, false) => Some((condition, otherwise.clone())),
        (false, true) => {
            let negated = condition_name(&format!("NOT{condition}"), destination.config_id);
            let value = destination.here.conditions("Fn::Not", [condition]);
            context.set_condition(negated.clone(), value);
            Some((negated, then.clone()))
        }
        _ => None,
    })
}

fn condition_name(name: &str, hashed: &str) -> SmolStr {
    SmolStr::from(format!("{name}{}", hash(hashed)))
}

/// Makes the queue or topic that the template leaves to SAM and returns its ARN.
fn generated(
    context: &mut Context<'_>,
    destination: &Destination<'_>,
    missing: Option<(SmolStr, Node)>,
    made: &mut Destinations,
) -> Result<Node, Diagnostic> {
    let Destination { sam, config_id, outcome, kind, here } = *destination;
    let mut resource = match kind {
        "SQS" => sam.child(format!("{config_id}{outcome}Queue"), "AWS::SQS::Queue"),
        "SNS" => sam.child(format!("{config_id}{outcome}Topic"), "AWS::SNS::Topic"),
        _ => {
            let message = format!("`{outcome}` of type `{kind}` needs `Destination`; add it");
            return Err(sam.error(here.0, message));
        }
    };
    resource.place = here.0;
    let own = sam.attribute("Condition").and_then(Node::scalar_text);
    let condition = match (own, missing.as_ref().map(|(condition, _)| condition.clone())) {
        (Some(own), Some(missing)) => {
            let name = condition_name(&format!("{own}AND{missing}"), &sam.id);
            // The translator wraps each condition twice here, and CloudFormation accepts it.
            let wrap = |name: SmolStr| {
                here.map([("Condition", here.map([("Condition", here.text(name))]))])
            };
            let both = here.list([wrap(own), wrap(missing)]);
            context.set_condition(name.clone(), here.map([("Fn::And", both)]));
            Some(name)
        }
        (own, missing) => own.or(missing),
    };
    if let Some(condition) = condition {
        resource.attribute("Condition", here.text(condition));
    }
    let arn = if kind == "SQS" { resource.get_att("Arn") } else { resource.reference() };
    made.resources.push(resource);
    Ok(match missing {
        Some((condition, otherwise)) => here.if_(condition, arn, otherwise),
        None => arn,
    })
}

impl Destination<'_> {
    /// The policy that lets the function send to the destination.
    fn policy(&self, arn: Node) -> Node {
        let (here, id) = (self.here, format!("{}{}", self.config_id, self.outcome));
        match self.kind {
            "SQS" => allow(here, &format!("{id}SQSPolicy"), "sqs:SendMessage", arn),
            "SNS" => allow(here, &format!("{id}SNSPolicy"), "sns:publish", arn),
            "EventBridge" => {
                allow(here, &format!("{id}EventBridgePolicy"), "events:PutEvents", arn)
            }
            "Lambda" => allow(here, &format!("{id}LambdaPolicy"), "lambda:InvokeFunction", arn),
            _ => write_to_bucket(here, &format!("{id}S3Policy"), &arn),
        }
    }
}

/// An entry of `Policies` of a role that allows writing objects into a bucket.
pub(crate) fn write_to_bucket(here: Here, name: &str, bucket: &Node) -> Node {
    let objects = here.join("/", [bucket.clone(), here.text("*")]);
    let statement = |action: &str, resource: Node| {
        here.map([
            ("Action", here.text(action)),
            ("Effect", here.text("Allow")),
            ("Resource", resource),
        ])
    };
    let statements =
        here.list([statement("s3:PutObject", objects), statement("s3:ListBucket", bucket.clone())]);
    let document = here.map([("Statement", statements)]);
    here.map([("PolicyName", here.text(name)), ("PolicyDocument", document)])
}
