//! What other files of Bicep give: `import { x } from './y.bicep'`, `import * as y from './y.bicep'`.

use std::collections::{HashMap, HashSet};

use source_text::{Diagnostic, FileId, Map};
use tree_sitter::Node as Source;

use crate::{
    compiler::Shared,
    expression::{MAX_LENGTH, open},
    literal,
    tree::{Text, child_of},
};

/// What reading one file for its names costs of the steps of all modules.
const STEPS_OF_AN_IMPORT: usize = 1_000;

/// Variables and functions of other files, by the names that they have here.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    /// Names of variables in the template, by those in the source: `x`, `all.x`.
    names: HashMap<String, String>,
    /// The variables themselves, by their names in the template.
    pub(crate) variables: Map,
    pub(crate) functions: HashMap<String, Foreign>,
    /// Names that stand for all that a file gives.
    whole: HashSet<String>,
}

impl Imported {
    /// The name in the template of a variable.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    pub(crate) fn is_whole(&self, name: &str) -> bool {
        self.whole.contains(name)
    }
}

/// A function of another file: its body as text, with marks where the arguments go.
#[derive(Clone, Debug)]
pub(crate) struct Foreign {
    pub(crate) text: String,
}

impl Foreign {
    /// What stands for an argument; no source has it.
    pub(crate) fn mark(at: usize) -> String {
        format!("\u{1}{at}\u{1}")
    }

    pub(crate) fn called(&self, arguments: &[String]) -> String {
        let mut text = String::new();
        for (at, part) in self.text.split('\u{1}').enumerate() {
            if at % 2 == 0 {
                text.push_str(part);
            } else {
                let argument = part.parse().ok().and_then(|at: usize| arguments.get(at));
                text.push_str(argument.map_or("null()", String::as_str));
            }
            if text.len() > MAX_LENGTH {
                return open("…");
            }
        }
        text
    }
}

/// One statement: its file, and what it takes by which names.
struct Statement {
    path: String,
    /// Name there, name here; `None` for all of it.
    taken: Option<Vec<(String, String)>>,
    whole: Option<String>,
}

impl Shared<'_> {
    /// Reads what the statements take; `prefix` is that of the names of variables here.
    pub(crate) fn imports(
        &self,
        source: Text<'_>,
        statements: &[Source<'_>],
        files: &[FileId],
        prefix: &str,
    ) -> Imported {
        let mut imported = Imported::default();
        for (at, node) in statements.iter().enumerate() {
            let Some(statement) = statement(source, *node) else { continue };
            // Those of registries hold types only, or are told where a name of theirs is used.
            if statement.path.contains(':') {
                imported.whole.extend(statement.whole);
                continue;
            }
            let place = source.place(*node);
            let file = match self.reader.read(source.file, &statement.path) {
                Ok(file) => file,
                Err(error) => {
                    self.report(Diagnostic::error(place, error.to_string()));
                    continue;
                }
            };
            if !self.charge(STEPS_OF_AN_IMPORT) {
                let message = "this file imports too much; the rest was not looked at";
                self.report(Diagnostic::error(place, message));
                return imported;
            }
            let mut known = self.modules.borrow_mut();
            if !known.contains(&file) {
                known.push(file);
            }
            drop(known);
            let inner = format!("{prefix}import{at}.");
            let given = self
                .with_unit(file, files, &inner, |unit, _| (unit.variables(), unit.as_foreign()));
            let Some((variables, functions)) = given else { continue };
            let here = |name: &str| match (&statement.taken, &statement.whole) {
                (Some(taken), _) => {
                    taken.iter().find(|(there, _)| there == name).map(|(_, here)| here.clone())
                }
                (None, Some(whole)) => Some(format!("{whole}.{name}")),
                (None, None) => None,
            };
            for key in variables.keys() {
                // Variables that this file took itself have a longer prefix.
                let name = key.strip_prefix(inner.as_str()).filter(|name| !name.contains('.'));
                if let Some(here) = name.and_then(here) {
                    imported.names.insert(here, key.to_string());
                }
            }
            for (name, function) in functions {
                if let Some(here) = here(&name) {
                    imported.functions.insert(here, function);
                }
            }
            imported.whole.extend(statement.whole);
            for (key, entry) in variables.into_entries() {
                merge(&mut imported.variables, key, entry);
            }
        }
        imported
    }
}

/// Adds a variable; those that loops make stand together in `copy`.
fn merge(into: &mut Map, key: source_text::SmolStr, entry: source_text::Entry) {
    if key == "copy"
        && let Some(known) = into.get_mut("copy")
        && let source_text::Kind::List(items) = &mut known.kind
        && let source_text::Kind::List(more) = entry.value.kind
    {
        items.extend(more);
        return;
    }
    into.insert_at(key, entry.key_place, entry.value);
}

fn statement(source: Text<'_>, node: Source<'_>) -> Option<Statement> {
    let path = literal::plain(source, child_of(node, "string")?)?;
    let mut cursor = node.walk();
    let (mut taken, mut whole, mut is_whole, mut is_alias) = (Vec::new(), None, false, false);
    for child in node.children(&mut cursor) {
        match child.kind() {
            "*" => is_whole = true,
            "as" => is_alias = true,
            "identifier" => {
                let name = source.of(child).to_owned();
                if is_whole {
                    whole = Some(name);
                } else if is_alias {
                    if let Some((_, here)) = taken.last_mut() {
                        *here = name;
                    }
                } else {
                    taken.push((name.clone(), name));
                }
                is_alias = false;
            }
            _ => {}
        }
    }
    Some(Statement { path, taken: (!is_whole).then_some(taken), whole })
}
