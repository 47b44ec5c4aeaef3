//! What the steps of an expansion share.
//!
//! How to write the expansion of a resource or an event:
//!
//! - A resource is expanded by `fn expand(context: &mut Context<'_>, sam: &Sam) -> Expansion`. It
//!   gets its own copy of the source ([`crate::resource::Sam`], Globals merged) and returns the
//!   resources that it becomes, in order; the pipeline puts them into the output. On an error it
//!   returns one `Diagnostic` (`sam.error(place, "…")`) and the resource is left out. Errors that
//!   do not stop the expansion go to [`Context::fail`].
//! - `sam.main(id, type)` starts the resource that replaces the SAM resource (keeps `DependsOn`,
//!   `Metadata`, `UpdatePolicy`, `Condition` …); `sam.child(id, type)` starts one beside it, which
//!   inherits only `Condition`, `DeletionPolicy`, `UpdateReplacePolicy`.
//! - Nodes are built by [`crate::intrinsic::Here`]: `let here = Here(place)`, then
//!   `here.get_att("Orders", "Arn")`, `here.map([("Key", here.text("v"))])`. The place is that of
//!   the property that causes the value, else the resource's.
//! - [`Context::source`] is the SAM template's resource (what events of functions write into, such
//!   as the `DefinitionBody` of an API); [`Context::output`] is the plain resource (already expanded
//!   ones, and those that were plain from the start).
//! - [`Context::resolved`] gives a copy with references to parameters replaced by their values, as
//!   needed for decisions; do not put such a copy into the output unless the translator does.
//! - `Ref: Orders.Alias` and the like: the pipeline fills the table by the types of the resources
//!   that an expansion returns.
//! - What the resources of one family share with each other only (APIs their usage plan, say) is a
//!   value of their own crate, which the pipeline hands them beside the context.
//! - Places: `node.place` of anything cloned from the source is right already.

use indexmap::{IndexMap, IndexSet};
use source_text::{Diagnostic, FileId, Map, Node, Place, ReadFile, SmolStr};

use crate::resolve::{ResourceReferences, resolve_mappings, resolve_parameters};
use crate::{Options, Origins, managed_policy};

/// What the steps of an expansion share.
#[expect(missing_debug_implementations, reason = "the `ReadFile` of the caller shows nothing")]
pub struct Context<'o> {
    /// As given by the caller.
    pub options: &'o Options,
    /// Access to the files that the template names, and the template's own handle.
    pub files: Option<(&'o dyn ReadFile, FileId)>,
    /// Every section but `Resources`, in order; `Conditions` may be added to.
    pub sections: Map,
    /// `Resources` of the SAM template after Globals and implicit APIs; events write into APIs here.
    pub sources: Map,
    /// `Resources` of the output: plain ones from the start, then generated ones in order.
    pub outputs: Map,
    /// Values of parameters: given ones, defaults, `AWS::Region` and `AWS::Partition` if known.
    pub parameters: IndexMap<SmolStr, Node>,
    /// What is wrong so far.
    pub diagnostics: Vec<Diagnostic>,
    /// Where generated resources come from.
    pub origins: Origins,
    /// `Orders.Alias` and the like.
    pub references: ResourceReferences,
    /// SAM resources whose logical id changed (layers get a hash).
    pub changed_ids: IndexMap<SmolStr, SmolStr>,
    /// Plain resources of the template that events changed in `sources`.
    pub changed: IndexSet<SmolStr>,
    /// Number of events of functions so far.
    pub events: usize,
}

impl Context<'_> {
    /// Partition of the account.
    #[must_use]
    pub fn partition(&self) -> SmolStr {
        if let Some(partition) = &self.options.partition {
            return partition.clone();
        }
        SmolStr::new_static(match self.options.region.as_deref() {
            Some(region) if region.starts_with("cn-") => "aws-cn",
            Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
            Some(region) if region.starts_with("us-iso-") => "aws-iso",
            Some(region) if region.starts_with("us-isob-") => "aws-iso-b",
            Some(region) if region.starts_with("eu-isoe-") => "aws-iso-e",
            Some(region) if region.starts_with("us-isof-") => "aws-iso-f",
            Some(region) if region.starts_with("eusc-") => "aws-eusc",
            _ => "aws",
        })
    }

    /// ARN of the AWS managed policy with this name, when there is one.
    pub(crate) fn managed_policy_arn(&self, name: &str) -> Option<SmolStr> {
        managed_policy::arn(&self.partition(), name)
    }

    /// A copy of `node` with references to parameters replaced by their values.
    #[must_use]
    pub fn resolved(&self, node: &Node) -> Node {
        let mut copy = node.clone();
        resolve_parameters(&mut copy, &self.parameters);
        copy
    }

    /// Like [`Context::resolved`], and `Fn::FindInMap` with literal keys is looked up too.
    pub fn resolved_with_mappings(&self, node: &Node) -> Node {
        let mut copy = self.resolved(node);
        if let Some(mappings) = self.sections.get("Mappings").and_then(Node::as_map) {
            resolve_mappings(&mut copy, mappings);
        }
        copy
    }

    /// A resource of the SAM template.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<&Node> {
        self.sources.get(id)
    }

    /// A resource of the SAM template, to change it.
    pub fn source_mut(&mut self, id: &str) -> Option<&mut Node> {
        self.sources.get_mut(id)
    }

    /// Type of a resource of the SAM template.
    #[must_use]
    pub fn source_type(&self, id: &str) -> Option<&str> {
        self.sources.get(id)?.get("Type")?.as_str()
    }

    /// A resource of the output.
    #[must_use]
    pub fn output(&self, id: &str) -> Option<&Node> {
        self.outputs.get(id)
    }

    /// Adds a condition (replaces one of the same name).
    pub fn set_condition(&mut self, name: impl Into<SmolStr>, value: Node) {
        let place = value.place;
        if self.sections.get("Conditions").and_then(Node::as_map).is_none() {
            self.sections.insert("Conditions", Node::map(place, <[(SmolStr, Node); 0]>::default()));
        }
        if let Some(map) = self.sections.get_mut("Conditions").and_then(Node::as_map_mut) {
            map.insert(name, value);
        }
    }

    /// Notes an error about the resource `id`; the expansion goes on.
    pub fn fail(&mut self, id: &str, place: Place, message: impl std::fmt::Display) {
        self.diagnostics.push(Diagnostic::error(place, format!("`{id}`: {message}")));
    }

    /// Says that `id.property` in the template means the generated resource `target`.
    pub fn refer(&mut self, id: &SmolStr, property: &str, target: SmolStr) {
        self.references.entry(id.clone()).or_default().entry(property.into()).or_insert(target);
    }
}
