//! `package.json`: the application's own, and those of installed packages.

use component::{
    Component, ComponentKind, Ecosystem, EvidenceKind, FileRole, Format, Inventory, Origin,
    OriginKind, RemarkKind, Requirement, Scope, Script, line_of, read_document,
};
use source_text::Node;

use crate::{Reader, installed, is, is_exact, is_name, origin, pairs, split_name, text};

/// Scripts that a package manager runs when it installs a package.
const INSTALL_SCRIPTS: [&str; 4] = ["preinstall", "install", "postinstall", "prepare"];

/// The kinds of dependencies of a manifest, with for whom they are.
pub(crate) const KINDS: [(&str, Scope); 4] = [
    ("dependencies", Scope::Runtime),
    ("devDependencies", Scope::Development),
    ("optionalDependencies", Scope::Optional),
    ("peerDependencies", Scope::Peer),
];

pub(crate) fn read(path: &str, bytes: &[u8], reader: &mut Reader, into: &mut Inventory) {
    let place = installed::place_of(path);
    if place == installed::Place::Inside && !speaks_of_a_package(bytes) {
        // `{"type": "module"}` beside code says nothing about packages.
        return;
    }
    let Some(root) = read_document(path, bytes, Format::Json, into) else { return };
    if root.as_map().is_none() {
        return into.remark(
            path,
            line_of(root.place),
            RemarkKind::Unread,
            "the manifest is no mapping",
        );
    }
    match place {
        installed::Place::Package { folder, name } => {
            let package = component_of(path, &root, Some(&name), into);
            reader.installed.insert(folder, installed::Package::new(package, requirements(&root)));
        }
        installed::Place::Inside => {
            // A package that another one carries along; Node.js does not find it by its name.
            if text(&root, "name").is_some_and(is_name) && text(&root, "version").is_some() {
                let mut package = component_of(path, &root, None, into);
                package.origin = Origin::of(OriginKind::Bundled);
                into.add(package);
            }
        }
        installed::Place::Application => read_application(path, &root, reader, into),
    }
}

/// Whether the bytes name a package; spares reading thousands of files that do not.
fn speaks_of_a_package(bytes: &[u8]) -> bool {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    has(b"\"version\"") && has(b"\"name\"")
}

/// The component that a manifest in `node_modules` describes.
fn component_of(
    path: &str,
    root: &Node,
    folder_name: Option<&str>,
    into: &mut Inventory,
) -> Component {
    let said = text(root, "name").filter(|name| is_name(name));
    if said.is_none() {
        let what = "the manifest names no package; the name of its folder is taken";
        into.remark(path, line_of(root.place), RemarkKind::Odd, what);
    }
    // An alias is installed under another name than its own.
    let name = said.or(folder_name).unwrap_or_default();
    let line = root.get("name").map_or(root.place, |node| node.place);
    let version = root.get("version").and_then(Node::scalar_text);
    let mut component = Component::new(
        Ecosystem::Npm,
        name,
        version.map(|version| version.to_string()),
    )
    .seen(path, line_of(line), EvidenceKind::Installed);
    component.licences = licences(root);
    component.scripts = scripts(root);
    // npm before 7 wrote these into installed manifests.
    let resolved = text(root, "_resolved");
    component.origin = resolved.map_or(Origin::of(OriginKind::Unknown), origin);
    component.digests = text(root, "_integrity").map(crate::integrity).unwrap_or_default();
    component.deprecated = text(root, "deprecated").map(str::to_owned);
    component
}

pub(crate) fn scripts(root: &Node) -> Vec<Script> {
    let found = INSTALL_SCRIPTS.iter().filter_map(|name| {
        // `prepare` runs for packages out of repositories only; of a published one it has run.
        let command = root.at(&["scripts", name])?.as_str()?;
        (*name != "prepare")
            .then(|| Script { name: (*name).to_owned(), command: Some(command.to_owned()) })
    });
    let mut scripts: Vec<Script> = found.collect();
    if scripts.is_empty() && is(root, "gypfile") {
        scripts.push(Script {
            name: "install".to_owned(),
            command: Some("node-gyp rebuild".to_owned()),
        });
    }
    scripts
}

