//! Makes the tables of `aws_operations` from the models of botocore, the catalogue, and the
//! mappings written by hand.

mod match_holes;
mod model;
mod reviewed;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use super::{find, output, read_json};
use crate::{Failure, workspace};

use self::{
    match_holes::Shapes,
    model::{Model, Operation},
    reviewed::{Asks, Reviewed},
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
    let models = model::read_all(&unpack(&wheel)?.join("botocore/data"))?;
    let shapes = Shapes::of(&read_json(sources, "iam_data.npm-cloud-copilot-")?);
    let mut operations = String::new();
    let mut counts = Counts::default();
    let mut sorted: Vec<&Model> = models.iter().collect();
    sorted.sort_by_key(|model| folded(&model.id));
    for model in &sorted {
        operations.push_str(&service_line(model, &reviewed, &shapes, &mut counts)?);
        operations.push('\n');
    }
    reviewed.check_all_used(&models)?;
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
    Ok(vec![("operations.txt", operations), ("services.txt", aliases(&models, &reviewed))])
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
}

/// `id \t prefix \t templates \t operations`.
fn service_line(
    model: &Model,
    reviewed: &Reviewed,
    shapes: &Shapes,
    counts: &mut Counts,
) -> Result<String, Failure> {
    let prefix = reviewed.prefix(&model.id).unwrap_or(&model.signing_name).to_owned();
    let mut templates: Vec<String> = Vec::new();
    let mut words = Vec::new();
    let mut names: Vec<&Operation> = model.operations.iter().collect();
    names.sort_by_key(|operation| folded(&operation.name));
    for operation in names {
        counts.operations += 1;
        let name = &operation.name;
        let word = match reviewed.asks(model, operation) {
            Some(Asks::Nothing(reason)) => {
                counts.without += 1;
                format!("{name}!{reason}")
            }
            Some(Asks::Needs(needs)) => {
                counts.mapped += 1;
                let mut written = Vec::new();
                for need in needs {
                    let (found, action) = shapes.action(&prefix, &need.action);
                    if !found {
                        return Err(format!("{}.{name}: no action `{action}`", model.id).into());
                    }
                    let mut chosen = need.templates.clone();
                    if chosen.is_empty() && !need.is_bare {
                        chosen =
                            shapes.templates(&prefix, &need.action, model, operation, reviewed);
                    }
                    let numbers = numbers(&mut templates, &chosen);
                    written.push(format!("{}{}{numbers}", need.marks, need.action));
                }
                format!("{name}={}", written.join(";"))
            }
            None if operation.is_unsigned => {
                counts.without += 1;
                format!("{name}!{}", if operation.is_bearer { "token" } else { "unsigned" })
            }
            None if shapes.action(&prefix, name).0 => {
                counts.mapped += 1;
                let chosen = shapes.templates(&prefix, name, model, operation, reviewed);
                counts.shaped += usize::from(!chosen.is_empty());
                let numbers = numbers(&mut templates, &chosen);
                let roles = reviewed.pass_role(operation, &model.id);
                if roles.is_empty() {
                    format!("{name}{numbers}")
                } else {
                    let mut word = format!("{name}={name}{numbers}");
                    for (parameter, template) in roles {
                        let numbers = self::numbers(&mut templates, &[template]);
                        write!(word, ";?{parameter}>+iam:PassRole{numbers}")?;
                    }
                    word
                }
            }
            None => {
                counts.unmapped += 1;
                format!("{name}-")
            }
        };
        words.push(word);
    }
    counts.templates += templates.len();
    Ok(format!("{}\t{prefix}\t{}\t{}", model.id, templates.join(" "), words.join(" ")))
}

fn numbers(templates: &mut Vec<String>, chosen: &[String]) -> String {
    let mut written = String::new();
    for template in chosen {
        let at = templates.iter().position(|known| known == template).unwrap_or_else(|| {
            templates.push(template.clone());
            templates.len() - 1
        });
        written.push(if written.is_empty() { '@' } else { ',' });
        written.push_str(&at.to_string());
    }
    written
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

/// The letters and digits of a name, in lower case: how the tables are sorted.
fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}
