//! `go.mod` and `go.sum`. Source: the Go Modules Reference.

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Component, ComponentKind, Ecosystem, EvidenceKind, Inventory, Origin, OriginKind, RemarkKind,
    Requirement, Scope, read_text,
};

use crate::{folder_of, line};

/// What replaces a module: another one, or a folder.
struct Replacement {
    /// Only this version, when it is named.
    version: Option<String>,
    path: String,
    by: Option<String>,
}

/// A module that is required.
struct Required {
    path: String,
    version: String,
    indirect: bool,
    line: Option<u32>,
}

pub(crate) fn read_mod(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let mut name = String::from("application");
    let mut required = Vec::new();
    let mut replaced: BTreeMap<String, Vec<Replacement>> = BTreeMap::new();
    let mut block: Option<String> = None;
    for (place, whole) in text.lines().enumerate() {
        let (code, comment) = whole.split_once("//").unwrap_or((whole, ""));
        let mut words: Vec<&str> = code.split_whitespace().map(|it| it.trim_matches('"')).collect();
        if words == [")"] {
            block = None;
            continue;
        }
        if block.is_none() && words.len() == 2 && words.last() == Some(&"(") {
            block = words.first().map(|word| (*word).to_owned());
            continue;
        }
        let verb = match &block {
            Some(verb) => verb.clone(),
            None if words.is_empty() => continue,
            None => words.remove(0).to_owned(),
        };
        match (verb.as_str(), words.as_slice()) {
            ("module", [module, ..]) => (*module).clone_into(&mut name),
            ("require", [module, version]) => required.push(Required {
                path: (*module).to_owned(),
                version: (*version).to_owned(),
                indirect: comment.trim() == "indirect" || comment.trim().starts_with("indirect;"),
                line: line(place),
            }),
            ("replace", [module, rest @ ..]) => match replacement(rest) {
                Some(by) => replaced.entry((*module).to_owned()).or_default().push(by),
                None => odd(path, place, whole, into),
            },
            ("require", [_, ..]) => odd(path, place, whole, into),
            _ => {}
        }
    }
    add(path, &name, required, &replaced, into);
}

fn odd(path: &str, place: usize, text: &str, into: &mut Inventory) {
    let what = format!("`{}` is no requirement or replacement; it is left out", text.trim());
    into.remark(path, line(place), RemarkKind::Partial, what);
}

/// `[v1.2.3] => path [v1.2.3]`.
fn replacement(words: &[&str]) -> Option<Replacement> {
    let arrow = words.iter().position(|word| *word == "=>")?;
    let version = words.get(..arrow)?.first().map(|it| (*it).to_owned());
    let mut target = words.get(arrow + 1..)?.iter();
    let path = (*target.next()?).to_owned();
    Some(Replacement { version, path, by: target.next().map(|it| (*it).to_owned()) })
}

fn add(
    path: &str,
    name: &str,
    required: Vec<Required>,
    replaced: &BTreeMap<String, Vec<Replacement>>,
    into: &mut Inventory,
) {
    let mut project =
        Component::new(Ecosystem::Go, name, None).seen(path, Some(1), EvidenceKind::Manifest);
    project.kind = ComponentKind::Project;
    let Some(project) = into.add(project) else { return };
    for module in required {
        let by = replaced.get(&module.path).and_then(|all| {
            all.iter().find(|it| it.version.as_deref().is_none_or(|only| only == module.version))
        });
        let (found, version, origin) = match by {
            None => (&module.path, Some(module.version.clone()), Origin::of(OriginKind::Registry)),
            Some(Replacement { path, by: Some(version), .. }) => {
                (path, Some(version.clone()), Origin::of(OriginKind::Registry))
            }
            // A folder takes the place of the module, whatever version it is.
            Some(Replacement { path, by: None, .. }) => {
                (&module.path, None, Origin::at(OriginKind::Path, path))
            }
        };
        let mut component = Component::new(Ecosystem::Go, found, version).seen(
            path,
            module.line,
            EvidenceKind::Lock,
        );
        component.origin = origin;
        component.direct = !module.indirect;
        component.wanted = Some(module.version.clone());
        component.scope = Scope::Runtime;
        let Some(id) = into.add(component) else { return };
        into.require(project, Requirement::resolved(module.path, module.version, id));
    }
}

/// The modules that each `go.sum` vouches for, by folder.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    by_folder: BTreeMap<String, BTreeSet<(String, String)>>,
}

impl Sums {
    pub(crate) fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let Some(text) = read_text(path, bytes, into) else { return };
        let known = self.by_folder.entry(folder_of(path).to_owned()).or_default();
        for (place, text) in text.lines().enumerate() {
            match text.split_whitespace().collect::<Vec<_>>().as_slice() {
                [] => {}
                [module, version, sum] if sum.starts_with("h1:") => {
                    // The sum of a `go.mod` alone does not vouch for the module's files.
                    if !version.ends_with("/go.mod") {
                        known.insert(((*module).to_owned(), (*version).to_owned()));
                    }
                }
                _ => {
                    let what = "the line is no module, version and sum; it is left out";
                    into.remark(path, line(place), RemarkKind::Partial, what);
                }
            }
        }
    }

    pub(crate) fn finish(self, into: &mut Inventory) {
        let mut missing = Vec::new();
        for component in &into.components {
            let (Some(seen), Some(version)) = (component.evidence.first(), &component.version)
            else {
                continue;
            };
            let is_required = component.ecosystem == Some(Ecosystem::Go)
                && seen.path.ends_with("go.mod")
                && component.direct;
            let Some(known) = self.by_folder.get(folder_of(&seen.path)) else { continue };
            if is_required && !known.contains(&(component.name.clone(), version.clone())) {
                missing.push((seen.path.clone(), seen.line, component.name.clone()));
            }
        }
        for (path, line, name) in missing {
            let what = format!("`go.sum` has no sum of `{name}`; its files are not checked");
            into.remark(&path, line, RemarkKind::Odd, what);
        }
    }
}
