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
//! - `{"Fn::ToJsonString": TREE}`: the text that `jsonencode` (or `aws_iam_policy_document`) makes;
//! - `{"Fn::Unresolved": TEXT}` or `{"Fn::Unresolved": [TEXT, REFERENCE…]}`: any other expression, as
//!   it is written, with the `Fn::GetAtt` and `Ref` that it hangs on.

#![deny(clippy::disallowed_methods)]

mod block;
mod configuration;
mod constraint;
mod data_source;
mod evaluated;
mod evaluator;
mod expression;
mod files;
mod functions;
mod instances;
mod lines;
mod node;
mod paths;
mod plan;
mod policy_document;
mod read_hcl;
mod read_json;
mod run;
mod scope;
mod syntax;
mod template;
mod traversal;
mod value;
mod variable_files;

pub use configuration::is_configuration;
pub use evaluated::{Block, Evaluated, Foreign, Options, Output, Variable};
pub use files::ModuleFiles;
pub use plan::evaluate_plan;
pub use run::evaluate;
