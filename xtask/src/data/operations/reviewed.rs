//! The mappings written by hand: `crates/aws_operations/data/reviewed.txt`.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use crate::{Failure, Outcome};

use super::model::{Model, Operation};

/// What an operation asks, by hand.
pub(super) enum Asks<'a> {
    Nothing(&'a str),
    Needs(&'a [Need]),
}

/// One action, by hand.
pub(super) struct Need {
    /// `?Parameter>`, `~`, `+`: as the table writes them.
    pub(super) marks: String,
    pub(super) action: String,
    pub(super) templates: Vec<String>,
    /// Written with `*`: no resource, whatever the catalogue says.
    pub(super) is_bare: bool,
}

enum Line {
    Nothing(String),
    Needs(Vec<Need>),
}

#[derive(Default)]
struct Section {
    prefix: Option<String>,
    aliases: Vec<String>,
    resources: BTreeMap<String, Vec<String>>,
    operations: BTreeMap<String, Line>,
}

/// The whole file.
#[derive(Default)]
pub(super) struct Reviewed {
    sections: BTreeMap<String, Section>,
    /// operation -> parameters that carry a role which is passed, by service id.
    roles: BTreeMap<String, Vec<String>>,
    used: RefCell<BTreeSet<(String, String)>>,
}

impl Reviewed {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let mut all = Self::default();
        let mut id = String::new();
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.split(" # ").next().unwrap_or(line).trim();
            let fault = |what: &str| Failure::from(format!("reviewed.txt:{}: {what}", at + 1));
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(inside) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                inside.clone_into(&mut id);
                names.clear();
                all.sections.entry(id.clone()).or_default();
                continue;
            }
            let section = all.sections.get_mut(&id).ok_or_else(|| fault("no [service] above"))?;
            if let Some((name, value)) = line.split_once(" = ") {
                let values: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
                match name.split_once(' ') {
                    Some(("resource", kind)) => {
                        section.resources.insert(kind.to_lowercase(), expand(&values, &names));
                    }
                    Some(("role", operations)) => {
                        for operation in operations.split_whitespace() {
                            all.roles.insert(format!("{id}.{operation}"), values.clone());
                        }
                    }
                    None if name == "prefix" => section.prefix = values.first().cloned(),
                    None if name == "aliases" => section.aliases = values,
                    _ => {
                        names.insert(name.to_owned(), expand(&values, &names));
                    }
                }
                continue;
            }
            let (operations, asks) = line.split_once(':').ok_or_else(|| fault("no `:`"))?;
            for operation in operations.split_whitespace() {
                let line = parse_asks(asks.trim(), &names).map_err(|what| fault(&what))?;
                if section.operations.insert(operation.to_owned(), line).is_some() {
                    return Err(fault(&format!("`{operation}` stands twice")));
                }
            }
        }
        Ok(all)
    }

    pub(super) fn prefix(&self, id: &str) -> Option<&String> {
        self.sections.get(id)?.prefix.as_ref()
    }

    pub(super) fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sections.iter().flat_map(|(id, section)| {
            section.aliases.iter().map(move |alias| (alias.as_str(), id.as_str()))
        })
    }

    pub(super) fn asks(&self, model: &Model, operation: &Operation) -> Option<Asks<'_>> {
        let section = self.sections.get(&model.id)?;
        let (name, line) = match section.operations.get_key_value(&operation.name) {
            Some(found) => found,
            None => section.operations.get_key_value("*")?,
        };
        self.used.borrow_mut().insert((model.id.clone(), name.clone()));
        Some(match line {
            Line::Nothing(reason) => Asks::Nothing(reason),
            Line::Needs(needs) => Asks::Needs(needs),
        })
    }

    pub(super) fn resource(&self, id: &str, kind: &str) -> Option<&Vec<String>> {
        self.sections.get(id)?.resources.get(kind)
    }

    /// The parameters of an operation that carry a role, each with the template of the role.
    pub(super) fn pass_role(&self, operation: &Operation, id: &str) -> Vec<(String, String)> {
        let Some(parameters) = self.roles.get(&format!("{id}.{}", operation.name)) else {
            return Vec::new();
        };
        self.used.borrow_mut().insert((id.to_owned(), operation.name.clone()));
        parameters.iter().map(|path| (path.clone(), role_template(path))).collect()
    }

    /// A line that names no operation of the SDK is a mistake.
    pub(super) fn check_all_used(&self, models: &[Model]) -> Outcome {
        let used = self.used.borrow();
        for (id, section) in &self.sections {
            if !models.iter().any(|model| model.id == *id) {
                return Err(format!("reviewed.txt: no service `{id}`").into());
            }
            for name in section.operations.keys() {
                if !used.contains(&(id.clone(), name.clone())) {
                    return Err(format!("reviewed.txt: `{id}` has no operation `{name}`").into());
                }
            }
        }
        for name in self.roles.keys() {
            let (id, operation) = name.split_once('.').unwrap_or((name, ""));
            if !used.contains(&(id.to_owned(), operation.to_owned())) {
                return Err(format!("reviewed.txt: role of `{name}`: no such operation").into());
            }
        }
        Ok(())
    }
}

fn role_template(path: &str) -> String {
    format!("arn:{{@partition}}:iam::{{@account}}:role/{{{path}}}")
}

fn expand(values: &[String], names: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    values
        .iter()
        .flat_map(|value| names.get(value).cloned().unwrap_or_else(|| vec![value.clone()]))
        .collect()
}

/// `none reason`, or needs divided by `;`: marks, action, templates by name or written out.
fn parse_asks(text: &str, names: &BTreeMap<String, Vec<String>>) -> Result<Line, String> {
    if let Some(reason) = text.strip_prefix("none ") {
        if !matches!(reason, "unsigned" | "always" | "token" | "local") {
            return Err(format!("unknown reason `{reason}`"));
        }
        return Ok(Line::Nothing(reason.to_owned()));
    }
    let mut needs = Vec::new();
    for part in text.split(';') {
        let mut words = part.split_whitespace();
        let action = words.next().ok_or("an action is missing")?;
        let at = action.rfind(['>', '~', '+']).map_or(0, |at| at + 1);
        let (marks, action) = action.split_at(at);
        let values: Vec<String> = words.map(str::to_owned).collect();
        let is_bare = values == ["*"];
        let templates = match (is_bare, values.strip_prefix(&["role".to_owned()][..])) {
            (true, _) => Vec::new(),
            (false, Some(paths)) => paths.iter().map(|path| role_template(path)).collect(),
            (false, None) => expand(&values, names),
        };
        needs.push(Need { marks: marks.to_owned(), action: action.to_owned(), templates, is_bare });
    }
    Ok(Line::Needs(needs))
}
