//! The mappings written by hand: `crates/aws_operations/data/reviewed.txt`.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use crate::Failure;

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

impl Need {
    /// The parameter of its condition.
    pub(super) fn parameter(&self) -> Option<&str> {
        self.marks.get(1..)?.split_once('>').map(|(path, _)| path)
    }
}

enum Line {
    Nothing(String),
    Needs(Vec<Need>),
}

#[derive(Default)]
struct Section {
    prefix: Option<String>,
    is_by_verb: bool,
    new: Vec<String>,
    aliases: Vec<String>,
    resources: BTreeMap<String, Vec<String>>,
    operations: BTreeMap<String, Line>,
}

/// The whole file.
#[derive(Default)]
pub(super) struct Reviewed {
    sections: BTreeMap<String, Section>,
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
                    None if name == "prefix" => section.prefix = values.first().cloned(),
                    None if name == "actions" => section.is_by_verb = values == ["verbs"],
                    None if name == "aliases" => section.aliases = values,
                    _ => {
                        names.insert(name.to_owned(), expand(&values, &names));
                    }
                }
                continue;
            }
            let (operations, asks) = line.split_once(':').ok_or_else(|| fault("no `:`"))?;
            // `new` names something that signs a request on its own and is no operation.
            let (is_new, operations) =
                operations.strip_prefix("new ").map_or((false, operations), |rest| (true, rest));
            if is_new {
                section.new.extend(operations.split_whitespace().map(str::to_owned));
            }
            for operation in operations.split_whitespace() {
                let line =
                    parse_asks(operation, asks.trim(), &names).map_err(|what| fault(&what))?;
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

    /// Adds to a model what is no operation of the SDK.
    pub(super) fn add_new(&self, model: &mut Model) {
        for name in self.sections.get(&model.id).into_iter().flat_map(|section| &section.new) {
            model.operations.push(Operation::new(name));
        }
    }

    /// Whether the actions of a service are HTTP methods on the paths of its operations.
    pub(super) fn is_by_verb(&self, id: &str) -> bool {
        self.sections.get(id).is_some_and(|section| section.is_by_verb)
    }

    pub(super) fn asks(&self, model: &Model, operation: &Operation) -> Option<Asks<'_>> {
        let section = self.sections.get(&model.id)?;
        let (name, line) = section.operations.get_key_value(&operation.name)?;
        self.used.borrow_mut().insert((model.id.clone(), name.clone()));
        Some(match line {
            Line::Nothing(reason) => Asks::Nothing(reason),
            Line::Needs(needs) => Asks::Needs(needs),
        })
    }

    pub(super) fn resource(&self, id: &str, kind: &str) -> Option<&Vec<String>> {
        self.sections.get(id)?.resources.get(kind)
    }

    /// Whether a type of resource is written as `*`: no parameter of any operation names it.
    pub(super) fn is_closed(&self, id: &str, kind: &str) -> bool {
        self.resource(id, kind).is_some_and(|written| *written == ["*"])
    }

    /// Lines that name no service or no operation of the SDK: mistakes.
    pub(super) fn unused(&self, models: &[Model]) -> Vec<String> {
        let used = self.used.borrow();
        let mut faults = Vec::new();
        for (id, section) in &self.sections {
            if !models.iter().any(|model| model.id == *id) {
                faults.push(format!("no service `{id}`"));
            }
            for name in section.operations.keys() {
                if !used.contains(&(id.clone(), name.clone())) {
                    faults.push(format!("`{id}` has no operation `{name}`"));
                }
            }
        }
        faults
    }
}

/// The ARN of a role that a parameter carries.
pub(super) fn role_template(path: &str) -> String {
    format!("arn:{{@partition}}:iam::{{@account}}:role/{{{path}}}")
}

fn expand(values: &[String], names: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    values
        .iter()
        .flat_map(|value| names.get(value).cloned().unwrap_or_else(|| vec![value.clone()]))
        .collect()
}

/// `none reason`, or needs divided by `;`: marks, action, templates by name or written out.
///
/// `*` as action is the one that has the operation's name.
fn parse_asks(
    operation: &str,
    text: &str,
    names: &BTreeMap<String, Vec<String>>,
) -> Result<Line, String> {
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
        needs.push(Need {
            marks: marks.to_owned(),
            action: if action == "*" { operation } else { action }.to_owned(),
            templates,
            is_bare,
        });
    }
    Ok(Line::Needs(needs))
}
