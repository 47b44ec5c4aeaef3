//! Policies as fragments of templates, to be laid over what stands.

use source_text::{Node, Place, to_yaml};

use super::draw::{Draw, template_policy};
use crate::{Grants, Names, Need, Privileges, policy::Document};

/// Frameworks whose templates take policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameworkForm {
    /// `Policies` of `AWS::Serverless::Function`.
    Sam,
    /// `Policies` of `AWS::IAM::Role`.
    CloudFormation,
    /// `iamRoleStatements` of the Serverless Framework.
    Serverless,
}

/// The policies as YAML of a framework.
#[must_use]
pub fn to_framework(form: FrameworkForm, all: &[Privileges], draw: Draw<'_, '_>) -> String {
    let place = Place::default();
    let mut entries: Vec<(String, Node)> = Vec::new();
    for privileges in all {
        let name = privileges.needs.function.to_string();
        match form {
            FrameworkForm::Sam => {
                let document = besides(draw.names, privileges);
                // IAM refuses a policy without statements.
                let policies = if document.statements.is_empty() {
                    Vec::new()
                } else {
                    vec![template_policy(&document, draw)]
                };
                let policies = Node::list(place, policies);
                entries.push((name, below(["Properties", "Policies"], policies)));
            }
            FrameworkForm::CloudFormation => {
                let document = template_policy(&privileges.policy.document, draw);
                let policy = Node::map(
                    place,
                    [("PolicyName", Node::text(place, name.clone())), ("PolicyDocument", document)],
                );
                let is_empty = privileges.policy.document.statements.is_empty();
                let policies = if is_empty { Vec::new() } else { vec![policy] };
                let policies = below(["Properties", "Policies"], Node::list(place, policies));
                entries.push((role_of(draw.names, &name), policies));
            }
            FrameworkForm::Serverless => {
                let document = template_policy(&privileges.policy.document, draw);
                let statements = document.get("Statement").cloned();
                let statements = statements.unwrap_or_else(|| Node::list(place, Vec::new()));
                entries.push((name, Node::map(place, [("iamRoleStatements", statements)])));
            }
        }
    }
    let top = if form == FrameworkForm::Serverless { "functions" } else { "Resources" };
    to_yaml(&Node::map(place, [(top, Node::map(place, entries))]))
}

fn below<const N: usize>(keys: [&str; N], node: Node) -> Node {
    keys.into_iter().rev().fold(node, |node, key| Node::map(Place::default(), [(key, node)]))
}

fn role_of(names: &Names<'_>, function: &str) -> String {
    let role = names.app().function(function).and_then(|it| it.role.clone());
    role.map_or_else(|| format!("{function}Role"), |it| it.to_string())
}

/// The policy without what the role gets from AWS's own policies for settings of the function, which
/// the SAM transform attaches by itself.
#[must_use]
pub fn besides(names: &Names<'_>, privileges: &Privileges) -> Document {
    let needs = &privileges.needs;
    let Some(function) = names.app().function(&needs.function) else {
        return privileges.policy.document.clone();
    };
    let grants = Grants::of(names, function);
    let rest: Vec<Need> =
        needs.needs.iter().filter(|need| !grants.is_given(names, need)).cloned().collect();
    if rest.len() == needs.needs.len() {
        return privileges.policy.document.clone();
    }
    crate::fit(&rest, crate::quota::INLINE).document
}
