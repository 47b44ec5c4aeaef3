//! AWS SAM templates expanded to CloudFormation, places kept.
//!
//! [`expand`] does what the `AWS::Serverless-2016-10-31` transform does when a stack is deployed:
//! every `AWS::Serverless::*` resource is replaced by the plain resources that AWS would create.
//! Each generated value carries the place of the SAM source that caused it, so that a finding
//! about a generated role points at the line that the author wrote.

#![deny(clippy::disallowed_methods)]

mod api;
mod application;
mod capacity_provider;
mod code;
mod connector;
mod context;
mod deployment_preference;
mod event;
mod function;
mod globals;
mod graphql;
mod identifier;
mod intrinsic;
mod layer_version;
mod limit;
mod managed_policy;
mod openapi;
mod pipeline;
mod policy_template;
mod property;
mod resolve;
mod resource;
mod role;
mod simple_table;
mod state_machine;
mod structure;
mod tags;
mod websocket;

use indexmap::IndexMap;
use source_text::{Diagnostic, FileId, Kind, Node, Place, ReadFile, SmolStr};

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

/// The plain template and what was learnt on the way.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// CloudFormation without `AWS::Serverless::*` resources, `Transform` and `Globals`.
    ///
    /// A SAM resource that could not be expanded is left out; a diagnostic says why.
    pub template: Node,
    /// What is wrong with the template, in the order of discovery.
    pub diagnostics: Vec<Diagnostic>,
    /// Where the generated resources come from.
    pub origins: Origins,
    /// API definitions in files beside the template, by logical id of the API.
    ///
    /// The template only points at them (`DefinitionUri: ./api.yaml`, or an `AWS::Include` in
    /// `DefinitionBody`), as in the output of AWS's tool; their routes are part of the application
    /// all the same. Read through [`ReadFile`]; empty without it.
    pub definitions: IndexMap<SmolStr, Node>,
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

/// Whether `template` asks for the SAM transform or has SAM resources.
#[must_use]
pub fn is_sam(template: &Node) -> bool {
    let transform = "AWS::Serverless-2016-10-31";
    let names_transform = |node: &Node| node.as_str() == Some(transform);
    let asks = template.get("Transform").is_some_and(|node| {
        names_transform(node) || node.as_list().is_some_and(|list| list.iter().any(names_transform))
    });
    asks || template.get("Resources").and_then(Node::as_map).is_some_and(|resources| {
        resources
            .values()
            .filter_map(|resource| resource.get("Type")?.as_str())
            .any(|type_| type_.starts_with("AWS::Serverless::"))
    })
}

/// Expands the SAM resources of `template`, whose short tags are already lowered to mappings.
///
/// `files` gives access to the files that the template names, and says which file it is itself.
/// What is wrong with one resource is told in the diagnostics and does not stop the others.
#[must_use]
pub fn expand(
    template: &Node,
    options: &Options,
    files: Option<(&dyn ReadFile, FileId)>,
) -> Expanded {
    if matches!(template.kind, Kind::Map(_)) {
        return pipeline::run(template, options, files);
    }
    let message = format!("a template is a mapping, and this is {}", template.kind_name());
    Expanded {
        template: template.clone(),
        diagnostics: vec![Diagnostic::error(template.place, message)],
        origins: Origins::default(),
        definitions: IndexMap::new(),
    }
}
