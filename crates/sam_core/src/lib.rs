//! What every expansion of a SAM resource works with.
//!
//! A generator takes a [`resource::Sam`], checks it ([`property`]), builds nodes
//! ([`intrinsic::Here`]) and returns [`resource::Resource`]s; what the steps share stands in
//! [`context::Context`], whose documentation is the guide to writing one. Nothing here knows a
//! single SAM resource type.

#![deny(clippy::disallowed_methods)]

pub mod code;
pub mod context;
pub mod identifier;
pub mod intrinsic;
pub mod limit;
pub mod managed_policy;
mod policy_template;
pub mod property;
pub mod resolve;
pub mod resource;
pub mod role;
pub mod tags;

use indexmap::IndexMap;
use source_text::{Node, Place, SmolStr};

/// What the deployment would know and the template does not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Partition of the account (`aws`, `aws-cn`, `aws-us-gov`); by default that of the region,
    /// `aws` when there is no region either.
    pub partition: Option<SmolStr>,
    /// Region, such as `eu-west-1`. Without one, `AWS::Region` stays a reference.
    pub region: Option<SmolStr>,
    /// Twelve-digit account id. Without one, `AWS::AccountId` stays a reference.
    pub account: Option<SmolStr>,
    /// Values of template parameters; the others have their defaults.
    pub parameters: IndexMap<SmolStr, Node>,
    /// Whether the template is what CloudFormation gets: `sam package` has put the code on S3, so
    /// that a local path is an error. `false` for templates as their author wrote them; local paths
    /// are then kept as they are.
    pub packaged: bool,
}

/// Where generated resources and policies come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// Logical id of each generated resource to that of the SAM resource that caused it.
    pub resources: IndexMap<SmolStr, SmolStr>,
    /// Policies that were made from SAM policy templates.
    pub policy_templates: Vec<PolicyTemplateUse>,
}

/// One policy of a generated role that comes from a SAM policy template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTemplateUse {
    /// Logical id of the generated role.
    pub role: SmolStr,
    /// Index in the `Policies` of the role.
    pub policy_index: usize,
    /// Name of the policy template, such as `S3ReadPolicy`.
    pub name: SmolStr,
    /// Where the template is named.
    pub place: Place,
}
