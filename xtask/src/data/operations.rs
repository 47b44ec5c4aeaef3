//! Makes the tables of `aws_operations` from the models of botocore, the catalogue, and the
//! mappings written by hand.

mod hints;
mod match_holes;
mod model;
mod names;
mod reviewed;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{find, output, read_json};
use crate::{Failure, workspace};

use self::{
    hints::Hints,
    match_holes::{Shapes, keep_known_holes},
    model::{Model, Operation},
    reviewed::{Asks, Need, Reviewed},
};

const DATA: &str = "crates/aws_operations/data";

/// The tables by file name; none when `sources` has no `botocore-*.whl`.
pub(super) fn tables(root: &Path, sources: &Path) -> Result<Vec<(&'static str, String)>, Failure> {
    let Ok(wheel) = find(sources, "botocore-", ".whl") else {
        println!("no `botocore-*.whl`: the tables of `aws_operations` stay as they are");
        return Ok(Vec::new());
    };
    let reviewed = fs::read_to_string(root.join(DATA).join("reviewed.txt"))?;
    let reviewed = Reviewed::parse(&reviewed)?;
    let mut models = model::read_all(&unpack(&wheel)?.join("botocore/data"))?;
    for model in &mut models {
        reviewed.add_new(model);
    }
    let shapes =
        Shapes::of(&read_json(sources, "iam_data.npm-cloud-copilot-")?, Hints::read(sources));
    let mut operations = String::new();
    let mut counts = Counts::default();
    let mut sorted: Vec<&Model> = models.iter().collect();
    sorted.sort_by_key(|model| folded(&model.id));
    for model in &sorted {
        operations.push_str(&service_line(model, &reviewed, &shapes, &mut counts));
        operations.push('\n');
    }
    counts.faults.extend(reviewed.unused(&models));
    if !counts.faults.is_empty() {
        return Err(format!("reviewed.txt:\n{}", counts.faults.join("\n")).into());
    }
    println!(
        "{} services, {} operations: {} mapped, {} without action, {} unmapped; {} with exact \
         shapes, {} templates; {} bytes",
        models.len(),
        counts.operations,
        counts.mapped,
        counts.without,
        counts.unmapped,
        counts.shaped,
        counts.templates,
        operations.len()
    );
    let helpers = fs::read_to_string(root.join(DATA).join("helpers.txt"))?;
    let boto3 = find(sources, "boto3-", ".whl").and_then(|wheel| unpack(&wheel))?;
    let names = names::table(&models, &helpers, &boto3.join("boto3/data"))?;
    Ok(vec![
        ("operations.txt", operations),
        ("services.txt", aliases(&models, &reviewed)),
        ("names.txt", names),
        ("event_sources.txt", event_sources(&models, &reviewed)),
    ])
}

/// Unpacks a wheel below the target folder.
fn unpack(wheel: &Path) -> Result<PathBuf, Failure> {
    let name = wheel.file_stem().unwrap_or_default();
    let folder = workspace::target_folder().join("data-sources").join(name);
    fs::create_dir_all(&folder)?;
    output("unzip", &["-q", "-o", "-d", &folder.to_string_lossy()], wheel)?;
    Ok(folder)
}

#[derive(Default)]
struct Counts {
    operations: usize,
    mapped: usize,
    without: usize,
    unmapped: usize,
    shaped: usize,
    templates: usize,
    faults: Vec<String>,
}

/// `id \t prefix \t templates \t operations`.
fn service_line(
    model: &Model,
    reviewed: &Reviewed,
    shapes: &Shapes,
    counts: &mut Counts,
) -> String {
    let prefix = reviewed.prefix(&model.id).unwrap_or(&model.signing_name);
    let mut line = ServiceLine { model, prefix, reviewed, shapes, templates: Vec::new() };
    let mut names: Vec<&Operation> = model.operations.iter().collect();
    names.sort_by_key(|operation| folded(&operation.name));
    let words: Vec<String> =
        names.into_iter().map(|operation| line.word(operation, counts)).collect();
    counts.operations += words.len();
    counts.templates += line.templates.len();
    format!("{}\t{prefix}\t{}\t{}", model.id, line.templates.join(" "), words.join(" "))
}

/// A line while it is written.
struct ServiceLine<'a> {
    model: &'a Model,
    prefix: &'a str,
    reviewed: &'a Reviewed,
    shapes: &'a Shapes,
    templates: Vec<String>,
}

