//! The files of one module, read: what it declares.

use std::collections::HashMap;

use source_text::{Diagnostic, FileId, Kind, Limits, Place, ReadError, SmolStr, parse_json};

use crate::files::ModuleFiles;
use crate::read_hcl::read_blocks;
use crate::read_json::read_document;
use crate::syntax::{Argument, Body, Expr, Section};

/// Most files of one folder.
const FILES: usize = 2_000;

/// What a module declares, in the order of its files.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    pub(crate) folder: String,
    /// Its files that could be read.
    pub(crate) files: Vec<FileId>,
    pub(crate) variables: Vec<Declaration>,
    pub(crate) outputs: Vec<Declaration>,
    pub(crate) modules: Vec<Declaration>,
    pub(crate) resources: Vec<Declaration>,
    pub(crate) data: Vec<Declaration>,
    pub(crate) providers: Vec<Declaration>,
    pub(crate) locals: Vec<Argument>,
    positions: HashMap<(Sort, SmolStr), usize>,
}

/// A block at the top of a file.
#[derive(Debug)]
pub(crate) struct Declaration {
    /// First label, of resources and data sources: their type.
    pub(crate) kind: SmolStr,
    pub(crate) name: SmolStr,
    pub(crate) place: Place,
    pub(crate) body: Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    Variable,
    Output,
    Module,
    Resource,
    Data,
    Local,
}

impl Configuration {
    /// The position of a declaration; resources and data sources by `type.name`.
    pub(crate) fn position(&self, sort: Sort, name: &str) -> Option<usize> {
        self.positions.get(&(sort, SmolStr::new(name))).copied()
    }

    pub(crate) fn declaration(&self, sort: Sort, name: &str) -> Option<&Declaration> {
        self.of(sort).get(self.position(sort, name)?)
    }

    pub(crate) fn local(&self, name: &str) -> Option<&Expr> {
        Some(&self.locals.get(self.position(Sort::Local, name)?)?.value)
    }

    fn of(&self, sort: Sort) -> &[Declaration] {
        match sort {
            Sort::Variable => &self.variables,
            Sort::Output => &self.outputs,
            Sort::Module => &self.modules,
            Sort::Resource => &self.resources,
            Sort::Data => &self.data,
            Sort::Local => &[],
        }
    }

    fn of_mut(&mut self, sort: Sort) -> Option<&mut Vec<Declaration>> {
        match sort {
            Sort::Variable => Some(&mut self.variables),
            Sort::Output => Some(&mut self.outputs),
            Sort::Module => Some(&mut self.modules),
            Sort::Resource => Some(&mut self.resources),
            Sort::Data => Some(&mut self.data),
            Sort::Local => None,
        }
    }
}

/// Whether a file name (without folders) is one that Terraform or `OpenTofu` reads.
#[must_use]
pub fn is_configuration(name: &str) -> bool {
    let read = [".tf", ".tf.json", ".tofu", ".tofu.json"];
    !name.starts_with('.') && !name.starts_with('#') && read.iter().any(|end| name.ends_with(end))
}

