//! Policies of files: documents, lists of them, account details, and the roles of templates.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, anyhow, bail};
use app_model::{Application, Identity};
use iam_policy::{Policy, literal_terms};
use source_text::{FileId, Kind, Level, Limits, Map, Node, Place, SmolStr, Sources, parse_yaml};

use super::guards::{self, Guard};
use crate::{arguments::DeploymentOptions, commands::scan::deployment, input, output};

/// Policies of a principal, as far as the file tells them.
#[derive(Debug, Default)]
pub(crate) struct Unit {
    /// Empty for a file of plain documents.
    pub(crate) name: SmolStr,
    /// What has the policies.
    pub(crate) kind: UnitKind,
    /// The documents.
    pub(crate) policies: Vec<Policy>,
    /// Policies that are named by ARN and not written out.
    pub(crate) managed: Vec<SmolStr>,
    /// The permissions boundary.
    pub(crate) boundary: Option<SmolStr>,
}

/// What has policies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UnitKind {
    /// Whoever they are attached to.
    #[default]
    Policies,
    /// A function, by its role.
    Function,
    /// A role, user or group.
    Identity,
}

/// What a file holds.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The path as shown.
    pub(crate) path: String,
    /// One for plain documents, one a function or identity otherwise.
    pub(crate) units: Vec<Unit>,
    /// Whether the units are known by name.
    pub(crate) is_named: bool,
    /// What was not read: then nothing is proven.
    pub(crate) unread: Vec<String>,
    /// Conditions of the template with their text.
    pub(crate) conditions: Vec<(SmolStr, String)>,
    /// What others may be let into: of plain documents the documents themselves.
    pub(crate) guards: Vec<Guard>,
    /// What may let somebody in and was not looked at.
    pub(crate) unguarded: Vec<String>,
}

/// Reads a file. Remarks go to standard error.
pub(crate) fn load(path: &Path, options: &DeploymentOptions) -> anyhow::Result<Loaded> {
    let shown = path.display().to_string();
    if ::scan::is_terraform(path) {
        let request = deployment(options, &::scan::Config::default());
        let sources = Arc::new(Sources::default());
        let (template, _) = ::scan::expand_file(path, &request, &sources)
            .map_err(|message| anyhow!("{shown}: {message}"))?;
        return load_template(path, shown, &template, options);
    }
    let text = if path.as_os_str() == "-" {
        let bytes = input::standard_input(&[path.to_path_buf()])?.unwrap_or_default();
        String::from_utf8(bytes).map_err(|_| anyhow!("standard input is not text"))?
    } else {
        input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?
    };
    let limits = Limits { bytes: 16 << 20, depth: 200, nodes: 4_000_000 };
    let parsed = parse_yaml(FileId::default(), &text, &limits)
        .map_err(|error| anyhow!("{shown}:{}: {error}", error.place().line))?;
    let Some(document) = parsed.documents.into_iter().next() else {
        bail!("{shown}: there is no policy; write a policy document or a template");
    };
    if cfn_template::looks_like_template(&document) {
        return load_template(path, shown, &document, options);
    }
    if ::scan::is_service(&document) {
        let request = deployment(options, &::scan::Config::default());
        let (template, _) = ::scan::expand_file(path, &request, &Arc::new(Sources::default()))
            .map_err(|message| anyhow!("{shown}: {message}"))?;
        return load_template(path, shown, &template, options);
    }
    let mut reader = Reader { shown, unread: Vec::new() };
    for remark in parsed.diagnostics {
        reader.note(remark.place, remark.level, &remark.message);
    }
    let mut units = Vec::new();
    let mut guards = Vec::new();
    let is_named = document.as_map().is_some_and(is_account);
    if let (true, Some(map)) = (is_named, document.as_map()) {
        reader.account(map, &mut units);
        guards = reader.trust(map);
    } else {
        let mut unit = Unit::default();
        reader.documents(&document, &mut unit.policies);
        if unit.policies.is_empty() {
            bail!("{}: there is no policy: no mapping has a `Statement`", reader.shown);
        }
        guards.push(Guard { policies: unit.policies.clone(), ..Guard::default() });
        units.push(unit);
    }
    Ok(Loaded {
        path: reader.shown,
        units,
        is_named,
        unread: reader.unread,
        conditions: Vec::new(),
        guards,
        unguarded: Vec::new(),
    })
}