impl ServiceLine<'_> {
    fn word(&mut self, operation: &Operation, counts: &mut Counts) -> String {
        let name = &operation.name;
        match self.reviewed.asks(self.model, operation) {
            Some(Asks::Nothing(reason)) => {
                counts.without += 1;
                format!("{name}!{reason}")
            }
            Some(Asks::Needs(needs)) => {
                counts.mapped += 1;
                let written: Vec<String> =
                    needs.iter().map(|need| self.need(operation, need, counts)).collect();
                let is_own = |need: &String| need.is_empty() || need.starts_with('@');
                let mark = if written.len() == 1 && written.iter().all(is_own) { "" } else { "=" };
                let mut word = format!("{name}{mark}{}", written.join(";"));
                if !word.contains("iam:PassRole") {
                    let roles = self.passed_roles(operation);
                    if !roles.is_empty() && mark.is_empty() {
                        word.insert(name.len(), '=');
                    }
                    word.push_str(&roles);
                }
                word
            }
            None if operation.is_unsigned => {
                counts.without += 1;
                format!("{name}!{}", if operation.is_bearer { "token" } else { "unsigned" })
            }
            None if self.reviewed.is_by_verb(&self.model.id) => {
                counts.mapped += 1;
                counts.shaped += 1;
                let path = operation.path.strip_prefix("/v2").unwrap_or(&operation.path);
                let template = format!("arn:{{@partition}}:{}:{{@region}}::{path}", self.prefix);
                let numbers = self.numbers(&[template]);
                format!("{name}={}{numbers}", operation.method)
            }
            None if self.shapes.has(self.prefix, name) => {
                counts.mapped += 1;
                let chosen = self.derived(name, operation);
                counts.shaped += usize::from(!chosen.is_empty());
                let numbers = self.numbers(&chosen);
                let mut others = self.passed_roles(operation);
                others.push_str(&self.tagging(operation, &numbers));
                if others.is_empty() {
                    format!("{name}{numbers}")
                } else {
                    format!("{name}={numbers}{others}")
                }
            }
            None => {
                counts.unmapped += 1;
                format!("{name}-")
            }
        }
    }

    /// A need written by hand.
    fn need(&mut self, operation: &Operation, need: &Need, counts: &mut Counts) -> String {
        let place = format!("{}.{}", self.model.id, operation.name);
        if !self.shapes.has(self.prefix, &need.action) {
            counts.faults.push(format!("{place}: no action `{}`", need.action));
        }
        if let Some(path) = need.parameter().filter(|path| !operation.has(path)) {
            counts.faults.push(format!("{place}: no parameter `{path}`"));
        }
        let mut chosen = Vec::new();
        for template in &need.templates {
            let is_open = template.ends_with("{}") || !template.contains('}');
            match keep_known_holes(template, operation) {
                Some(template) => chosen.push(template),
                None if is_open => chosen.push(template.clone()),
                None => counts.faults.push(format!("{place}: no parameter for `{template}`")),
            }
        }
        if chosen.is_empty() && !need.is_bare {
            chosen = self.derived(&need.action, operation);
        }
        let numbers = self.numbers(&chosen);
        let action = if need.action == operation.name { "" } else { &need.action };
        format!("{}{action}{numbers}", need.marks)
    }

    fn derived(&self, action: &str, operation: &Operation) -> Vec<String> {
        self.shapes.templates(self.prefix, action, self.model, operation, self.reviewed)
    }

    /// What an operation asks for the tags of what it makes, on the same resource.
    fn tagging(&self, operation: &Operation, numbers: &str) -> String {
        let verbs = ["Create", "Copy", "Put", "Register", "Request", "Import", "Restore", "Run"];
        let makes = verbs.iter().any(|verb| operation.name.starts_with(verb));
        let parameter = ["Tags", "tags", "TagSpecifications"]
            .into_iter()
            .find(|parameter| makes && operation.parameters.contains_key(*parameter));
        let action = self.shapes.tagging(self.prefix, &operation.name);
        match (parameter, action) {
            (Some(parameter), Some(action)) => format!(";?{parameter}>{action}{numbers}"),
            _ => String::new(),
        }
    }

    /// What an operation asks for the roles that it hands to the service.
    fn passed_roles(&mut self, operation: &Operation) -> String {
        // These hand no role over: they assume it, or they write about it.
        if matches!(self.model.id.as_str(), "sts" | "iam" | "sso-admin" | "lakeformation" | "ram") {
            return String::new();
        }
        let mut written = String::new();
        for path in &operation.roles {
            let numbers = self.numbers(&[reviewed::role_template(path)]);
            written.extend([";?", path, ">+iam:PassRole", &numbers]);
        }
        written
    }

    fn numbers(&mut self, chosen: &[String]) -> String {
        let mut written = String::new();
        for template in chosen {
            // Written short, since many operations hand a role over.
            let role = template.strip_prefix("arn:{@partition}:iam::{@account}:role/");
            let template = &role.map_or_else(|| template.clone(), |path| format!("^{path}"));
            let at =
                self.templates.iter().position(|known| known == template).unwrap_or_else(|| {
                    self.templates.push(template.clone());
                    self.templates.len() - 1
                });
            written.push(if written.is_empty() { '@' } else { ',' });
            written.push_str(&at.to_string());
        }
        written
    }
}

/// Every name that an SDK gives to a service and that is not its id.
fn aliases(models: &[Model], reviewed: &Reviewed) -> String {
    let ids: BTreeSet<String> = models.iter().map(|model| folded(&model.id)).collect();
    let mut aliases: BTreeMap<String, String> = BTreeMap::new();
    for model in models {
        let alias = folded(&model.service_id);
        if !ids.contains(&alias) {
            aliases.insert(alias, model.id.clone());
        }
    }
    for (alias, id) in reviewed.aliases() {
        if !ids.contains(&folded(alias)) {
            aliases.insert(folded(alias), id.to_owned());
        }
    }
    let mut lines = String::new();
    for (alias, id) in &aliases {
        lines.extend([alias, "=", id, "\n"]);
    }
    lines
}

/// The services behind each source of events: `ses,sesv2` of `email`.
fn event_sources(models: &[Model], reviewed: &Reviewed) -> String {
    let mut sources: BTreeMap<String, (&str, Vec<&str>)> = BTreeMap::new();
    for model in models {
        let prefix = reviewed.prefix(&model.id).unwrap_or(&model.signing_name);
        for label in [model.id.as_str(), &model.endpoint, &model.signing_name, prefix] {
            let (_, ids) = sources.entry(folded(label)).or_insert((label, Vec::new()));
            // The service of that very name comes first.
            if model.id == *label {
                ids.retain(|id| *id != model.id);
                ids.insert(0, &model.id);
            } else if !ids.contains(&model.id.as_str()) {
                ids.push(&model.id);
            }
        }
    }
    let mut lines = String::new();
    for (label, ids) in sources.values() {
        lines.extend([label, "=", &ids.join(","), "\n"]);
    }
    lines
}

/// The letters and digits of a name, in lower case: how the tables are sorted.
fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}
