//! Roles, users and groups, and the policies that stand in resources of their own.

use app_model::{AttachedPolicy, Identity, IdentityKind, ManagedPolicy, Origin, When};
use iam_policy::Statement;
use source_text::{Node, SmolStr};

use model_builder::{Builder, Item, Properties};

use crate::policies;

/// Principals by type.
const PRINCIPALS: [(&str, IdentityKind); 6] = [
    ("AWS::IAM::Role", IdentityKind::Role),
    ("AWS::IAM::User", IdentityKind::User),
    ("AWS::IAM::Group", IdentityKind::Group),
    // What people are given in each account; the roles are made there.
    ("AWS::SSO::PermissionSet", IdentityKind::Detached),
    // A policy of AWS on principals of another configuration of Terraform.
    ("Terraform::PolicyAttachment", IdentityKind::Detached),
    // A policy document of Terraform that nothing takes.
    ("Terraform::PolicyDocument", IdentityKind::Detached),
];

/// Policies that are resources of their own.
const POLICY_TYPES: [&str; 5] = [
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::GroupPolicy",
];

/// Reads every principal, then hangs the policies on them.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut identities = Vec::new();
    let mut diagnostics = Vec::new();
    for item in builder.items.values() {
        if let Some((_, kind)) = PRINCIPALS.iter().find(|(type_, _)| *type_ == item.type_()) {
            identities.push(identity(builder, item, *kind, &mut diagnostics));
        }
    }
    for item in builder.items.values() {
        if POLICY_TYPES.contains(&item.type_()) {
            attach(builder, item, &mut identities, &mut diagnostics);
        }
    }
    join_groups(builder, &mut identities);
    builder.app.identities = identities;
    builder.diagnostics.extend(diagnostics);
}

fn identity(
    builder: &Builder<'_>,
    item: &Item<'_>,
    kind: IdentityKind,
    diagnostics: &mut Vec<source_text::Diagnostic>,
) -> Identity {
    let properties = builder.properties(item);
    let mut trust = properties.at(&["AssumeRolePolicyDocument"]).map(|node| {
        let (policy, more) = policies::document_of(builder, node);
        diagnostics.extend(more);
        policy
    });
    let mut policies = inline_policies(builder, item, properties, diagnostics);
    for key in ["InlinePolicy", "PolicyDocument"] {
        let Some(node) = properties.at(&[key]).filter(|_| kind == IdentityKind::Detached) else {
            continue;
        };
        let (document, more) = policies::document_of(builder, node);
        diagnostics.extend(more);
        // Principals stand in what guards a role or a resource, and only roles are taken.
        if document.statements.iter().all(|statement| statement.principals.is_empty()) {
            policies.push(AttachedPolicy {
                name: item.name(),
                place: node.place,
                when: item.when.clone(),
                origin: Origin::Inline,
                document,
            });
        } else if document.statements.iter().all(takes_role) {
            trust = Some(document);
        }
    }
    Identity {
        name: item.name(),
        kind,
        place: item.place(),
        when: item.when.clone(),
        is_generated: item.is_generated,
        trust,
        policies,
        managed: managed(properties, &item.when),
        boundary: properties.text(&["PermissionsBoundary"]),
        physical_name: properties
            .text(&["RoleName"])
            .or_else(|| properties.text(&["UserName"]))
            .or_else(|| properties.text(&["GroupName"])),
    }
}

/// Whether a statement is about taking a role; one without actions, which no deployment takes, may be.
fn takes_role(statement: &Statement) -> bool {
    statement.actions.iter().all(|action| action.text.starts_with("sts:"))
}

fn inline_policies(
    builder: &Builder<'_>,
    item: &Item<'_>,
    properties: Properties<'_>,
    diagnostics: &mut Vec<source_text::Diagnostic>,
) -> Vec<AttachedPolicy> {
    let mut found = Vec::new();
    for (index, (when, node)) in properties.items(&["Policies"]).into_iter().enumerate() {
        let Some(document) = node.get("PolicyDocument") else { continue };
        let Some(when) = builder.evaluator.both(&item.when, &when) else { continue };
        let (document, more) = policies::document_of(builder, document);
        diagnostics.extend(more);
        let name = Properties::new(properties.evaluator, &node)
            .text(&["PolicyName"])
            .map_or_else(SmolStr::default, |name| SmolStr::new(name.value.display()));
        found.push(AttachedPolicy {
            origin: origin(builder, item, index, &name),
            name,
            place: node.place,
            when,
            document,
        });
    }
    found
}

/// Whether the author wrote a policy, or named a template for it, or the transform added it.
fn origin(builder: &Builder<'_>, item: &Item<'_>, index: usize, name: &str) -> Origin {
    let template = builder
        .origins
        .policy_templates
        .iter()
        .find(|used| used.role == item.resource.logical_id && used.policy_index == index);
    match template {
        Some(used) => Origin::Template(used.name.clone()),
        None if item.is_generated && !name.contains("Policy") => Origin::Generated,
        None if item.is_generated && GENERATED.iter().any(|end| name.ends_with(end)) => {
            Origin::Generated
        }
        None => Origin::Inline,
    }
}