struct Reader {
    shown: String,
    unread: Vec<String>,
}

/// Lists of `aws iam get-account-authorization-details`, and who is in them.
const ACCOUNT_LISTS: [(&str, &str, &str); 3] = [
    ("RoleDetailList", "RoleName", "RolePolicyList"),
    ("UserDetailList", "UserName", "UserPolicyList"),
    ("GroupDetailList", "GroupName", "GroupPolicyList"),
];

fn is_account(map: &Map) -> bool {
    ACCOUNT_LISTS.iter().any(|(list, _, _)| map.contains(list))
}

impl Reader {
    fn note(&mut self, place: Place, level: Level, message: &str) {
        let text = format!("{}:{}: {message}", self.shown, place.line);
        eprintln!("{}", report::visible(&text));
        if level == Level::Error || is_unread(message) {
            self.unread.push(text);
        }
    }

    /// Every policy document below a node, whatever wraps it.
    fn documents(&mut self, node: &Node, policies: &mut Vec<Policy>) {
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| self.documents(item, policies)),
            Kind::Map(map) if map.contains("Statement") => {
                let (policy, remarks) = Policy::read(node, &literal_terms);
                for remark in remarks {
                    self.note(remark.place, remark.level, &remark.message);
                }
                policies.push(policy);
            }
            Kind::Map(map) => {
                if let Some(versions) = map.get("PolicyVersionList").and_then(Node::as_list) {
                    let is_default = |node: &&Node| {
                        node.get("IsDefaultVersion").and_then(Node::scalar_text).as_deref()
                            == Some("true")
                    };
                    if let Some(version) = versions.iter().find(is_default).or(versions.first()) {
                        self.documents(version, policies);
                    }
                    return;
                }
                let inside = ["PolicyDocument", "PolicyVersion", "Document", "Policy"];
                for key in inside {
                    if let Some(inner) = map.get(key) {
                        self.documents(inner, policies);
                        return;
                    }
                }
                self.note(node.place, Level::Error, "this mapping holds no policy document");
            }
            Kind::Text(text) if text.trim_start().starts_with('{') => {
                let (policy, remarks) = Policy::read(node, &literal_terms);
                for remark in remarks {
                    self.note(remark.place, remark.level, &remark.message);
                }
                policies.push(policy);
            }
            _ => self.note(node.place, Level::Error, "a policy document is wanted here"),
        }
    }

    /// Who may take the roles of an account.
    fn trust(&mut self, map: &Map) -> Vec<Guard> {
        let roles = map.get("RoleDetailList").and_then(Node::as_list).unwrap_or_default();
        let mut guards = Vec::new();
        for role in roles {
            let name = role.get("RoleName").and_then(Node::scalar_text).unwrap_or_default();
            let mut guard = Guard { name, ..Guard::default() };
            match role.get("AssumeRolePolicyDocument") {
                Some(document) => self.documents(document, &mut guard.policies),
                None => guard.doubts.push("it has no `AssumeRolePolicyDocument`".to_owned()),
            }
            guards.push(guard);
        }
        guards
    }

    /// The roles, users and groups of an account.
    fn account(&mut self, map: &Map, units: &mut Vec<Unit>) {
        let mut managed: Vec<(SmolStr, Vec<Policy>)> = Vec::new();
        for policy in map.get("Policies").and_then(Node::as_list).unwrap_or_default() {
            let Some(arn) = policy.get("Arn").and_then(Node::scalar_text) else { continue };
            let mut documents = Vec::new();
            self.documents(policy, &mut documents);
            managed.push((arn, documents));
        }
        for (list, name, inline) in ACCOUNT_LISTS {
            for item in map.get(list).and_then(Node::as_list).unwrap_or_default() {
                let mut unit = Unit {
                    name: item.get(name).and_then(Node::scalar_text).unwrap_or_default(),
                    kind: UnitKind::Identity,
                    ..Unit::default()
                };
                if let Some(node) = item.get(inline) {
                    self.documents(node, &mut unit.policies);
                }
                let attached = item.get("AttachedManagedPolicies").and_then(Node::as_list);
                for policy in attached.unwrap_or_default() {
                    let Some(arn) = policy.get("PolicyArn").and_then(Node::scalar_text) else {
                        continue;
                    };
                    match managed.iter().find(|(known, _)| *known == arn) {
                        Some((_, documents)) => unit.policies.extend(documents.iter().cloned()),
                        None => unit.managed.push(arn),
                    }
                }
                unit.boundary = item
                    .get("PermissionsBoundary")
                    .and_then(|node| node.get("PermissionsBoundaryArn"))
                    .and_then(Node::scalar_text);
                units.push(unit);
            }
        }
    }
}

