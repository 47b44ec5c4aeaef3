//! A snapshot as templates: one for each account and region.

use std::collections::{BTreeMap, BTreeSet};

use source_text::{Diagnostic, FileId, Kind, Limits, Map, Node, Place, SmolStr, parse_yaml};

use crate::{
    collect::{collect, fill_parents},
    facts, identities, interfaces,
    link::Links,
    permissions,
    resource::{Resource, Resources},
    shape::{at, document, items, items_at, placed, text},
    snapshot::{Account, Unseen, accounts},
    usage,
};

/// What a snapshot says.
#[derive(Debug, Default)]
pub struct Lowered {
    /// One for each account and region in which something was found.
    pub deployments: Vec<Deployment>,
    /// Templates of stacks, where they were asked for.
    pub stacks: Vec<Stack>,
    /// What was asked and not answered.
    pub not_looked_at: Vec<NotLookedAt>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
    /// When the snapshot was taken, RFC 3339; as it is written.
    pub taken: Option<SmolStr>,
}

/// What runs in one region of one account.
#[derive(Debug)]
pub struct Deployment {
    /// Twelve digits.
    pub account: SmolStr,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: SmolStr,
    /// `None` when the account has nothing but what is global.
    pub region: Option<SmolStr>,
    /// As a template: `{"Resources": …}`.
    pub template: Node,
}

/// The template that a stack was made from.
#[derive(Debug)]
pub struct Stack {
    /// Twelve digits.
    pub account: SmolStr,
    /// Where the stack is.
    pub region: Option<SmolStr>,
    /// Name of the stack.
    pub name: SmolStr,
    /// The template; every node is at the place of the answer when it came as a text.
    pub template: Node,
}

/// A question without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotLookedAt {
    /// Where the snapshot says so.
    pub place: Place,
    /// Service and operation: `lambda:GetPolicy`; the service alone when nothing of it was asked.
    pub question: String,
    /// Account, region and the resource that the question was about, as far as they are said.
    pub about: String,
    /// A word: `access-denied`.
    pub reason: String,
    /// What the service said.
    pub message: String,
}

/// Writes the snapshot that `document` is as templates.
#[must_use]
pub fn lower(file: FileId, document: &Node) -> Lowered {
    let mut lowered = Lowered { taken: text(document, "taken"), ..Lowered::default() };
    let accounts = accounts(document);
    if accounts.is_empty() {
        let message = "this snapshot holds no account; nothing was checked";
        lowered.diagnostics.push(Diagnostic::error(Place::whole(file), message));
    }
    let code = code_files(document);
    let taken = document.get("taken").and_then(usage::seconds);
    for account in &accounts {
        lowered.not_looked_at.extend(account.unseen.iter().map(|gap| not_looked_at(account, gap)));
        lowered.stacks.extend(stacks(account));
        of_account(account, &code, taken, &mut lowered);
    }
    lowered
}

fn not_looked_at(account: &Account<'_>, gap: &Unseen<'_>) -> NotLookedAt {
    let question = if gap.operation.is_empty() {
        gap.service.to_string()
    } else {
        format!("{}:{}", gap.service, gap.operation)
    };
    let parts = [Some(&account.id), gap.region.as_ref(), gap.of.as_ref()];
    let about: Vec<&str> = parts.into_iter().flatten().map(SmolStr::as_str).collect();
    NotLookedAt {
        place: gap.place,
        question,
        about: about.join(" "),
        reason: gap.reason.to_string(),
        message: text(gap.node, "message").unwrap_or_default().to_string(),
    }
}

/// Templates of stacks; those in YAML are read alike.
fn stacks(account: &Account<'_>) -> Vec<Stack> {
    let answers = account.asked("cloudformation", "GetTemplate");
    let read = answers.into_iter().filter_map(|answer| {
        let body = at(answer.node, "TemplateBody")?;
        let of = answer.of.as_deref()?;
        // `arn:…:stack/NAME/ID`
        let name = of.split(":stack/").nth(1).and_then(|it| it.split('/').next()).unwrap_or(of);
        Some(Stack {
            account: account.id.clone(),
            region: answer.region.clone(),
            name: SmolStr::new(name),
            template: template_of(body)?,
        })
    });
    read.collect()
}

fn template_of(body: &Node) -> Option<Node> {
    if let Some(tree) = document(body) {
        return Some(tree);
    }
    let text = body.as_str()?;
    let parsed = parse_yaml(body.place.file, text, &Limits::of_part(text)).ok()?;
    let tree = parsed.documents.into_iter().next()?;
    tree.as_map().is_some().then(|| placed(tree, body.place))
}

/// Archives of code that lie beside the snapshot, by the ARN of their function.
fn code_files(document: &Node) -> BTreeMap<SmolStr, Node> {
    items_at(document, "code")
        .into_iter()
        .filter_map(|code| Some((text(code, "function_arn")?, code.get("file")?.clone())))
        .collect()
}