/// Ends of the names that the SAM transform gives to policies of its own.
const GENERATED: [&str; 3] = ["DLQPolicy", "DestPolicy", "SQSPolicy"];

fn managed(properties: Properties<'_>, when: &When) -> Vec<ManagedPolicy> {
    ["ManagedPolicyArns", "ManagedPolicies"]
        .iter()
        .flat_map(|key| properties.items(&[key]))
        .filter_map(|(inner, node)| {
            Some(ManagedPolicy {
                arn: properties.evaluator.text(&node),
                place: node.place,
                when: properties.evaluator.both(when, &inner)?,
            })
        })
        .collect()
}

/// A policy resource: on each principal that it names, or on none.
fn attach(
    builder: &Builder<'_>,
    item: &Item<'_>,
    identities: &mut Vec<Identity>,
    diagnostics: &mut Vec<source_text::Diagnostic>,
) {
    let properties = builder.properties(item);
    let Some(node) = properties.at(&["PolicyDocument"]) else { return };
    let (document, more) = policies::document_of(builder, node);
    diagnostics.extend(more);
    let connector = builder
        .origins
        .resources
        .get(&item.resource.logical_id)
        .filter(|source| builder.written.connectors.contains(*source))
        .cloned();
    let policy = AttachedPolicy {
        name: item.name(),
        place: item.place(),
        when: item.when.clone(),
        origin: connector.map_or_else(|| Origin::Resource(item.name()), Origin::Connector),
        document,
    };
    let mut attached = false;
    let mut names = principals(builder, item, identities);
    // A managed policy that roles name by `ManagedPolicyArns` hangs on those roles.
    for carrier in carriers(identities, &item.resource.logical_id) {
        if !names.contains(&carrier) {
            names.push(carrier);
        }
    }
    for name in names {
        let Some(identity) = identities.iter_mut().find(|identity| identity.name == name) else {
            continue;
        };
        attached = true;
        // Of a principal and a policy that never exist together, the principal has nothing.
        if let Some(when) = builder.evaluator.both(&identity.when, &policy.when) {
            identity.policies.push(AttachedPolicy { when, ..policy.clone() });
        }
    }
    if !attached {
        identities.push(Identity {
            name: item.name(),
            kind: IdentityKind::Detached,
            place: item.place(),
            when: item.when.clone(),
            is_generated: item.is_generated,
            policies: vec![policy],
            ..Identity::default()
        });
    }
}

/// Principals that a policy resource names, by reference or by physical name.
fn principals(builder: &Builder<'_>, item: &Item<'_>, identities: &[Identity]) -> Vec<SmolStr> {
    let mut names = Vec::new();
    for key in ["Roles", "Users", "Groups", "RoleName", "UserName", "GroupName"] {
        let Some(node) = item.properties.get(key) else { continue };
        names.extend(builder.referents(node).into_iter().map(|reference| reference.name));
        let texts = node.as_list().map_or_else(|| vec![node], |list| list.iter().collect());
        for written in texts.into_iter().filter_map(Node::as_str) {
            let bearer = identities.iter().find(|identity| {
                identity.physical_name.as_ref().is_some_and(|name| name.value.may_be(written))
            });
            names.extend(bearer.map(|identity| identity.name.clone()));
        }
    }
    names.dedup();
    names
}

/// Principals whose managed policies refer to a policy resource.
fn carriers(identities: &[Identity], policy: &str) -> Vec<SmolStr> {
    identities
        .iter()
        .filter(|identity| {
            identity.managed.iter().any(|managed| {
                managed
                    .arn
                    .unresolved()
                    .is_some_and(|e| e.references.iter().any(|r| r.name == policy))
            })
        })
        .map(|identity| identity.name.clone())
        .collect()
}

/// Users get the policies of the groups that they are added to.
fn join_groups(builder: &Builder<'_>, identities: &mut [Identity]) {
    for item in builder.of_type("AWS::IAM::UserToGroupAddition") {
        let groups = item.properties.get("GroupName").map_or_else(Vec::new, |node| {
            builder.referents(node).into_iter().map(|reference| reference.name).collect()
        });
        let users: Vec<SmolStr> = item.properties.get("Users").map_or_else(Vec::new, |node| {
            builder.referents(node).into_iter().map(|reference| reference.name).collect()
        });
        for group in groups {
            let policies = identities
                .iter()
                .find(|identity| identity.name == group)
                .map_or_else(Vec::new, |identity| identity.policies.clone());
            for identity in identities.iter_mut().filter(|i| users.contains(&i.name)) {
                for policy in &policies {
                    let Some(when) = builder.evaluator.both(&identity.when, &policy.when) else {
                        continue;
                    };
                    identity.policies.push(AttachedPolicy { when, ..policy.clone() });
                }
            }
        }
    }
}
