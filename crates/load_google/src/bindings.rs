//! Who holds which role on what: policies, and the older lists of access of buckets and datasets.

use app_model::{Reference, RoleBinding, ScopeWidth, Text, Value};
use model_builder::{Builder, Item, Properties};
use source_text::{Node, SmolStr};

use crate::functions::is_account;

/// Types that a role on takes in whole projects, or more.
const WIDE: [(&str, ScopeWidth); 4] = [
    ("cloudresourcemanager.googleapis.com/Project", ScopeWidth::Project),
    ("cloudresourcemanager.googleapis.com/Folder", ScopeWidth::Organisation),
    ("cloudresourcemanager.googleapis.com/Organization", ScopeWidth::Organisation),
    ("cloudbilling.googleapis.com/BillingAccount", ScopeWidth::Organisation),
];

/// Words of access lists of buckets, and the roles that they stand for.
const LIST_ROLES: [(&str, &str); 3] = [
    ("READER", "roles/storage.legacyBucketReader"),
    ("WRITER", "roles/storage.legacyBucketWriter"),
    ("OWNER", "roles/storage.legacyBucketOwner"),
];

/// Reads every binding.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut found = Vec::new();
    for item in builder.items.values() {
        match item.type_() {
            "iam.googleapis.com/Policy" => of_policy(builder, item, &mut found),
            "bigquery.googleapis.com/Dataset" => of_dataset(builder, item, &mut found),
            "bigquery.googleapis.com/DatasetAccess" => {
                let scope = scope_in(builder, item, &["datasetId"]);
                let properties = builder.properties(item);
                of_access(builder, item, properties, &scope, &mut found);
            }
            "storage.googleapis.com/BucketAccessControl"
            | "storage.googleapis.com/ObjectAccessControl" => {
                of_access_list(builder, item, &mut found);
            }
            _ => {}
        }
        if item.properties.at(&["iamPolicy", "bindings"]).is_some() {
            let scope = Scope::of_item(item);
            let properties = builder.properties(item);
            for (when, binding) in properties.items(&["iamPolicy", "bindings"]) {
                of_binding(builder, item, &binding, &when, &scope, &mut found);
            }
        }
    }
    builder.app.bindings.extend(found);
}

/// What a role is held on.
struct Scope {
    text: Text,
    references: Vec<Reference>,
    width: ScopeWidth,
}

impl Scope {
    fn of_item(item: &Item<'_>) -> Self {
        Self {
            text: Value::Known(item.name()),
            references: vec![Reference { name: item.name(), attribute: None }],
            width: width_of(item.type_()),
        }
    }
}

fn width_of(type_: &str) -> ScopeWidth {
    WIDE.iter().find(|(wide, _)| *wide == type_).map_or(ScopeWidth::Resource, |(_, width)| *width)
}

/// The resource that a property names.
fn scope_in(builder: &Builder<'_>, item: &Item<'_>, path: &[&str]) -> Scope {
    let node = item.properties.at(path);
    Scope {
        text: node.map(|node| builder.evaluator.text(node)).unwrap_or_default(),
        references: node.map(|node| builder.referents(node)).unwrap_or_default(),
        width: ScopeWidth::Resource,
    }
}

fn of_policy(builder: &Builder<'_>, item: &Item<'_>, found: &mut Vec<RoleBinding>) {
    let mut scope = scope_in(builder, item, &["resource"]);
    let type_ = item.properties.get("resourceType").and_then(Node::as_str).unwrap_or_default();
    scope.width = width_of(type_);
    for (when, binding) in builder.properties(item).items(&["bindings"]) {
        of_binding(builder, item, &binding, &when, &scope, found);
    }
}

fn of_binding(
    builder: &Builder<'_>,
    item: &Item<'_>,
    binding: &Node,
    when: &app_model::When,
    scope: &Scope,
    found: &mut Vec<RoleBinding>,
) {
    let properties = Properties::new(builder.evaluator, binding);
    let Some(role) = properties.text(&["role"]) else { return };
    for (inner, member) in properties.items(&["members"]) {
        let when = item.when.and(when).and_then(|when| builder.evaluator.both(&when, &inner));
        let Some(when) = when else { continue };
        found.push(RoleBinding {
            name: item.name(),
            principal: builder.evaluator.text(&member),
            principal_references: builder.referents(&member),
            role: role.value.clone(),
            scope: scope.text.clone(),
            scope_references: scope.references.clone(),
            width: scope.width,
            place: role.place,
            when,
            functions: functions_of(builder, &member),
        });
    }
}