/// Reads the module in `folder`. What is not readable is a diagnostic.
pub(crate) fn read_module(
    folder: &str,
    files: &dyn ModuleFiles,
    diagnostics: &mut Vec<Diagnostic>,
) -> Configuration {
    let mut names: Vec<String> =
        files.list(folder).into_iter().filter(|name| is_configuration(name)).collect();
    names.sort();
    // A `.tofu` file stands in for the `.tf` file of the same name.
    let shadowed: Vec<String> = names.iter().filter_map(|name| shadow(name)).collect();
    names.retain(|name| !shadowed.contains(name));
    names.sort_by_key(|name| is_override(name));
    let mut configuration = Configuration { folder: folder.to_owned(), ..Default::default() };
    if names.len() > FILES {
        let message =
            format!("`{folder}` has more than {FILES} files of Terraform; the rest is not read");
        diagnostics.push(Diagnostic::error(Place::default(), message));
        names.truncate(FILES);
    }
    for name in names {
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        match read_file(&path, files, diagnostics) {
            Ok((file, body)) => {
                configuration.files.push(file);
                for section in body.blocks {
                    add(&mut configuration, section, is_override(&name), diagnostics);
                }
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    configuration
}

/// Whether a file is of the JSON form, as Terraform tells it: by the end of its name.
pub(crate) fn is_json(path: &str) -> bool {
    path.strip_suffix(".json").is_some()
}

fn shadow(name: &str) -> Option<String> {
    let (stem, end) = name.rsplit_once(".tofu")?;
    (end.is_empty() || end == ".json").then(|| format!("{stem}.tf{end}"))
}

/// Whether the blocks of a file change those of others instead of standing beside them.
fn is_override(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    stem == "override" || stem.ends_with("_override")
}

/// Reads a file of either form.
fn read_file(
    path: &str,
    files: &dyn ModuleFiles,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(FileId, Body), Diagnostic> {
    let file = files
        .read(path)
        .map_err(|error: ReadError| Diagnostic::error(Place::default(), error.to_string()))?;
    let source = files.sources().get(file);
    let body = if is_json(path) {
        read_document(&json(file, &source.text)?)
    } else {
        read_blocks(file, &source.text, diagnostics)?
    };
    Ok((file, body))
}

/// Reads a file of JSON.
pub(crate) fn json(file: FileId, text: &str) -> Result<source_text::Node, Diagnostic> {
    let limits = Limits { nodes: 500_000, ..Limits::default() };
    match parse_json(file, text, &limits) {
        Ok(mut parsed) if !parsed.documents.is_empty() => Ok(parsed.documents.swap_remove(0)),
        Ok(_) => Ok(source_text::Node::new(Place::whole(file), Kind::Null)),
        Err(error) => Err(Diagnostic::error(error.place(), error.to_string())),
    }
}

fn add(
    configuration: &mut Configuration,
    section: Section,
    is_override: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let sort = match section.kind.as_str() {
        "resource" => Sort::Resource,
        "data" => Sort::Data,
        "variable" => Sort::Variable,
        "output" => Sort::Output,
        "module" => Sort::Module,
        "locals" => {
            add_locals(configuration, section.body, diagnostics);
            return;
        }
        "provider" => {
            let [kind] = section.labels.as_slice() else { return };
            configuration.providers.push(Declaration {
                kind: kind.clone(),
                name: section.body.text("alias").cloned().unwrap_or_default(),
                place: section.place,
                body: section.body,
            });
            return;
        }
        // `terraform`, `moved`, `removed`, `import`, `check`: nothing that is deployed.
        _ => return,
    };
    let (kind, name) = match (sort, section.labels.as_slice()) {
        (Sort::Resource | Sort::Data, [kind, name]) => (kind.clone(), name.clone()),
        (Sort::Variable | Sort::Output | Sort::Module, [name]) => {
            (SmolStr::default(), name.clone())
        }
        _ => {
            let message = format!("a `{}` block has another number of labels", section.kind);
            diagnostics.push(Diagnostic::error(section.place, message));
            return;
        }
    };
    let key = match sort {
        Sort::Resource | Sort::Data => smol_str::format_smolstr!("{kind}.{name}"),
        _ => name.clone(),
    };
    let declaration = Declaration { kind, name, place: section.place, body: section.body };
    let known = configuration.position(sort, &key);
    let Some(list) = configuration.of_mut(sort) else { return };
    match known.and_then(|position| list.get_mut(position)) {
        Some(first) if is_override => merge(&mut first.body, declaration.body),
        Some(_) => {
            let message = format!("`{key}` is declared twice; references go to the first");
            diagnostics.push(Diagnostic::warning(declaration.place, message));
            list.push(declaration);
        }
        None => {
            list.push(declaration);
            let position = list.len() - 1;
            configuration.positions.insert((sort, key), position);
        }
    }
}

/// Arguments and blocks of an override file replace those of the same name.
fn merge(body: &mut Body, over: Body) {
    for argument in over.arguments {
        match body.arguments.iter_mut().find(|it| it.name == argument.name) {
            Some(old) => *old = argument,
            None => body.arguments.push(argument),
        }
    }
    body.blocks.retain(|old| !over.blocks.iter().any(|block| block.kind == old.kind));
    body.blocks.extend(over.blocks);
}

fn add_locals(configuration: &mut Configuration, body: Body, diagnostics: &mut Vec<Diagnostic>) {
    for argument in body.arguments {
        let key = (Sort::Local, argument.name.clone());
        if configuration.positions.contains_key(&key) {
            let message = format!("`local.{}` is declared twice; the first counts", argument.name);
            diagnostics.push(Diagnostic::warning(argument.place, message));
            continue;
        }
        configuration.positions.insert(key, configuration.locals.len());
        configuration.locals.push(argument);
    }
}
