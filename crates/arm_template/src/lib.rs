//! Azure Resource Manager templates as a tree of resources that keep their places.
//!
//! [`lower`] takes a JSON deployment template and gives the carrier that `load_azure` reads:
//! `{Parameters, Conditions, Resources, Outputs}` with ARM types and whole ARM bodies, loops unrolled,
//! children and nested deployments made resources of their own. Expressions are evaluated as far as
//! the template alone tells; the rest keeps the shape of CloudFormation's functions:
//! - `{"Ref": PARAMETER}`: a parameter; `{"Ref": LOGICAL}`: the id of a resource;
//! - `{"Fn::GetAtt": [LOGICAL, "path"]}`: what `reference(…)` tells of a resource;
//! - `{"Fn::Join": ["", PARTS]}`: text with parts that are not known;
//! - `{"Fn::If": [CONDITION, YES, NO]}`: a choice that is not decided;
//! - `{"Fn::Unresolved": "${listKeys(…)}"}`, or a list of that text and the references in it: any
//!   other expression. Keys and connection strings that the platform hands out stay so.
//!
//! Nothing is read but the document, and the templates that [`linked`] puts into it: others are told
//! of, not looked at.

#![deny(clippy::disallowed_methods)]

mod comments;
mod declare;
mod expression;
mod function_json;
mod functions;
mod ids;
mod linked;
mod lower;
mod parameters;
mod recognise;
mod shape;
mod spread;
mod truth;
mod types;
mod world;

pub use comments::without_comments;
pub use expression::{Expression, Fault, parse, within};
pub use function_json::of_function;
pub use linked::{Linked, linked};
pub use lower::{Lowered, Options, could_be_template, looks_like_template, lower};
pub use parameters::{agreed, escaped, given_parameters, is_value, looks_like_parameters};
pub use recognise::{could_be_known, is_known, parse_text, plain};
pub use shape::SPREAD;
pub use types::usual as usual_type;
