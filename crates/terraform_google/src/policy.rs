//! Bindings of roles: `*_iam_member`, `*_iam_binding` and `*_iam_policy` of every type.
//!
//! Each block is a resource of its own, `iam.googleapis.com/Policy`, as it may exist under a condition
//! of its own: it names the resource, that one's type, and the bindings.

use source_text::{Kind, Map, Node, Place, SmolStr};
use terraform_language::Block;
use terraform_tables::{Scope, reference};

use crate::{
    tables,
    turn::{block, is_block},
};

/// How a block says who holds a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `role` and one `member`.
    Member,
    /// `role` and all `members`.
    Binding,
    /// All roles at once, in `policy_data`.
    Policy,
}

/// The asset type of a policy that stands by itself.
pub(crate) const ASSET: &str = "iam.googleapis.com/Policy";

/// Resources that have no table of their own: Terraform's name and the asset type.
const OTHERS: [(&str, &str); 3] = [
    ("google_organization", "cloudresourcemanager.googleapis.com/Organization"),
    ("google_billing_account", "cloudbilling.googleapis.com/BillingAccount"),
    ("google_sourcerepo_repository", "sourcerepo.googleapis.com/Repo"),
];

/// The argument that names the resource, by the type's name without `google_`; of others it is the
/// first of [`ARGUMENTS`] that is there.
const ARGUMENT: [(&str, &str); 14] = [
    ("organization", "org_id"),
    ("service_account", "service_account_id"),
    ("project", "project"),
    ("folder", "folder"),
    ("bigquery_dataset", "dataset_id"),
    ("bigquery_table", "table_id"),
    ("spanner_database", "database"),
    ("spanner_instance", "instance"),
    ("bigtable_instance", "instance"),
    ("bigtable_table", "table"),
    ("compute_instance", "instance_name"),
    ("artifact_registry_repository", "repository"),
    ("kms_crypto_key", "crypto_key_id"),
    ("kms_key_ring", "key_ring_id"),
];

const ARGUMENTS: [&str; 22] = [
    "cloud_function",
    "service",
    "bucket",
    "topic",
    "subscription",
    "secret_id",
    "repository",
    "cluster",
    "gateway",
    "api",
    "service_name",
    "managed_zone",
    "subnetwork",
    "instance",
    "dataset_id",
    "table_id",
    "registry",
    "job",
    "workflow",
    "name",
    "resource",
    "project",
];

/// The type that a block binds roles on, and how it says who holds them.
pub(crate) fn form_of(kind: &str) -> Option<(&str, Form)> {
    if !kind.starts_with("google_") {
        return None;
    }
    [("_iam_member", Form::Member), ("_iam_binding", Form::Binding), ("_iam_policy", Form::Policy)]
        .into_iter()
        .find_map(|(end, form)| Some((kind.strip_suffix(end)?, form)))
}

/// The properties of the policy that a block is.
pub(crate) fn properties(scope: &Scope<'_>, one: &Block, base: &str, form: Form) -> Node {
    let mut map = Map::new();
    if let Some(node) = target(one, base) {
        map.insert("resource", named(scope, node, base));
    }
    map.insert("resourceType", Node::text(one.place, asset_of(base)));
    let bindings = match form {
        Form::Policy => one.body.get("policy_data").map(|node| of_policy(scope, node)),
        Form::Member | Form::Binding => {
            Some(Node::list(one.place, vec![binding(scope, &one.body, one.place)]))
        }
    };
    if let Some(bindings) = bindings {
        map.insert("bindings", bindings);
    }
    Node::new(one.place, Kind::Map(map))
}

/// A reference to the resource; a name that is written out becomes one, when a resource of the
/// configuration has it.
fn named(scope: &Scope<'_>, node: &Node, kind: &str) -> Node {
    let short = node.as_str().map(|text| text.rsplit('/').next().unwrap_or(text));
    match short.and_then(|name| scope.by_name(kind, name)) {
        Some(block) => reference::get_att(node.place, &block.address, "name"),
        None => scope.value(node),
    }
}

fn asset_of(base: &str) -> SmolStr {
    let other = || OTHERS.iter().find(|(kind, _)| *kind == base).map(|(_, asset)| *asset);
    match tables::of(base).map(|one| one.asset).filter(|it| !it.is_empty()).or_else(other) {
        Some(asset) => SmolStr::new_static(asset),
        None => SmolStr::new(base),
    }
}

fn target<'b>(one: &'b Block, base: &str) -> Option<&'b Node> {
    let short = base.strip_prefix("google_").unwrap_or(base);
    let own = ARGUMENT.iter().find(|(kind, _)| *kind == short).map(|(_, argument)| *argument);
    own.and_then(|argument| one.body.get(argument))
        .or_else(|| ARGUMENTS.iter().find_map(|argument| one.body.get(argument)))
}

fn binding(scope: &Scope<'_>, body: &Node, place: Place) -> Node {
    let mut map = Map::new();
    if let Some(role) = body.get("role") {
        map.insert("role", scope.value(role));
    }
    let one = body.get("member").map(|node| Node::list(node.place, vec![scope.value(node)]));
    if let Some(members) = one.or_else(|| Some(scope.value(body.get("members")?))) {
        map.insert("members", members);
    }
    let condition = body.get("condition").map(|node| match node.as_list() {
        Some([first]) if is_block(first) => block(scope, first, &[], ""),
        _ => scope.value(node),
    });
    if let Some(condition) = condition {
        map.insert("condition", condition);
    }
    Node::new(place, Kind::Map(map))
}

/// The bindings of `policy_data`: those of the `google_iam_policy` that it names, or of the JSON text
/// that it is.
fn of_policy(scope: &Scope<'_>, node: &Node) -> Node {
    if let Some(data) =
        scope.referred(node).map(|it| it.0).filter(|data| data.kind == "google_iam_policy")
    {
        let blocks = data.body.get("binding").and_then(Node::as_list).unwrap_or_default();
        let bindings = blocks.iter().map(|one| binding(scope, one, one.place)).collect();
        return Node::list(node.place, bindings);
    }
    let value = scope.value(node);
    let tree = match value.single() {
        Some((key, tree)) if key == "Fn::ToJsonString" => tree.clone(),
        _ => value,
    };
    tree.get("bindings").cloned().unwrap_or(tree)
}

#[cfg(test)]
mod tests {
    use super::{Form, form_of};

    #[test]
    fn the_kind_of_a_block_says_what_it_binds_roles_on() {
        let found = form_of("google_cloudfunctions2_function_iam_member");
        assert_eq!(found, Some(("google_cloudfunctions2_function", Form::Member)));
        assert_eq!(form_of("google_project_iam_policy"), Some(("google_project", Form::Policy)));
        assert_eq!(form_of("google_project_iam_custom_role"), None);
        assert_eq!(form_of("aws_iam_policy"), None);
    }
}
