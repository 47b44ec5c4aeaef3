//! Where the policy of a function stands, and whether it may be changed there.

use app_model::{Application, Function, Identity, IdentityKind, Origin, SmolStr};
use iam_policy::{PrincipalKind, managed};
use source_text::{Kind, Node};

use crate::{granted::is_plumbing_policy, names::texts};

/// Where a policy is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// `Policies` of a SAM function.
    Function {
        /// Logical name.
        function: SmolStr,
    },
    /// `Policies` of a role.
    Role {
        /// Logical name.
        role: SmolStr,
    },
    /// `PolicyDocument` of a policy resource that hangs on the role alone.
    Policy {
        /// Logical name of the role.
        role: SmolStr,
        /// Logical name of the policy resource.
        policy: SmolStr,
    },
}

/// Why the policy of a function is left alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The role is not in the template.
    #[error("its role stands elsewhere; give it a role of its own in the template")]
    NoRole,
    /// Others run as the role.
    #[error("its role `{role}` is also used by {others}; give each a role of its own")]
    Shared {
        /// Logical name of the role.
        role: SmolStr,
        /// In words.
        others: String,
    },
    /// A resource that the edit needs is not written out in the template.
    #[error(
        "`{name}` is not written out in the template itself (a loop, an include or a macro makes it)"
    )]
    NotWritten {
        /// Logical name.
        name: SmolStr,
    },
    /// A policy of the role is not known.
    #[error(
        "its role has the policy `{policy}`, which stands elsewhere: what it grants is not known"
    )]
    UnknownPolicy {
        /// As written.
        policy: SmolStr,
    },
    /// The policies of the role stand in several resources.
    #[error("the policies of its role stand in several places ({places}); put them in one")]
    Several {
        /// In words.
        places: String,
    },
    /// The needs are not known whole.
    #[error(
        "its needs are not known whole ({reason}); check the policy by hand, or write it with --even-if-incomplete"
    )]
    Incomplete {
        /// The first gap.
        reason: String,
    },
    /// The policy would name what waits for the role.
    #[error(
        "its policy would name `{resource}`, which waits for the function itself; give it a name of its own"
    )]
    Circular {
        /// Logical name.
        resource: SmolStr,
    },
    /// The new policy allows what the old one does not.
    #[error("it needs what it is not allowed today: {missing}; write it with --allow-new-access")]
    NewAccess {
        /// Action and resource of each, in words.
        missing: String,
    },
    /// Whether the new policy allows more is not known.
    #[error("whether the new policy allows more than the old one is not known: {reason}")]
    NotProven {
        /// In words.
        reason: String,
    },
    /// The text cannot be edited.
    #[error(transparent)]
    Edit(#[from] super::EditError),
}

/// A property and the value that it shall have.
#[derive(Clone, Debug)]
pub struct Written {
    /// Keys from the top of the template.
    pub path: Vec<SmolStr>,
    /// The value with short tags.
    pub with_tags: Node,
    /// The value with long functions.
    pub without_tags: Node,
}