/// Functions that run as the account that a member names.
fn functions_of(builder: &Builder<'_>, member: &Node) -> Vec<SmolStr> {
    let accounts: Vec<SmolStr> = builder
        .referents(member)
        .into_iter()
        .map(|reference| reference.name)
        .filter(|name| is_account(builder, name))
        .collect();
    let text = builder.evaluator.text(member);
    let written = text.known().and_then(|text| text.strip_prefix("serviceAccount:"));
    builder
        .app
        .functions
        .iter()
        .filter(|function| {
            let email = function.role_arn.as_ref();
            function.role.as_ref().is_some_and(|role| accounts.contains(role))
                || written.is_some_and(|it| email.is_some_and(|email| email.value.may_be(it)))
        })
        .map(|function| function.name.clone())
        .collect()
}

fn of_dataset(builder: &Builder<'_>, item: &Item<'_>, found: &mut Vec<RoleBinding>) {
    let scope = Scope::of_item(item);
    for (_, access) in builder.properties(item).items(&["access"]) {
        let properties = Properties::new(builder.evaluator, &access);
        of_access(builder, item, properties, &scope, found);
    }
}

/// An entry of the access list of a dataset.
fn of_access(
    builder: &Builder<'_>,
    item: &Item<'_>,
    properties: Properties<'_>,
    scope: &Scope,
    found: &mut Vec<RoleBinding>,
) {
    let keys = ["specialGroup", "iamMember", "userByEmail", "groupByEmail", "domain"];
    let Some(node) = keys.iter().find_map(|key| properties.at(&[key])) else { return };
    let role = properties.text(&["role"]);
    found.push(RoleBinding {
        name: item.name(),
        principal: builder.evaluator.text(node),
        principal_references: builder.referents(node),
        role: role.map_or_else(|| Value::Known(SmolStr::new_static("READER")), |role| role.value),
        scope: scope.text.clone(),
        scope_references: scope.references.clone(),
        width: scope.width,
        place: node.place,
        when: item.when.clone(),
        functions: functions_of(builder, node),
    });
}

/// The access list of a bucket or its objects.
fn of_access_list(builder: &Builder<'_>, item: &Item<'_>, found: &mut Vec<RoleBinding>) {
    let scope = scope_in(builder, item, &["bucket"]);
    let properties = builder.properties(item);
    let mut add = |node: &Node, word: &str, member: &str| {
        let role = LIST_ROLES.iter().find(|(it, _)| *it == word).map_or(word, |(_, role)| *role);
        found.push(RoleBinding {
            name: item.name(),
            principal: Value::Known(SmolStr::new(member)),
            principal_references: Vec::new(),
            role: Value::Known(SmolStr::new(role)),
            scope: scope.text.clone(),
            scope_references: scope.references.clone(),
            width: ScopeWidth::Resource,
            place: node.place,
            when: item.when.clone(),
            functions: Vec::new(),
        });
    };
    for (_, entry) in properties.items(&["roleEntity"]) {
        if let Some((word, member)) = entry.as_str().and_then(|text| text.split_once(':')) {
            add(&entry, word, member);
        }
    }
    if let (Some(node), Some(role)) = (properties.at(&["entity"]), properties.text(&["role"]))
        && let (Some(member), Some((_, word))) = (node.as_str(), role.value.first())
    {
        add(node, word, member);
    }
    let listed = properties.at(&["predefinedAcl"]);
    let Some((node, word)) = listed.and_then(|node| Some((node, node.as_str()?))) else { return };
    match word {
        "publicRead" | "publicread" => add(node, "READER", "allUsers"),
        "publicReadWrite" | "publicreadwrite" => add(node, "WRITER", "allUsers"),
        "authenticatedRead" | "authenticatedread" => add(node, "READER", "allAuthenticatedUsers"),
        _ => {}
    }
}