fn of_account(
    account: &Account<'_>,
    code: &BTreeMap<SmolStr, Node>,
    taken: Option<i64>,
    lowered: &mut Lowered,
) {
    let mut resources = collect(account);
    identities::read(account, &mut resources);
    identities::finish(&mut resources);
    permissions::read(account, &mut resources);
    interfaces::read(account, &mut resources);
    fill_parents(&mut resources);
    facts::complete(account, &mut resources);
    place_buckets(&mut resources);
    add_code(code, &mut resources);
    usage::note(account, taken, &mut resources);
    let regions: BTreeSet<SmolStr> = resources
        .all
        .iter()
        .filter(|it| !it.type_.is_empty())
        .filter_map(|resource| resource.region.clone())
        .collect();
    let links = Links::of(account, &resources);
    let mut shown: BTreeSet<usize> = BTreeSet::new();
    let mut templates: Vec<(Option<SmolStr>, Map)> = Vec::new();
    for region in regions {
        let own = |index: &usize| {
            resources
                .all
                .get(*index)
                .is_some_and(|it| it.region.as_ref() == Some(&region) || belongs_to(it, &region))
        };
        let start: Vec<usize> = (0..resources.all.len()).filter(own).collect();
        let map = template(start, Some(&region), &resources, &links, &mut shown);
        templates.push((Some(region), map));
    }
    // What no region uses stands in the first.
    let rest = (0..resources.all.len()).filter(|index| {
        !shown.contains(index)
            && resources.all.get(*index).is_some_and(|resource| resource.region.is_none())
    });
    let rest: Vec<usize> = rest.collect();
    let region = templates.first().and_then(|(region, _)| region.clone());
    let more = template(rest, region.as_ref(), &resources, &links, &mut shown);
    match templates.first_mut() {
        Some((_, map)) => more.into_entries().for_each(|(key, entry)| {
            if !map.contains(&key) {
                map.insert_at(key, entry.key_place, entry.value);
            }
        }),
        None if more.is_empty() => {}
        None => templates.push((None, more)),
    }
    lowered.deployments.extend(templates.into_iter().map(|(region, map)| {
        let body = Node::new(account.place, Kind::Map(map));
        Deployment {
            account: account.id.clone(),
            partition: account.partition.clone(),
            region,
            template: Node::map(account.place, [("Resources", body)]),
        }
    }));
}

/// Whether what is global has its part in a region: costs arise in each, a distribution stands before
/// interfaces of one.
fn belongs_to(resource: &Resource, region: &str) -> bool {
    match resource.type_ {
        "AWS::Budgets::Budget" => true,
        "AWS::CloudFront::Distribution" => {
            let origins = resource.properties.get("DistributionConfig");
            let origins = origins.map_or_else(Vec::new, |it| items_at(it, "Origins"));
            let end = format!(".execute-api.{region}.");
            origins.into_iter().any(|origin| {
                let parts = origin.at(&["DomainName", "Fn::Join"]).and_then(Node::as_list);
                let parts = parts.and_then(|it| it.get(1)).map_or_else(Vec::new, items);
                parts.into_iter().any(|it| it.as_str().is_some_and(|it| it.starts_with(&end)))
            })
        }
        _ => false,
    }
}

/// The resources `start`, and what is global that they lead to.
fn template(
    start: Vec<usize>,
    region: Option<&SmolStr>,
    resources: &Resources,
    links: &Links,
    shown: &mut BTreeSet<usize>,
) -> Map {
    let mut done: BTreeSet<usize> = BTreeSet::new();
    let mut open = start;
    let mut bodies: BTreeMap<usize, Map> = BTreeMap::new();
    while let Some(index) = open.pop() {
        if !done.insert(index) {
            continue;
        }
        let mut used = BTreeSet::new();
        bodies.insert(index, links.properties(index, region, resources, &mut used));
        open.extend(
            used.into_iter().filter(|it| {
                resources.all.get(*it).is_some_and(|resource| resource.region.is_none())
            }),
        );
    }
    let mut map = Map::new();
    for (index, properties) in bodies {
        let Some(resource) = resources.all.get(index) else { continue };
        if resource.type_.is_empty() {
            continue;
        }
        shown.insert(index);
        let place = resource.place;
        let mut body = Map::new();
        body.insert("Type", Node::text(place, resource.type_));
        body.insert("Properties", Node::new(place, Kind::Map(properties)));
        let mut live = resource.live.clone();
        if let Some(arn) = resource.arn() {
            live.insert("arn", Node::text(place, arn.clone()));
        }
        if !live.is_empty() {
            let live = Node::new(place, Kind::Map(live));
            body.insert("Metadata", Node::map(place, [(LIVE, live)]));
        }
        map.insert_at(resource.logical.clone(), place, Node::new(place, Kind::Map(body)));
    }
    map
}

/// Where the metadata of a resource holds what only a live account tells.
const LIVE: &str = "faasguard:live";

/// Buckets are listed for all regions; where the place of one was not asked, it is that of the others.
fn place_buckets(resources: &mut Resources) {
    let regional: BTreeSet<SmolStr> =
        resources.all.iter().filter_map(|resource| resource.region.clone()).collect();
    let mut moved = BTreeMap::new();
    for (index, resource) in resources.all.iter_mut().enumerate() {
        if resource.type_ == "AWS::S3::Bucket" && resource.region.is_none() {
            resource.region = regional.first().cloned();
        }
        if resource.type_ == "AWS::S3::Bucket" {
            moved.insert(index, resource.region.clone());
        }
    }
    for resource in &mut resources.all {
        let owner = resource.parent.and_then(|parent| moved.get(&parent));
        if let Some(region) = owner {
            resource.region.clone_from(region);
        }
    }
}

fn add_code(code: &BTreeMap<SmolStr, Node>, resources: &mut Resources) {
    for resource in resources.all.iter_mut().filter(|it| it.type_ == "AWS::Lambda::Function") {
        let file = resource.arn().and_then(|arn| code.get(arn)).cloned();
        if let Some(file) = file {
            resource.properties.insert("Code", file);
        }
    }
}
