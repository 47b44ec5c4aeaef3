//! IAM: roles, users, groups and the policies that hang on them.

use std::collections::HashMap;

use source_text::{Kind, Map, Node, SmolStr};

use crate::{
    resource::{Resource, Resources, reference, unseen},
    shape::{at, document, items, items_at, member, text},
    snapshot::Account,
};

/// A kind of principal.
struct Principal {
    type_: &'static str,
    /// `Role`, `User`, `Group`: how members and operations are named.
    word: &'static str,
    /// Lists of such principals: operation, path.
    lists: &'static [(&'static str, &'static str)],
}

const PRINCIPALS: [Principal; 3] = [
    Principal {
        type_: "AWS::IAM::Role",
        word: "Role",
        lists: &[
            ("GetAccountAuthorizationDetails", "RoleDetailList"),
            ("GetRole", "Role"),
            ("ListRoles", "Roles"),
        ],
    },
    Principal {
        type_: "AWS::IAM::User",
        word: "User",
        lists: &[("GetAccountAuthorizationDetails", "UserDetailList"), ("GetUser", "User")],
    },
    Principal {
        type_: "AWS::IAM::Group",
        word: "Group",
        lists: &[("GetAccountAuthorizationDetails", "GroupDetailList")],
    },
];

/// Reads every principal and every policy of the account's own.
pub(crate) fn read(account: &Account<'_>, resources: &mut Resources) {
    managed(account, resources);
    for principal in &PRINCIPALS {
        for (operation, path) in principal.lists {
            for answer in account.asked("iam", operation) {
                for node in items_at(answer.node, path) {
                    add(principal, node, account, resources);
                }
            }
        }
    }
}

fn add(principal: &Principal, node: &Node, account: &Account<'_>, resources: &mut Resources) {
    let word = principal.word;
    let Some(name) = text(node, &format!("{word}Name")) else { return };
    // Roles that services made for themselves are nobody's to set.
    if text(node, "Path").is_some_and(|path| path.starts_with("/aws-service-role/")) {
        return;
    }
    let mut resource = Resource::new(principal.type_, node.place);
    resource.name = name.clone();
    resource.ids.extend(text(node, "Arn"));
    resource.ids.push(SmolStr::new(format!("{word}:{name}")));
    let names = [name.clone(), text(node, "Arn").unwrap_or_default()];
    let place = node.place;
    let properties = &mut resource.properties;
    properties.insert(format!("{word}Name"), Node::text(place, name));
    if let Some(trust) = member(node, "AssumeRolePolicyDocument").and_then(document) {
        properties.insert("AssumeRolePolicyDocument", trust);
    }
    if let Some(boundary) = at(node, "PermissionsBoundary.PermissionsBoundaryArn") {
        properties.insert("PermissionsBoundary", boundary.clone());
    }
    let mut inline: Vec<Node> = member(node, &format!("{word}PolicyList"))
        .map_or_else(Vec::new, items)
        .into_iter()
        .filter_map(inline_policy)
        .collect();
    for answer in account.about("iam", &format!("Get{word}Policy"), &names, None) {
        inline.extend(inline_policy(answer.node));
    }
    // The question may name the policy behind the principal.
    for answer in account.asked("iam", &format!("Get{word}Policy")) {
        let is_own = text(answer.node, &format!("{word}Name")).is_some_and(|it| it == names[0])
            && answer.of.as_ref().is_none_or(|of| !names.contains(of));
        inline.extend(is_own.then(|| inline_policy(answer.node)).flatten());
    }
    let mut attached: Vec<Node> = member(node, "AttachedManagedPolicies")
        .map_or_else(Vec::new, items)
        .into_iter()
        .filter_map(|policy| member(policy, "PolicyArn").cloned())
        .collect();
    let operation = format!("ListAttached{word}Policies");
    for answer in account.about("iam", &operation, &names, None) {
        let listed = items_at(answer.node, "AttachedPolicies");
        attached.extend(listed.into_iter().filter_map(|it| member(it, "PolicyArn").cloned()));
    }
    if account.is_unseen("iam", &operation, &names, None) {
        attached.push(unseen(place, "iam", &operation));
    }
    if !inline.is_empty() {
        properties.insert("Policies", Node::list(place, inline));
    }
    if !attached.is_empty() {
        properties.insert("ManagedPolicyArns", Node::list(place, attached));
    }
    let groups = member(node, "GroupList").map_or_else(Vec::new, items);
    let groups: Vec<Node> = groups
        .into_iter()
        .filter_map(|group| {
            let id = SmolStr::new(format!("Group:{}", group.as_str()?));
            Some(Node::text(group.place, id))
        })
        .collect();
    if !groups.is_empty() {
        properties.insert("Groups", Node::list(place, groups));
    }
    // An empty answer says that the role was never used.
    if let Some(last) = node.get("RoleLastUsed") {
        resource.live.insert("asked", Node::bool(place, true));
        if let Some(used) = member(last, "LastUsedDate") {
            resource.live.insert("used", used.clone());
        }
    }
    if let Some(created) = member(node, "CreateDate") {
        resource.live.insert("created", created.clone());
    }
    resources.add_whole(resource);
}

