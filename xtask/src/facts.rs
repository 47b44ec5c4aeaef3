//! `cargo xtask facts DIR`: facts counted in the YAML of real templates, matched with findings.
//!
//! The facts are read straight from the tree, without the loader and the expansion of SAM, so that a
//! mistake there shows as a fact without a finding. Exits with an error when one is left over.

use std::{collections::BTreeMap, path::PathBuf};

use scan::{Profile, Request};
use source_text::{FileId, Limits, Node, Place, decode, parse_yaml};

use crate::{Failure, Outcome, arguments::Arguments};

/// A fact and the rules of which one must report it.
struct Kind {
    words: &'static str,
    rules: &'static [&'static str],
}

const WILDCARD: Kind =
    Kind { words: "inline statements of SAM functions with `Resource: \"*\"`", rules: &["SAS-4."] };
const MANAGED: Kind = Kind {
    words: "FullAccess or Administrator policies of SAM functions",
    rules: &["SAS-4.3", "SAS-4.4"],
};
const URL: Kind = Kind { words: "function URLs with `AuthType: NONE`", rules: &["SAS-2.1"] };
const EVENT: Kind = Kind {
    words: "API events without an authorizer (default authorizers subtracted)",
    rules: &["SAS-2.2", "SAS-2.3"],
};

/// One fact of a template.
struct Fact {
    kind: &'static Kind,
    file: String,
    function: String,
    place: Place,
}

/// One finding, as far as it is compared.
struct Found {
    rule: String,
    function: Option<String>,
    line: u32,
    used: bool,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let folder = PathBuf::from(arguments.free().ok_or("name the folder of templates")?);
    arguments.finish()?;
    let request = Request {
        paths: vec![folder.clone()],
        profile: Profile::Strict,
        ignore_suppressions: true,
        ..Request::default()
    };
    let outcome = scan::scan(&request, &|_, _| {})?;
    let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for finding in &outcome.report.findings {
        found.entry(outcome.sources.path(finding.place.file)).or_default().push(Found {
            rule: finding.rule.to_string(),
            function: finding.function.clone(),
            line: finding.place.line,
            used: false,
        });
    }
    let mut facts = Vec::new();
    let mut paths = Vec::new();
    list(&folder, &mut paths)?;
    for path in paths {
        let shown = path.strip_prefix(&folder).unwrap_or(&path).display().to_string();
        let Some(text) = std::fs::read(&path).ok().and_then(|bytes| decode(&bytes).ok()) else {
            continue;
        };
        if !text.contains("AWS::Serverless::") {
            continue;
        }
        let Ok(parsed) = parse_yaml(FileId::default(), &text, &Limits::default()) else { continue };
        for document in parsed.documents {
            let (document, _) = cfn_template::lower(document);
            read(&document, &shown, &mut facts);
        }
    }
    report(&facts, &mut found)
}

fn list(folder: &std::path::Path, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() {
            if !["node_modules", ".aws-sam", "cdk.out", ".git"].contains(&name.as_str()) {
                list(&path, paths)?;
            }
        } else if [".yaml", ".yml", ".json", ".template"].iter().any(|end| name.ends_with(end)) {
            paths.push(path);
        }
    }
    Ok(())
}

fn report(facts: &[Fact], found: &mut BTreeMap<String, Vec<Found>>) -> Outcome {
    let mut left = 0;
    for kind in [&WILDCARD, &MANAGED, &URL, &EVENT] {
        let of_kind: Vec<_> = facts.iter().filter(|fact| std::ptr::eq(fact.kind, kind)).collect();
        let missing: Vec<_> = of_kind.iter().filter(|fact| !take(fact, found)).collect();
        println!("{:4} of {:4}  {}", of_kind.len() - missing.len(), of_kind.len(), kind.words);
        for fact in &missing {
            println!("      no finding: {}:{} {}", fact.file, fact.place.line, fact.function);
        }
        left += missing.len();
    }
    if left == 0 { Ok(()) } else { Err(format!("{left} facts have no finding").into()) }
}

