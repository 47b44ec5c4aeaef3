//! Roles of functions and state machines: policies of every form made into one `AWS::IAM::Role`.

use source_text::{Diagnostic, Kind, Map, Node, Place, SmolStr};

use crate::PolicyTemplateUse;
use crate::context::Context;
use crate::intrinsic::{Here, argument, is_falsy, is_intrinsic, is_no_value};
use crate::limit;
use crate::policy_template;
use crate::resource::{Resource, Sam};

/// What a generated role consists of. `policies` is the `Policies` property of the SAM resource.
#[derive(Clone, Debug, Default)]
pub struct RolePlan<'a> {
    /// Logical id of the role.
    pub id: SmolStr,
    /// Trust policy.
    pub assume_role_policy: Option<Node>,
    /// Managed policy ARNs that come first, whatever `Policies` says.
    pub managed: Vec<Node>,
    /// Statements that come first: whole entries of `Policies` of the role.
    pub inline: Vec<Node>,
    /// `Policies` of the SAM resource.
    pub policies: Option<&'a Node>,
    /// `RolePath`.
    pub path: Option<&'a Node>,
    /// `PermissionsBoundary`.
    pub permissions_boundary: Option<&'a Node>,
    /// Tags, already in the form of a list.
    pub tags: Option<Node>,
    /// Inherited attributes.
    pub attributes: Map,
}

/// What one entry of `Policies` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Name or ARN of a managed policy, or an intrinsic function that gives one.
    Managed,
    /// A policy document.
    Document,
    /// A policy template with its parameters.
    Template,
    /// None of these.
    Unknown,
}

/// The trust policy that lets `service` take the role.
#[must_use]
pub fn trust(here: Here, service: &str) -> Node {
    let principal = here.map([("Service", here.texts([service]))]);
    let statement = here.map([
        ("Action", here.texts(["sts:AssumeRole"])),
        ("Effect", here.text("Allow")),
        ("Principal", principal),
    ]);
    here.map([("Version", here.text("2012-10-17")), ("Statement", here.list([statement]))])
}

/// An entry of `Policies` of a role that allows `action` on `resource`.
#[must_use]
pub fn allow(here: Here, name: &str, action: &str, resource: Node) -> Node {
    let statement = here.map([
        ("Action", here.text(action)),
        ("Effect", here.text("Allow")),
        ("Resource", resource),
    ]);
    let document = here.map([("Statement", here.list([statement]))]);
    here.map([("PolicyName", here.text(name)), ("PolicyDocument", document)])
}

/// Makes the role, and notes which of its policies come from SAM policy templates.
///
/// # Errors
/// A policy template is not known, lacks a parameter or has one too many.
pub fn build(
    context: &mut Context<'_>,
    sam: &Sam,
    plan: RolePlan<'_>,
) -> Result<Resource, Diagnostic> {
    let mut role = Resource::new(plan.id, "AWS::IAM::Role", sam.place);
    role.attributes = plan.attributes;
    role.set_some("AssumeRolePolicyDocument", plan.assume_role_policy.as_ref());
    let (mut managed, mut inline) = (plan.managed, plan.inline);
    let entries = match plan.policies.filter(|node| !is_falsy(node)) {
        None => &[],
        Some(node) => node.as_list().unwrap_or(std::slice::from_ref(node)),
    };
    if entries.len() > limit::POLICIES {
        let message = format!("there are more than {} entries in `Policies`", limit::POLICIES);
        return Err(sam.error(sam.place_of("Policies"), message));
    }
    for (index, policy) in entries.iter().enumerate() {
        let name = format!("{}Policy{index}", role.id);
        match form(sam, policy)? {
            Form::Document => inline.push(each_branch(policy, &mut |node| Ok(entry(&name, node)))?),
            Form::Template => {
                let index = inline.len();
                inline.push(each_branch(policy, &mut |node| {
                    let (template, document) = from_template(sam, node)?;
                    context.origins.policy_templates.push(PolicyTemplateUse {
                        role: role.id.clone(),
                        policy_index: index,
                        name: template,
                        place: node.place,
                    });
                    Ok(entry(&name, &document))
                })?);
            }
            Form::Managed => {
                let arn = each_branch(policy, &mut |node| Ok(managed_arn(context, node)))?;
                if !managed.iter().any(|known| known.same(&arn)) {
                    managed.push(arn);
                }
            }
            Form::Unknown => {
                let message = format!(
                    "entry {index} of `Policies` is neither a managed policy, a policy document \
                     nor a policy template; check its name"
                );
                return Err(sam.error(policy.place, message));
            }
        }
    }
    let here = sam.here();
    role.set("ManagedPolicyArns", here.list(managed));
    if !inline.is_empty() {
        role.set("Policies", here.list(inline));
    }
    role.set_some("Path", plan.path);
    role.set_some("PermissionsBoundary", plan.permissions_boundary);
    role.set_some("Tags", plan.tags.as_ref());
    Ok(role)
}