fn inline_policy(node: &Node) -> Option<Node> {
    let mut map = Map::new();
    map.insert("PolicyName", member(node, "PolicyName")?.clone());
    map.insert("PolicyDocument", document(member(node, "PolicyDocument")?)?);
    Some(Node::new(node.place, Kind::Map(map)))
}

/// The account's own managed policies, in their default version.
fn managed(account: &Account<'_>, resources: &mut Resources) {
    let mut versions: HashMap<SmolStr, Node> = HashMap::new();
    for answer in account.asked("iam", "GetPolicyVersion") {
        let found = at(answer.node, "PolicyVersion.Document").and_then(document);
        if let (Some(of), Some(document)) = (&answer.of, found) {
            // The version may stand behind the ARN of the policy: `…:policy/name/v3`.
            let arn = match of.rsplit_once('/') {
                Some((arn, version)) if is_version(version) => arn,
                _ => of,
            };
            versions.insert(SmolStr::new(arn), document);
        }
    }
    let lists = [
        ("GetAccountAuthorizationDetails", "Policies"),
        ("ListPolicies", "Policies"),
        ("GetPolicy", "Policy"),
    ];
    for (operation, path) in lists {
        for answer in account.asked("iam", operation) {
            for node in items_at(answer.node, path) {
                let Some(arn) = text(node, "Arn") else { continue };
                // Policies of AWS are known by their names.
                if arn.contains(":iam::aws:") {
                    continue;
                }
                let default = items_at(node, "PolicyVersionList").into_iter().find(|version| {
                    text(version, "IsDefaultVersion").is_none_or(|it| it == "true")
                });
                let written = default
                    .and_then(|version| document(member(version, "Document")?))
                    .or_else(|| versions.get(&arn).cloned());
                let mut policy = Resource::new("AWS::IAM::ManagedPolicy", node.place);
                policy.name = text(node, "PolicyName").unwrap_or_default();
                policy.ids.push(arn);
                let name = Node::text(node.place, policy.name.clone());
                policy.properties.insert("ManagedPolicyName", name);
                if let Some(written) = written {
                    policy.properties.insert("PolicyDocument", written);
                }
                resources.add_whole(policy);
            }
        }
    }
}

/// `v3`
fn is_version(text: &str) -> bool {
    text.strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Puts references where groups were named.
pub(crate) fn finish(resources: &mut Resources) {
    for index in 0..resources.all.len() {
        let Some(resource) = resources.all.get(index) else { continue };
        if resource.type_ != "AWS::IAM::User" {
            continue;
        }
        let Some(groups) = resource.properties.get("Groups") else { continue };
        let place = groups.place;
        let named = items(groups)
            .into_iter()
            .filter_map(|group| {
                let found = resources.find("AWS::IAM::Group", group.as_str()?, None)?;
                Some(reference(place, &resources.all.get(found)?.logical, None))
            })
            .collect();
        if let Some(resource) = resources.all.get_mut(index) {
            resource.properties.insert("Groups", Node::list(place, named));
        }
    }
}
