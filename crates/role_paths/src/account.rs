//! The users, groups, roles and policies of an account, as
//! `aws iam get-account-authorization-details` prints them.

use std::collections::HashMap;

use app_model::{
    Application, AttachedPolicy, Identity, IdentityKind, ManagedPolicy, Origin, Setting, SmolStr,
    Value,
};
use iam_policy::{Policy, literal_terms};
use source_text::{Diagnostic, Node, Place};

/// Whether a document is that command's output.
#[must_use]
pub fn is_account(node: &Node) -> bool {
    ["UserDetailList", "GroupDetailList", "RoleDetailList"]
        .iter()
        .any(|key| node.get(key).is_some_and(|list| list.as_list().is_some()))
}

/// Reads such a document. Names are those of the account; of each managed policy the default
/// version counts. What is not a policy is left out, with a diagnostic.
#[must_use]
pub fn read_account(node: &Node) -> (Application, Vec<Diagnostic>) {
    let mut reader = Reader { account: account_of(node), ..Reader::default() };
    for policy in list(node, "Policies") {
        reader.read_managed(policy);
    }
    let mut app = Application::default();
    app.place = node.place;
    let mut groups: HashMap<SmolStr, Identity> = HashMap::new();
    for group in list(node, "GroupDetailList") {
        if let Some(identity) = reader.read_identity(group, "Group", IdentityKind::Group) {
            groups.insert(identity.name.clone(), identity);
        }
    }
    for user in list(node, "UserDetailList") {
        let Some(mut identity) = reader.read_identity(user, "User", IdentityKind::User) else {
            continue;
        };
        let names = list(user, "GroupList").filter_map(Node::as_str);
        for group in names.filter_map(|name| groups.get(name)) {
            identity.policies.extend(group.policies.iter().cloned());
            identity.managed.extend(group.managed.iter().cloned());
        }
        app.identities.push(identity);
    }
    for role in list(node, "RoleDetailList") {
        app.identities.extend(reader.read_identity(role, "Role", IdentityKind::Role));
    }
    let boundaries = reader.boundary_policies(&app);
    app.identities.extend(boundaries);
    app.link();
    (app, reader.diagnostics)
}

#[derive(Default)]
struct Reader {
    /// Number of the account, if its ARNs tell it.
    account: Option<SmolStr>,
    /// Documents of managed policies by ARN.
    managed: HashMap<SmolStr, Policy>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn read_managed(&mut self, node: &Node) {
        let Some(arn) = text(node, "Arn") else { return };
        let is_default = |version: &&Node| {
            version.get("IsDefaultVersion").and_then(Node::scalar_text).as_deref() == Some("true")
        };
        let default = list(node, "PolicyVersionList").find(is_default);
        let Some(document) = default.and_then(|version| version.get("Document")) else { return };
        let policy = self.read_policy(document);
        self.managed.insert(arn, policy);
    }

    fn read_policy(&mut self, node: &Node) -> Policy {
        let (mut policy, diagnostics) = Policy::read(node, &literal_terms);
        self.diagnostics.extend(diagnostics);
        for statement in &mut policy.statements {
            let terms = statement.resources.iter_mut().chain(&mut statement.not_resources);
            let principals = statement.principals.iter_mut().chain(&mut statement.not_principals);
            for term in terms.chain(principals.map(|principal| &mut principal.term)) {
                term.text = self.own(&term.text);
            }
        }
        policy
    }

    /// A text with the own account's number as names of this crate have it.
    fn own(&self, text: &str) -> SmolStr {
        match &self.account {
            Some(account) => text.replace(account.as_str(), "${AWS::AccountId}").into(),
            None => text.into(),
        }
    }