fn entry(name: &str, document: &Node) -> Node {
    let here = Here(document.place);
    here.map([("PolicyName", here.text(name)), ("PolicyDocument", document.clone())])
}

fn managed_arn(context: &Context<'_>, node: &Node) -> Node {
    match node.as_str().and_then(|name| context.managed_policy_arn(name)) {
        Some(arn) => Node::text(node.place, arn),
        None => node.clone(),
    }
}

fn from_template(sam: &Sam, node: &Node) -> Result<(SmolStr, Node), Diagnostic> {
    let Some((name, arguments)) = node.single() else {
        return Err(sam.error(node.place, "this is not a policy template"));
    };
    let place: Place =
        node.as_map().and_then(|map| map.entry(name)).map_or(node.place, |e| e.key_place);
    Ok((name.clone(), policy_template::document(sam, name, place, arguments)?))
}

/// `change` applied to the policy, or to both branches of an `Fn::If` but `AWS::NoValue`.
fn each_branch(
    policy: &Node,
    change: &mut dyn FnMut(&Node) -> Result<Node, Diagnostic>,
) -> Result<Node, Diagnostic> {
    let Some([condition, then, otherwise]) = branches(policy) else {
        return change(policy);
    };
    let mut branch = |node: &Node| if is_no_value(node) { Ok(node.clone()) } else { change(node) };
    let list = vec![condition.clone(), branch(then)?, branch(otherwise)?];
    Ok(Node::map(policy.place, [("Fn::If", Node::list(policy.place, list))]))
}

/// Condition and branches of an `Fn::If`.
fn branches(node: &Node) -> Option<[&Node; 3]> {
    match argument(node, "Fn::If")?.as_list()? {
        [condition, then, otherwise] => Some([condition, then, otherwise]),
        _ => None,
    }
}

fn form(sam: &Sam, policy: &Node) -> Result<Form, Diagnostic> {
    if argument(policy, "Fn::If").is_some() {
        let Some([_, then, otherwise]) = branches(policy) else {
            return Err(sam.error(policy.place, "`Fn::If` takes a condition and two values"));
        };
        let (one, two) = (form(sam, then)?, form(sam, otherwise)?);
        return if one == two || is_no_value(otherwise) {
            Ok(one)
        } else if is_no_value(then) {
            Ok(two)
        } else {
            let message = "the branches of this `Fn::If` are policies of different kinds; \
                           write one `Fn::If` for each kind";
            Err(sam.error(policy.place, message))
        };
    }
    Ok(match &policy.kind {
        Kind::Text(_) => Form::Managed,
        _ if is_intrinsic(policy) => Form::Managed,
        Kind::Map(map) if map.contains("Statement") => Form::Document,
        Kind::Map(map)
            if map.len() == 1 && map.keys().all(|name| policy_template::exists(name)) =>
        {
            Form::Template
        }
        _ => Form::Unknown,
    })
}
