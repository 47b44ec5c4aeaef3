//! What is written of things that another configuration makes, and policy documents that nothing here
//! takes.

use std::collections::HashSet;

use source_text::{Kind, Map, Node, Place};
use terraform_language::{Block, Evaluated};
use terraform_tables::{Elsewhere, Extra, Scope};

/// A part of something that is not in the configuration, and the type that it makes alone.
///
/// Only what is wrong or right by itself is among them: what is not told of the rest of a bucket that
/// another configuration makes is not missing in it.
const ALONE: [(&str, &str); 8] = [
    ("aws_api_gateway_method_settings", "AWS::ApiGateway::Stage"),
    ("aws_backup_vault_policy", "Terraform::aws_backup_vault_policy"),
    ("aws_dynamodb_resource_policy", "Terraform::aws_dynamodb_resource_policy"),
    ("aws_ecr_repository_policy", "Terraform::aws_ecr_repository_policy"),
    ("aws_efs_file_system_policy", "Terraform::aws_efs_file_system_policy"),
    ("aws_kms_key_policy", "Terraform::aws_kms_key_policy"),
    ("aws_ssoadmin_managed_policy_attachment", "AWS::SSO::PermissionSet"),
    ("aws_ssoadmin_permission_set_inline_policy", "AWS::SSO::PermissionSet"),
];

/// What a part tells of what is not made here.
pub(crate) fn of(
    scope: &Scope<'_>,
    block: &Block,
    is_alone: bool,
    is_here: &dyn Fn(&Node, &str) -> bool,
) -> Option<Elsewhere> {
    if let Some(properties) = attachment(scope, block, is_here) {
        return Some(Elsewhere::Own(ATTACHMENT, properties));
    }
    let (_, type_) = ALONE.iter().find(|(known, _)| is_alone && *known == block.kind)?;
    Some(Elsewhere::Part(type_))
}

/// What an attachment of a policy says of principals that another configuration makes.
const ATTACHMENT: &str = "Terraform::PolicyAttachment";

/// The type of a policy document by itself.
const DOCUMENT: &str = "Terraform::PolicyDocument";

/// Argument of an attachment, type of what it names, property.
const HELD_BY: [(&str, &str, &str); 6] = [
    ("role", "aws_iam_role", "Roles"),
    ("roles", "aws_iam_role", "Roles"),
    ("user", "aws_iam_user", "Users"),
    ("users", "aws_iam_user", "Users"),
    ("group", "aws_iam_group", "Groups"),
    ("groups", "aws_iam_group", "Groups"),
];

/// The attachment of a policy to principals of which `is_here` knows none.
fn attachment(
    scope: &Scope<'_>,
    block: &Block,
    is_here: &dyn Fn(&Node, &str) -> bool,
) -> Option<Node> {
    if !block.kind.starts_with("aws_iam_") || !block.kind.ends_with("policy_attachment") {
        return None;
    }
    let mut map = Map::new();
    for (argument, kind, property) in HELD_BY {
        let Some(node) = block.body.get(argument) else { continue };
        let nodes = node.as_list().unwrap_or(std::slice::from_ref(node));
        let strangers: Vec<Node> = nodes
            .iter()
            .filter(|node| !node.is_null() && !is_here(node, kind))
            .map(|node| scope.value(node))
            .collect();
        if !strangers.is_empty() {
            map.insert_at(property, node.place, Node::list(node.place, strangers));
        }
    }
    // What a policy of this configuration allows is told of the policy.
    let named = block.body.get("policy_arn").filter(|node| node.as_str().is_some());
    if map.is_empty() || (named.is_none() && !map.contains("Users")) {
        return None;
    }
    if let Some(arn) = named {
        map.insert("ManagedPolicyArns", Node::list(arn.place, vec![arn.clone()]));
    }
    Some(Node::new(block.body.place, Kind::Map(map)))
}

/// Policy documents that no resource takes, no module is given and no other document holds: whoever
/// reads the file takes them for what somebody is allowed.
pub(crate) fn documents<'e>(
    scope: &Scope<'_>,
    evaluated: &'e Evaluated,
) -> Vec<(&'e Block, Extra)> {
    let extra = |(block, tree): (&'e Block, &Node)| {
        let properties = Node::map(block.body.place, [("PolicyDocument", scope.value(tree))]);
        (block, Extra { id: block.address.clone(), type_: DOCUMENT.into(), properties })
    };
    unused(evaluated).into_iter().map(extra).collect()
}

fn unused(evaluated: &Evaluated) -> Vec<(&Block, &Node)> {
    let documents: Vec<(&Block, &Node)> = evaluated
        .data
        .iter()
        .filter(|block| block.kind == "aws_iam_policy_document")
        .filter_map(|block| Some((block, document(block)?)))
        .collect();
    if documents.is_empty() {
        return documents;
    }
    let mut used = HashSet::new();
    for block in evaluated.resources.iter().chain(&evaluated.unread_modules) {
        collect(&block.body, &mut used);
    }
    let trees: Vec<(Place, HashSet<Place>)> =
        documents.iter().map(|(block, tree)| (block.place, statements(tree))).collect();
    let mut told = HashSet::new();
    documents
        .into_iter()
        .zip(&trees)
        .filter(|((block, _), (_, all))| {
            let own: Vec<Place> = block.body.get("statement").map(places).unwrap_or_default();
            let is_held = trees.iter().any(|(place, of_other)| {
                *place != block.place && own.iter().any(|place| of_other.contains(place))
            });
            !is_held && !all.is_empty() && all.is_disjoint(&used) && told.insert(block.place)
        })
        .map(|(document, _)| document)
        .collect()
}

/// Places of the statements of a document.
fn statements(tree: &Node) -> HashSet<Place> {
    let mut found = HashSet::new();
    collect(tree, &mut found);
    found
}

/// The tree of a document's JSON.
fn document(block: &Block) -> Option<&Node> {
    let (key, tree) = block.body.get("json")?.single()?;
    (key == "Fn::ToJsonString").then_some(tree)
}

fn places(node: &Node) -> Vec<Place> {
    node.as_list().unwrap_or(std::slice::from_ref(node)).iter().map(|item| item.place).collect()
}

/// Places of the statements in a tree.
fn collect(node: &Node, found: &mut HashSet<Place>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| collect(item, found)),
        Kind::Map(map) => {
            if map.contains("Effect") {
                found.insert(node.place);
            }
            map.values().for_each(|value| collect(value, found));
        }
        _ => {}
    }
}
