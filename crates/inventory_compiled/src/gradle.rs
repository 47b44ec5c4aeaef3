//! `gradle.lockfile`: `group:artifact:version=configuration,…`, and what a `build.gradle` asks for as far as
//! it says so in texts.
//!
//! Source: Gradle's "Locking versions" and "Declaring dependencies".

use std::collections::BTreeMap;

use component::{
    Component, ComponentKind, Ecosystem, EvidenceKind, FileRole, Inventory, Origin, OriginKind,
    RemarkKind, Requirement, Scope, read_text,
};

use crate::{folder_of, line};

/// Longest text that variables make.
const LONGEST: usize = 1_000;

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    into.file(path, FileRole::Lock);
    for (place, text) in text.lines().enumerate().map(|(place, text)| (place, text.trim())) {
        if text.is_empty() || text.starts_with('#') || text.starts_with("empty=") {
            continue;
        }
        let (package, configurations) = text.split_once('=').unwrap_or((text, ""));
        let parts: Vec<&str> = package.split(':').collect();
        let [group, artifact, version] = parts.as_slice() else {
            let what = "the line is no `group:artifact:version`; it is left out";
            into.remark(path, line(place), RemarkKind::Partial, what);
            continue;
        };
        let version = Some((*version).to_owned());
        let mut component = Component::new(
            Ecosystem::Maven,
            format!("{group}:{artifact}"),
            version,
        )
        .seen(path, line(place), EvidenceKind::Lock);
        let older = path.rsplit('/').next().and_then(|file| file.strip_suffix(".lockfile"));
        // Before Gradle 7, a file for each configuration, which is called like it.
        let older = older.filter(|_| path.contains("dependency-locks/")).unwrap_or_default();
        component.scope = scope(if configurations.is_empty() { older } else { configurations });
        component.origin = Origin::of(OriginKind::Registry);
        if into.add(component).is_none() {
            return;
        }
    }
}

fn scope(configurations: &str) -> Scope {
    let mut names = configurations.split(',').map(str::trim).filter(|name| !name.is_empty());
    if names.clone().any(|name| matches!(name, "runtimeClasspath" | "productionRuntimeClasspath")) {
        Scope::Runtime
    } else if configurations.is_empty() {
        Scope::Unknown
    } else if names.all(|name| name.starts_with("test") || name.ends_with("Processor")) {
        Scope::Development
    } else {
        Scope::Unknown
    }
}

/// A `build.gradle` or `build.gradle.kts`.
pub(crate) fn read_build(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(text) = read_text(path, bytes, into) else { return };
    let folder = folder_of(path).rsplit('/').next().filter(|name| !name.is_empty());
    let mut project = Component::new(Ecosystem::Maven, folder.unwrap_or("application"), None).seen(
        path,
        Some(1),
        EvidenceKind::Manifest,
    );
    project.kind = ComponentKind::Project;
    let Some(project) = into.add(project) else { return };
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    for (place, text) in text.lines().enumerate() {
        let text = text.trim();
        if text.starts_with("//") || text.starts_with('*') {
            continue;
        }
        let texts = texts(text);
        if let Some(name) = variable(text)
            && let [value] = texts.as_slice()
        {
            variables.insert(name.to_owned(), value.clone());
            continue;
        }
        let verb = text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let Some(scope) = scope_of_verb(verb) else { continue };
        let Some((name, wanted)) = coordinates(text, &texts) else { continue };
        let wanted = fill(&wanted, &variables);
        let is_exact = wanted.starts_with(|c: char| c.is_ascii_digit()) && !wanted.contains('+');
        let version = is_exact.then(|| wanted.clone());
        let mut wish = Component::new(Ecosystem::Maven, fill(&name, &variables), version).seen(
            path,
            line(place),
            EvidenceKind::Manifest,
        );
        wish.wanted = Some(wanted.clone());
        wish.direct = true;
        wish.scope = scope;
        wish.origin = Origin::of(OriginKind::Registry);
        let name = wish.name.clone();
        let Some(id) = into.add(wish) else { return };
        into.require(project, Requirement { scope, ..Requirement::resolved(name, wanted, id) });
    }
}

/// For whom a configuration is; `None` when the word is none.
fn scope_of_verb(verb: &str) -> Option<Scope> {
    Some(match verb {
        "implementation" | "api" | "runtimeOnly" | "compile" | "runtime" => Scope::Runtime,
        "compileOnly" | "compileOnlyApi" | "providedCompile" => Scope::Peer,
        "testImplementation"
        | "testRuntimeOnly"
        | "testCompileOnly"
        | "testCompile"
        | "annotationProcessor"
        | "kapt"
        | "ksp"
        | "testAnnotationProcessor"
        | "androidTestImplementation" => Scope::Development,
        _ => return None,
    })
}

/// `group:artifact` and version, of one text or of `group: 'g', name: 'a', version: 'v'`.
fn coordinates(line: &str, texts: &[String]) -> Option<(String, String)> {
    if let [group, artifact, rest @ ..] = texts
        && line.contains("name")
        && !group.contains(':')
    {
        return Some((format!("{group}:{artifact}"), rest.first().cloned().unwrap_or_default()));
    }
    // `g:a:v:classifier@ending`; a project or file of the same build has no colon within.
    let whole = texts.first()?.split('@').next()?;
    let mut parts = whole.split(':').filter(|part| !part.is_empty());
    let (group, artifact) = (parts.next()?, parts.next()?);
    if line.contains("project(") {
        return None;
    }
    Some((format!("{group}:{artifact}"), parts.next().unwrap_or_default().to_owned()))
}

/// `def v = "1"`, `val v = "1"`, `ext.v = '1'`, `v = '1'`.
fn variable(text: &str) -> Option<&str> {
    let (name, _) = text.split_once('=')?;
    let name = name.trim().trim_start_matches("ext.");
    let name = name.rsplit(' ').next().unwrap_or(name);
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain.then_some(name)
}

/// Texts in quotes.
fn texts(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut open: Option<(char, String)> = None;
    for c in line.chars() {
        match (&mut open, c) {
            (None, '"' | '\'') => open = Some((c, String::new())),
            (None, _) => {}
            (Some((quote, _)), c) if *quote == c => all.extend(open.take().map(|(_, text)| text)),
            (Some((_, text)), c) => text.push(c),
        }
    }
    all
}

/// Puts variables in (`$v`, `${v}`); those that are not known stay.
fn fill(text: &str, variables: &BTreeMap<String, String>) -> String {
    let Some((before, rest)) = text.split_once('$') else { return text.to_owned() };
    let braced = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let (name, after) = braced.unwrap_or_else(|| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        rest.split_at(end.unwrap_or(rest.len()))
    });
    match variables.get(name) {
        Some(value) if text.len() + value.len() <= LONGEST => format!("{before}{value}{after}"),
        _ => text.to_owned(),
    }
}