/// Where the policy of a function is to be written.
///
/// `document` is the template as its author wrote it, tags and all.
///
/// # Errors
/// [`Refusal`] when the role is not the function's own, or not whole in the template.
pub fn site_of(app: &Application, document: &Node, function: &Function) -> Result<Site, Refusal> {
    let Some(role) = app.role_of(function) else { return Err(Refusal::NoRole) };
    if let Some(others) = others(app, role, function) {
        return Err(Refusal::Shared { role: role.name.clone(), others });
    }
    unknown_policy(role)?;
    let is_written = |name: &str, type_: &str| {
        document.at(&["Resources", name, "Type"]).and_then(Node::as_str) == Some(type_)
            && document
                .at(&["Resources", name, "Properties"])
                .is_some_and(|it| it.as_map().is_some())
    };
    if role.is_generated {
        let is_own = is_written(&function.name, "AWS::Serverless::Function");
        let name = function.name.clone();
        return if is_own {
            Ok(Site::Function { function: name })
        } else {
            Err(Refusal::NotWritten { name })
        };
    }
    if !is_written(&role.name, "AWS::IAM::Role") {
        return Err(Refusal::NotWritten { name: role.name.clone() });
    }
    let resources: Vec<&SmolStr> = role
        .policies
        .iter()
        .filter_map(|policy| match &policy.origin {
            Origin::Resource(name) => Some(name),
            _ => None,
        })
        .collect();
    let has_inline = role.policies.iter().any(|policy| policy.origin == Origin::Inline);
    match resources.as_slice() {
        [] => Ok(Site::Role { role: role.name.clone() }),
        [policy] if !has_inline && hangs_alone(app, policy) => {
            let is_own = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"]
                .iter()
                .any(|type_| is_written(policy, type_));
            if is_own {
                Ok(Site::Policy { role: role.name.clone(), policy: (*policy).clone() })
            } else {
                Err(Refusal::NotWritten { name: (*policy).clone() })
            }
        }
        several => {
            let mut places: Vec<String> = several.iter().map(|it| format!("`{it}`")).collect();
            if has_inline {
                places.push(format!("`{}`", role.name));
            }
            Err(Refusal::Several { places: places.join(", ") })
        }
    }
}

/// Whether a policy resource hangs on one principal only.
fn hangs_alone(app: &Application, policy: &str) -> bool {
    let bearers = app.identities.iter().filter(|identity| {
        identity.kind != IdentityKind::Detached
            && identity
                .policies
                .iter()
                .any(|it| matches!(&it.origin, Origin::Resource(name) if name == policy))
    });
    bearers.count() == 1
}

/// Who else runs as a role, in words.
pub(crate) fn others(app: &Application, role: &Identity, function: &Function) -> Option<String> {
    let functions = app.functions_of(role).filter(|it| it.name != function.name);
    let resources = app.resources.iter().filter(|it| it.roles.contains(&role.name));
    let mut names: Vec<String> = functions
        .map(|it| format!("`{}`", it.name))
        .chain(resources.map(|it| format!("`{}`", it.name)))
        .collect();
    let trusted = role.trust.iter().flat_map(iam_policy::Policy::allows);
    let principals = trusted.flat_map(|statement| &statement.principals);
    names.extend(
        principals
            .filter(|it| it.kind != PrincipalKind::Service || !is_lambda(&it.term.text))
            .map(|it| format!("`{}`", it.term.text)),
    );
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

fn is_lambda(service: &str) -> bool {
    matches!(
        service,
        "lambda.amazonaws.com" | "edgelambda.amazonaws.com" | "lambda.${AWS::URLSuffix}"
    )
}

/// Managed policies that are neither AWS's nor of the template.
fn unknown_policy(role: &Identity) -> Result<(), Refusal> {
    let hangs = |text: &str| {
        role.policies.iter().any(|policy| {
            matches!(&policy.origin, Origin::Resource(name) | Origin::Connector(name)
                if text.contains(&format!("${{{name}}}")))
        })
    };
    let mut all = role.managed.iter().flat_map(|attached| texts(&attached.arn));
    match all.find(|text| managed::find(text).is_none() && !hangs(text)) {
        Some(policy) => Err(Refusal::UnknownPolicy { policy }),
        None => Ok(()),
    }
}

/// The items of a list of policies that stay: policies of AWS for what Lambda does as the role.
pub(super) fn kept(list: Option<&Node>) -> Vec<Node> {
    let one = |node: &Node| -> bool {
        let text = match &node.kind {
            Kind::Text(text) => Some(text.as_str()),
            Kind::Tagged(_, inner) => inner.as_str(),
            Kind::Map(_) => node.single().and_then(|(_, value)| value.as_str()),
            _ => None,
        };
        text.and_then(managed::find).is_some_and(|policy| is_plumbing_policy(policy.name))
    };
    match list {
        Some(Node { kind: Kind::List(items), .. }) => {
            items.iter().filter(|item| one(item)).cloned().collect()
        }
        Some(node) if one(node) => vec![node.clone()],
        _ => Vec::new(),
    }
}
