//! The CloudFormation template language: sections, intrinsic functions, conditions.
//!
//! The way of a template: [`lower`] turns short tags into long-form functions, [`resolve_includes`]
//! and [`expand_for_each`] put in what the template only names, [`Template::read`] finds the
//! sections, and an [`Evaluator`] decides what can be decided without deploying. What cannot be
//! decided stays in the tree, and the readers ([`Evaluator::text`] and its kin) report it as a
//! [`Value`] with the condition under which each possibility holds.

#![deny(clippy::disallowed_methods)]

mod apply;
mod cidr;
mod condition;
mod dynamic_reference;
mod evaluate;
mod expression;
mod for_each;
mod function;
mod include;
mod lower;
mod name;
mod options;
mod read;
mod readers;
mod settings;
mod sub;
mod template;

pub use condition::Truth;
pub use dynamic_reference::{DynamicReference, dynamic_references, is_secret_reference};
pub use evaluate::Evaluator;
pub use for_each::expand_for_each;
pub use include::resolve_includes;
pub use lower::lower;
pub use read::looks_like_template;
pub use settings::Settings;
pub use template::{Parameter, Resource, Template};
pub use value::{Choice, Expression, Reference, Value, When};