/// `license`, as text or `{type}`, and the older list `licenses`.
fn licences(root: &Node) -> Vec<String> {
    let one = |node: &Node| node.as_str().or_else(|| text(node, "type")).map(str::to_owned);
    let old = root.get("licenses").and_then(Node::as_list).unwrap_or_default();
    root.get("license").into_iter().chain(old).filter_map(one).collect()
}

/// What a manifest asks for, unresolved.
pub(crate) fn requirements(root: &Node) -> Vec<Requirement> {
    let mut requirements: Vec<Requirement> = Vec::new();
    for (key, scope) in KINDS {
        for (name, range) in pairs(root, key) {
            let range = range.as_str().unwrap_or_default();
            let may_lack = scope == Scope::Peer
                && root
                    .at(&["peerDependenciesMeta", name])
                    .is_some_and(|meta| is(meta, "optional"));
            let scope = if may_lack { Scope::Optional } else { scope };
            // npm lets `optionalDependencies` win over `dependencies`.
            if scope == Scope::Optional {
                requirements.retain(|known| known.name != name);
            }
            requirements.push(Requirement { scope, ..Requirement::new(name, range) });
        }
    }
    requirements
}

/// The application itself: a project, and what it wishes.
fn read_application(path: &str, root: &Node, reader: &mut Reader, into: &mut Inventory) {
    let wishes = requirements(root);
    let name = text(root, "name").unwrap_or_default();
    if wishes.is_empty() && name.is_empty() {
        return;
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = folder.rsplit('/').next().unwrap_or(folder);
    let shown = [name, folder, "application"].into_iter().find(|name| !name.is_empty());
    let version = text(root, "version").map(str::to_owned);
    let mut project = Component::new(Ecosystem::Npm, shown.unwrap_or_default(), version).seen(
        path,
        Some(1),
        EvidenceKind::Manifest,
    );
    project.kind = ComponentKind::Project;
    project.scope = Scope::Runtime;
    project.licences = licences(root);
    let Some(id) = into.add(project) else { return };
    into.file(path, FileRole::Manifest);
    reader.lock_gaps.manifests.push((path.to_owned(), id));
    for requirement in wishes {
        let table = KINDS.iter().find_map(|(key, _)| root.at(&[key, &requirement.name]));
        let line = table.and_then(|node| line_of(node.place));
        let mut wish = wish(&requirement).seen(path, line, EvidenceKind::Manifest);
        wish.scope = requirement.scope;
        wish.direct = true;
        let to = into.add(wish);
        into.require(id, Requirement { to, ..requirement });
    }
}

/// The component that a dependency of a manifest stands for.
fn wish(requirement: &Requirement) -> Component {
    let range = requirement.range.trim();
    // `npm:real@1.0.0` installs another package under this name.
    let alias = range.strip_prefix("npm:").map(|rest| split_name(rest).unwrap_or((rest, "")));
    let (name, range) = alias.unwrap_or((&requirement.name, range));
    let version =
        is_exact(range.trim_start_matches('=')).then(|| range.trim_start_matches('=').to_owned());
    let mut component = Component::new(Ecosystem::Npm, name, version);
    component.wanted = Some(range.to_owned());
    component.origin = match range {
        // `owner/name` is a repository at GitHub.
        range if is_short_repository(range) => origin(&format!("github:{range}")),
        range => origin(range),
    };
    component
}

fn is_short_repository(range: &str) -> bool {
    let bare = range.split('#').next().unwrap_or(range);
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    !bare.starts_with('.')
        && bare.split_once('/').is_some_and(|(owner, name)| plain(owner) && plain(name))
}