    fn read_identity(&mut self, node: &Node, word: &str, kind: IdentityKind) -> Option<Identity> {
        let Some(name) = text(node, &format!("{word}Name")) else {
            let message = format!("this has no `{word}Name`; it was not looked at");
            self.diagnostics.push(Diagnostic::error(node.place, message));
            return None;
        };
        let place = node.get(&format!("{word}Name")).map_or(node.place, |name| name.place);
        // The name in the ARN has its path before it.
        let physical = text(node, "Arn").and_then(|arn| {
            let arn = cloud_names::Arn::parse(&arn).ok()?;
            Some(SmolStr::new(arn.resource_name()))
        });
        let physical = physical.unwrap_or_else(|| name.clone());
        let mut identity = Identity {
            physical_name: Some(Setting::known(place, physical)),
            name,
            kind,
            place,
            ..Identity::default()
        };
        identity.trust = node.get("AssumeRolePolicyDocument").map(|node| self.read_policy(node));
        for inline in list(node, &format!("{word}PolicyList")) {
            let Some(document) = inline.get("PolicyDocument") else { continue };
            identity.policies.push(AttachedPolicy {
                name: text(inline, "PolicyName").unwrap_or_default(),
                place: inline.place,
                document: self.read_policy(document),
                ..AttachedPolicy::default()
            });
        }
        for attached in list(node, "AttachedManagedPolicies") {
            let Some(arn) = text(attached, "PolicyArn") else { continue };
            self.attach(&mut identity, &arn, attached.place);
        }
        if let Some(boundary) = node.get("PermissionsBoundary")
            && let Some(arn) = text(boundary, "PermissionsBoundaryArn")
        {
            let arn = self.own(&arn);
            identity.boundary = Some(Setting::known(boundary.place, arn));
        }
        Some(identity)
    }

    /// A managed policy whose document is in the input counts as written out.
    fn attach(&self, identity: &mut Identity, arn: &SmolStr, place: Place) {
        let own = self.own(arn);
        if let Some(document) = self.managed.get(arn) {
            identity.policies.push(AttachedPolicy {
                name: own.clone(),
                place,
                origin: Origin::Resource(own.clone()),
                document: document.clone(),
                ..AttachedPolicy::default()
            });
        }
        let is_of_aws = iam_policy::managed::is_managed_arn(arn);
        if !is_of_aws || !self.managed.contains_key(arn) {
            let arn = Value::Known(own);
            identity.managed.push(ManagedPolicy { arn, place, ..ManagedPolicy::default() });
        }
    }

    /// Policies of the account that are nothing but boundaries are kept beside, so that they are
    /// found by name.
    fn boundary_policies(&self, app: &Application) -> Vec<Identity> {
        let is_attached = |arn: &SmolStr| {
            app.identities.iter().flat_map(|it| &it.policies).any(|policy| policy.name == *arn)
        };
        let boundaries = app.identities.iter().filter_map(|it| it.boundary.as_ref()?.value.known());
        let mut names: Vec<&SmolStr> = boundaries.filter(|arn| !is_attached(arn)).collect();
        names.sort_unstable();
        names.dedup();
        let documents = names.into_iter().filter_map(|name| {
            let (_, document) = self.managed.iter().find(|(arn, _)| self.own(arn) == *name)?;
            Some(Identity {
                name: name.clone(),
                kind: IdentityKind::Detached,
                place: document.place,
                policies: vec![AttachedPolicy {
                    name: name.clone(),
                    place: document.place,
                    document: document.clone(),
                    ..AttachedPolicy::default()
                }],
                ..Identity::default()
            })
        });
        documents.collect()
    }
}

/// The number of the account, as the first ARN of a principal has it.
fn account_of(node: &Node) -> Option<SmolStr> {
    let lists = ["RoleDetailList", "UserDetailList", "GroupDetailList"];
    let mut arns = lists.iter().flat_map(|key| list(node, key)).filter_map(|it| text(it, "Arn"));
    let account = cloud_names::Arn::parse(&arns.next()?).ok()?.account;
    cloud_names::is_account_id(&account).then_some(account)
}

fn list<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Node> {
    node.get(key).and_then(Node::as_list).unwrap_or_default().iter()
}

fn text(node: &Node, key: &str) -> Option<SmolStr> {
    node.get(key).and_then(Node::scalar_text)
}
