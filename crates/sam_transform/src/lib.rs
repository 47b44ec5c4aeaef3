//! AWS SAM templates expanded to CloudFormation, places kept.
//!
//! [`expand`] does what the `AWS::Serverless-2016-10-31` transform does when a stack is deployed:
//! every `AWS::Serverless::*` resource is replaced by the plain resources that AWS would create.
//! Each generated value carries the place of the SAM source that caused it, so that a finding
//! about a generated role points at the line that the author wrote.

#![deny(clippy::disallowed_methods)]

mod application;
mod capacity_provider;
mod deployment_preference;
mod event;
mod function;
mod globals;
mod layer_version;
mod pipeline;
mod simple_table;
mod state_machine;
mod structure;

pub use sam_core::{Options, Origins, PolicyTemplateUse};

use indexmap::IndexMap;
use source_text::{Diagnostic, FileId, Kind, Node, ReadFile, SmolStr};

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