/// Takes the finding that reports a fact, so that no other fact can use it.
fn take(fact: &Fact, found: &mut BTreeMap<String, Vec<Found>>) -> bool {
    let Some(findings) = found.get_mut(&fact.file) else { return false };
    let reports = |finding: &Found| {
        let rule = finding.rule.as_str();
        !finding.used
            && finding.function.as_deref() == Some(fact.function.as_str())
            && fact.kind.rules.iter().any(|wanted| {
                if wanted.ends_with('.') { rule.starts_with(wanted) } else { rule == *wanted }
            })
    };
    let within = |finding: &Found| (fact.place.line..=fact.place.end_line).contains(&finding.line);
    // An event on an API that the template writes out in full is reported at its method.
    let at = findings
        .iter()
        .position(|finding| reports(finding) && within(finding))
        .or_else(|| findings.iter().position(reports));
    let Some(finding) = at.and_then(|at| findings.get_mut(at)) else { return false };
    finding.used = true;
    true
}

fn read(document: &Node, file: &str, facts: &mut Vec<Fact>) {
    let Some(resources) = document.get("Resources").and_then(Node::as_map) else { return };
    for (name, entry) in resources.entries() {
        if entry.value.get("Type").and_then(Node::as_str) != Some("AWS::Serverless::Function") {
            continue;
        }
        let Some(properties) = entry.value.get("Properties") else { continue };
        let mut add = |kind: &'static Kind, place: Place| {
            facts.push(Fact { kind, file: file.to_owned(), function: name.to_string(), place });
        };
        policies(properties, &mut add);
        let url = properties
            .at(&["FunctionUrlConfig", "AuthType"])
            .or_else(|| document.at(&["Globals", "Function", "FunctionUrlConfig", "AuthType"]));
        if let Some(url) = url.filter(|node| node.as_str() == Some("NONE")) {
            add(&URL, url.place);
        }
        let events = properties.get("Events").and_then(Node::as_map);
        for (_, event) in events.into_iter().flat_map(source_text::Map::entries) {
            if is_open(document, &event.value) {
                add(&EVENT, event.key_place.to(event.value.place));
            }
        }
    }
}

fn policies(properties: &Node, add: &mut dyn FnMut(&'static Kind, Place)) {
    // A role of its own makes the policies of the function void.
    if properties.get("Role").is_some() {
        return;
    }
    let Some(policies) = properties.get("Policies") else { return };
    for policy in policies.as_list().unwrap_or(std::slice::from_ref(policies)) {
        if let Some(text) = policy.as_str()
            && (text.ends_with("FullAccess") || text.contains("Administrator"))
        {
            add(&MANAGED, policy.place);
        }
        let Some(statements) = policy.get("Statement") else { continue };
        for statement in statements.as_list().unwrap_or(std::slice::from_ref(statements)) {
            let allows = statement.get("Effect").and_then(Node::as_str) == Some("Allow");
            let everything = statement.get("Resource").is_some_and(|resource| {
                resource
                    .as_list()
                    .unwrap_or(std::slice::from_ref(resource))
                    .iter()
                    .any(|one| one.as_str() == Some("*"))
            });
            if allows && everything {
                add(&WILDCARD, statement.place);
            }
        }
    }
}

/// Whether an event is a route of a public API that asks for no authorizer.
fn is_open(document: &Node, event: &Node) -> bool {
    let (section, key) = match event.get("Type").and_then(Node::as_str) {
        Some("Api") => ("Api", "RestApiId"),
        Some("HttpApi") => ("HttpApi", "ApiId"),
        _ => return false,
    };
    let own = event.at(&["Properties", "Auth", "Authorizer"]).and_then(Node::as_str);
    if let Some(own) = own {
        return own == "NONE";
    }
    let reference = event.at(&["Properties", key]);
    let api = reference
        .and_then(|node| node.get("Ref").and_then(Node::as_str).or_else(|| node.as_str()))
        .and_then(|name| document.at(&["Resources", name, "Properties"]));
    // An API outside the template cannot be judged.
    if reference.is_some() && api.is_none() {
        return false;
    }
    let globals = document.at(&["Globals", section]);
    let setting = |path: &[&str]| {
        api.and_then(|api| api.at(path)).or_else(|| globals.and_then(|globals| globals.at(path)))
    };
    let is_private = setting(&["EndpointConfiguration"]).is_some_and(|node| {
        let text = source_text::to_json_compact(node);
        text.contains("PRIVATE")
    });
    let has_policy = setting(&["Auth", "ResourcePolicy"]).is_some();
    // A definition of one's own may say who must prove what; it is not read here.
    let has_definition = api.is_some_and(|api| {
        ["DefinitionBody", "DefinitionUri"].iter().any(|key| api.get(key).is_some())
    });
    setting(&["Auth", "DefaultAuthorizer"]).is_none()
        && !is_private
        && !has_policy
        && !has_definition
}
