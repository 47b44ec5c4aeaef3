//! `*.gemspec`: of the gem whose source stands here, and those that `RubyGems` writes for every gem that
//! it installs.
//!
//! Source: `Gem::Specification#to_ruby` of rubygems/rubygems.

use component::{
    Component, ComponentId, ComponentKind, Ecosystem, EvidenceKind, Inventory, Origin, OriginKind,
    RemarkKind, Requirement, Scope, Script, read_text,
};

use crate::{
    line,
    ruby::{Statement, Token, statements},
};

/// Most requirements of one gem.
const MOST_REQUIREMENTS: usize = 1_000;

pub(crate) fn read_source(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let spec = Spec::of(&text);
    let name = spec.name.clone().unwrap_or_else(|| file_name(path).to_owned());
    let version = spec.version.clone();
    let mut project = Component::new(Ecosystem::RubyGems, name, version).seen(
        path,
        Some(1),
        EvidenceKind::Manifest,
    );
    project.kind = ComponentKind::Project;
    project.licences.clone_from(&spec.licences);
    let Some(project) = into.add(project) else { return };
    for (place, asked) in spec.requires {
        let mut wish = Component::new(Ecosystem::RubyGems, &*asked.name, None).seen(
            path,
            line(place),
            EvidenceKind::Manifest,
        );
        wish.wanted = Some(asked.range.clone());
        wish.direct = true;
        wish.scope = asked.scope;
        wish.origin = Origin::of(OriginKind::Registry);
        let Some(id) = into.add(wish) else { return };
        into.require(project, Requirement { to: Some(id), ..asked });
    }
}

/// An installed gem; what it asks for is led to others when all are known.
pub(crate) fn read_installed(
    path: &str,
    bytes: &[u8],
    into: &mut Inventory,
) -> Option<ComponentId> {
    let text = read_text(path, bytes, into)?;
    let spec = Spec::of(&text);
    let (from_file, version) = split(file_name(path));
    let (name, version) = match (spec.name, spec.version) {
        (Some(name), Some(version)) => (name, Some(version)),
        (name, found) => {
            let what = "the specification names no gem and version; the name of the file is taken";
            into.remark(path, None, RemarkKind::Odd, what);
            (name.unwrap_or(from_file), found.or(version))
        }
    };
    let mut gem = Component::new(Ecosystem::RubyGems, name, version).seen(
        path,
        Some(1),
        EvidenceKind::Installed,
    );
    gem.licences = spec.licences;
    gem.scripts = spec.extensions;
    gem.scope = Scope::Runtime;
    gem.origin = Origin::of(OriginKind::Registry);
    let runs = spec.requires.into_iter().filter(|(_, it)| it.scope != Scope::Development);
    gem.requires = runs.map(|(_, asked)| asked).collect();
    into.add(gem)
}

fn file_name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".gemspec").unwrap_or(file)
}

/// `name-1.0-x86_64-linux`: the version is the first part that begins with a digit.
fn split(stem: &str) -> (String, Option<String>) {
    let parts: Vec<&str> = stem.split('-').collect();
    let at = parts.iter().skip(1).position(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    match at {
        Some(at) => {
            let name = parts.get(..=at).unwrap_or_default().join("-");
            (name, parts.get(at + 1).map(|it| (*it).to_owned()))
        }
        None => (stem.to_owned(), None),
    }
}

/// What a specification says.
#[derive(Default)]
struct Spec {
    name: Option<String>,
    version: Option<String>,
    licences: Vec<String>,
    extensions: Vec<Script>,
    /// With their lines, counted from zero.
    requires: Vec<(usize, Requirement)>,
}

impl Spec {
    fn of(text: &str) -> Self {
        let mut spec = Self::default();
        for statement in statements(text) {
            spec.take(&statement);
        }
        spec
    }

    fn take(&mut self, statement: &Statement) {
        // `if` before a statement of the same line says for which Ruby it holds.
        let Some((variable, verb)) = statement.verb().split_once('.') else { return };
        if variable.is_empty() {
            return;
        }
        let texts = statement.texts();
        let assigned = statement.tokens.get(1) == Some(&Token::Mark('='));
        let value = || texts.first().map(|it| (*it).to_owned());
        match verb {
            "name" if assigned => self.name = self.name.take().or_else(value),
            // `Gem::Version.new("1.0")` has the text, too; a constant has none.
            "version" if assigned => self.version = self.version.take().or_else(value),
            "license" | "licenses" if assigned => {
                self.licences.extend(texts.iter().map(|it| (*it).to_owned()));
            }
            "extensions" if assigned => {
                let scripts =
                    texts.iter().map(|it| Script { name: (*it).to_owned(), command: None });
                self.extensions.extend(scripts);
            }
            "add_dependency" | "add_runtime_dependency" | "add_development_dependency" => {
                let Some((name, ranges)) = texts.split_first() else { return };
                let scope = match verb {
                    "add_development_dependency" => Scope::Development,
                    _ => Scope::Runtime,
                };
                let range = if ranges == [">= 0"] { String::new() } else { ranges.join(", ") };
                let asked = Requirement { scope, ..Requirement::new(*name, range) };
                // Old specifications say everything three times, for three Rubies.
                let known = self.requires.iter().any(|(_, other)| *other == asked);
                if !known && self.requires.len() < MOST_REQUIREMENTS {
                    self.requires.push((statement.line, asked));
                }
            }
            _ => {}
        }
    }
}