fn is_unread(message: &str) -> bool {
    message.contains("was not looked at") || message.contains("was not read")
}

/// The functions of a template with the policies of their roles, then the identities of no function.
fn load_template(
    path: &Path,
    shown: String,
    document: &Node,
    options: &DeploymentOptions,
) -> anyhow::Result<Loaded> {
    if path.as_os_str() == "-" {
        bail!("a template is read from a file, not from standard input");
    }
    let request = deployment(options, &::scan::Config::default());
    let sources = Arc::new(Sources::default());
    let (app, remarks) = ::scan::load_file(path, &request, &sources)
        .map_err(|message| anyhow!("{shown}: {message}"))?;
    let mut unread = Vec::new();
    for remark in remarks {
        if remark.level == Level::Error || is_unread(&remark.message) {
            let text = format!("{shown}:{}: {}", remark.place.line, remark.message);
            eprintln!("{}", report::visible(&text));
            unread.push(text);
        }
    }
    let conditions = document.get("Conditions").and_then(Node::as_map);
    let conditions = conditions
        .into_iter()
        .flat_map(|map| map.iter().map(|(name, node)| (name.clone(), source_text::to_json(node))));
    let mut units = units_of(&app);
    let mut unguarded = Vec::new();
    let guards = guards::of_template(&app, document, &shown, &mut unguarded);
    // `${Orders.Arn}` and the ARN that it stands for are one.
    let known = least_privilege::Deployment {
        partition: request.partition.clone(),
        region: request.region.clone(),
        account: request.account.clone(),
    };
    let names = least_privilege::Names::new(&app, &known);
    for policy in units.iter_mut().flat_map(|unit| &mut unit.policies) {
        *policy = names.expand_policy(policy);
    }
    Ok(Loaded {
        path: shown,
        units,
        is_named: true,
        unread,
        conditions: conditions.collect(),
        guards,
        unguarded,
    })
}

fn units_of(app: &Application) -> Vec<Unit> {
    let mut units = Vec::new();
    for function in &app.functions {
        let mut unit = match app.role_of(function) {
            Some(role) => of_identity(role),
            None => Unit {
                // A role of elsewhere: what it allows is not in the template.
                managed: function
                    .role_arn
                    .iter()
                    .map(|role| format!("the role `{}`", role.value.display()).into())
                    .collect(),
                ..Unit::default()
            },
        };
        unit.name = function.name.clone();
        unit.kind = UnitKind::Function;
        units.push(unit);
    }
    for identity in &app.identities {
        let has_functions =
            app.functions.iter().any(|function| function.role.as_ref() == Some(&identity.name));
        if !has_functions {
            units.push(Unit { kind: UnitKind::Identity, ..of_identity(identity) });
        }
    }
    units
}

fn of_identity(identity: &Identity) -> Unit {
    let policies = identity.policies.iter().map(|attached| {
        let mut policy = attached.document.clone();
        // A policy that is attached under a condition allows nothing without it.
        policy.statements = policy
            .statements
            .into_iter()
            .filter_map(|mut statement| {
                statement.when = statement.when.and(&attached.when)?;
                Some(statement)
            })
            .collect();
        policy
    });
    Unit {
        name: identity.name.clone(),
        kind: UnitKind::Identity,
        policies: policies.collect(),
        managed: identity
            .managed
            .iter()
            .map(|managed| {
                let arn = managed.arn.display();
                match managed.when.words() {
                    Some(when) => format!("{arn} when {when}").into(),
                    None => arn.into(),
                }
            })
            .collect(),
        boundary: identity.boundary.as_ref().map(|boundary| boundary.value.display().into()),
    }
}

/// Writes JSON, or words that cannot harm a terminal.
pub(crate) fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    output::print(&serde_json::to_string_pretty(value)?)
}
