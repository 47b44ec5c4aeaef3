//! `go.mod`, `go.sum` and `vendor/modules.txt`. Source: the Go Modules Reference.

use std::collections::{BTreeMap, BTreeSet};

use component::{
    Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, FileRole, Inventory,
    Origin, OriginKind, RemarkKind, Requirement, Scope, read_text,
};

use crate::{folder_of, line};

/// Most replacements of one module, each for another version.
const MOST_REPLACEMENTS: usize = 100;

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

/// What a `go.mod` says.
#[derive(Default)]
struct Said {
    name: Option<String>,
    required: Vec<Required>,
    replaced: BTreeMap<String, Vec<Replacement>>,
    excluded: BTreeSet<(String, String)>,
}

fn parse_mod(path: &str, text: &str, into: &mut Inventory) -> Said {
    let mut said = Said::default();
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
            ("module", [module, ..]) => said.name = Some((*module).to_owned()),
            ("require", [module, version]) => said.required.push(Required {
                path: (*module).to_owned(),
                version: (*version).to_owned(),
                indirect: comment.trim() == "indirect" || comment.trim().starts_with("indirect;"),
                line: line(place),
            }),
            ("replace", [module, rest @ ..]) => match replacement(rest) {
                Some(by) => {
                    let known = said.replaced.entry((*module).to_owned()).or_default();
                    if known.len() < MOST_REPLACEMENTS {
                        known.push(by);
                    }
                }
                None => odd(path, place, whole, into),
            },
            ("exclude", [module, version]) => {
                said.excluded.insert(((*module).to_owned(), (*version).to_owned()));
            }
            ("require" | "exclude", [_, ..]) => odd(path, place, whole, into),
            _ => {}
        }
    }
    said
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

fn add(path: &str, said: Said, into: &mut Inventory) {
    let Said { name, required, replaced, excluded } = said;
    let name = name.as_deref().unwrap_or("application");
    let mut project =
        Component::new(Ecosystem::Go, name, None).seen(path, Some(1), EvidenceKind::Manifest);
    project.kind = ComponentKind::Project;
    let Some(project) = into.add(project) else { return };
    for module in required {
        let by = replaced.get(&module.path).and_then(|all| {
            all.iter().find(|it| it.version.as_deref().is_none_or(|only| only == module.version))
        });
        if by.is_none() && excluded.contains(&(module.path.clone(), module.version.clone())) {
            let what = format!("`{}` {} is required and excluded", module.path, module.version);
            into.remark(path, module.line, RemarkKind::Odd, what);
        }
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

/// What `go.sum` vouches for, by folder: the sum of each module and version.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    sums: BTreeMap<String, BTreeMap<(String, String), String>>,
}

impl Modules {
    #[expect(clippy::unused_self, reason = "files of one language are read in one place")]
    pub(crate) fn read_mod(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let Some(text) = read_text(path, bytes, into) else { return };
        into.file(path, FileRole::Manifest);
        let said = parse_mod(path, &text, into);
        add(path, said, into);
    }

    pub(crate) fn read_sum(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let Some(text) = read_text(path, bytes, into) else { return };
        into.file(path, FileRole::Lock);
        let known = self.sums.entry(folder_of(path).to_owned()).or_default();
        for (place, text) in text.lines().enumerate() {
            match text.split_whitespace().collect::<Vec<_>>().as_slice() {
                [] => {}
                [module, version, sum] if sum.starts_with("h1:") => {
                    // The sum of a `go.mod` alone does not vouch for the module's files.
                    if !version.ends_with("/go.mod") {
                        let key = ((*module).to_owned(), (*version).to_owned());
                        known.insert(key, (*sum).to_owned());
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
        for component in &mut into.components {
            let (Some(seen), Some(version)) = (component.evidence.first(), &component.version)
            else {
                continue;
            };
            let is_required =
                component.ecosystem == Some(Ecosystem::Go) && seen.path.ends_with("go.mod");
            let Some(known) = self.sums.get(folder_of(&seen.path)).filter(|_| is_required) else {
                continue;
            };
            match known.get(&(component.name.clone(), version.clone())) {
                Some(sum) => component.digests.extend(Digest::parse_go(sum)),
                // The sums of what is needed for its own tests only are not there.
                None if component.direct && component.kind == ComponentKind::Library => {
                    missing.push((seen.path.clone(), seen.line, component.name.clone()));
                }
                None => {}
            }
        }
        for (path, line, name) in missing {
            let what = format!("`go.sum` has no sum of `{name}`; its files are not checked");
            into.remark(&path, line, RemarkKind::Odd, what);
        }
    }
}

/// `# module version [=> module version]`, then the packages that were copied.
pub(crate) fn read_vendor(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let mut last: Option<ComponentId> = None;
    for (place, text) in text.lines().enumerate() {
        if let Some(marks) = text.strip_prefix("## ") {
            let is_direct = marks.split(';').any(|mark| mark.trim() == "explicit");
            if let Some(component) = last.and_then(|id| into.components.get_mut(id)) {
                component.direct = is_direct;
            }
            continue;
        }
        let Some(text) = text.strip_prefix("# ") else { continue };
        let words: Vec<&str> = text.split_whitespace().collect();
        let (name, version, origin) = match words.as_slice() {
            [_, "=>", name, version] | [_, _, "=>", name, version] | [name, version] => {
                (*name, Some(*version), Origin::of(OriginKind::Registry))
            }
            [name, "=>", folder] | [name, _, "=>", folder] => {
                (*name, None, Origin::at(OriginKind::Path, folder))
            }
            _ => {
                let what = "the line is no module and version; it is left out";
                into.remark(path, line(place), RemarkKind::Partial, what);
                continue;
            }
        };
        let mut component = Component::new(Ecosystem::Go, name, version.map(str::to_owned)).seen(
            path,
            line(place),
            EvidenceKind::Installed,
        );
        component.origin = origin;
        component.scope = Scope::Runtime;
        last = into.add(component);
    }
}
