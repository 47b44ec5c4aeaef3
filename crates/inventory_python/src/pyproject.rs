//! `pyproject.toml`: what the application asks for, by the standard and by Poetry's table; `Pipfile`.

use component::{
    Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, FileRole, Format,
    IndexRole, Inventory, Origin, OriginKind, PackageIndex, RemarkKind, Requirement, Scope,
    SettingKind, line_of, read_document,
};
use source_text::Node;

use crate::{
    Wanted, address,
    locks::{items, poetry, text},
    requirement::pinned,
};

pub(crate) fn read(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
    let project = root.get("project");
    let tool = root.at(&["tool", "poetry"]);
    read_indexes(path, &root, into);
    let groups = root.get("dependency-groups");
    if project.is_none() && tool.is_none() && groups.is_none() {
        // Only settings of tools.
        return;
    }
    into.file(path, FileRole::Manifest);
    let word = |key: &str| {
        project.and_then(|node| text(node, key)).or_else(|| tool.and_then(|node| text(node, key)))
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = word("name").or_else(|| folder.rsplit('/').next()).filter(|name| !name.is_empty());
    let mut component = Component::new(
        Ecosystem::PyPI,
        name.unwrap_or("application"),
        word("version").map(str::to_owned),
    )
    .seen(path, Some(1), EvidenceKind::Manifest);
    component.kind = ComponentKind::Project;
    component.scope = Scope::Runtime;
    component.licences.extend(word("license").map(str::to_owned));
    let Some(id) = into.add(component) else { return };
    let mut manifest = Manifest { path, id, into };
    if let Some(project) = project {
        manifest.standard(items(project, "dependencies"), Scope::Runtime);
        for list in lists(project.get("optional-dependencies")) {
            manifest.standard(list, Scope::Optional);
        }
    }
    for list in lists(groups) {
        manifest.standard(list, Scope::Development);
    }
    if let Some(tool) = tool {
        manifest.poetry(tool.get("dependencies"), Scope::Runtime);
        manifest.poetry(tool.get("dev-dependencies"), Scope::Development);
        let groups = tool.get("group").and_then(Node::as_map);
        for (name, group) in groups.into_iter().flat_map(source_text::Map::iter) {
            let scope = if name == "main" { Scope::Runtime } else { Scope::Development };
            manifest.poetry(group.get("dependencies"), scope);
        }
    }
}

/// The manifest of Pipenv: a table for each kind of package, in the notation of Poetry.
pub(crate) fn read_pipfile(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Toml, into) else { return };
    into.file(path, FileRole::Manifest);
    read_sources(path, &root, into);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = folder.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("application");
    let mut component =
        Component::new(Ecosystem::PyPI, name, None).seen(path, Some(1), EvidenceKind::Manifest);
    component.kind = ComponentKind::Project;
    component.scope = Scope::Runtime;
    let Some(id) = into.add(component) else { return };
    let mut manifest = Manifest { path, id, into };
    manifest.poetry(root.get("packages"), Scope::Runtime);
    manifest.poetry(root.get("dev-packages"), Scope::Development);
}

/// The indexes of Pipenv: the first holds for all packages, others for those that name them.
pub(crate) fn read_sources(path: &str, root: &Node, into: &mut Inventory) {
    let sources = root.get("source").or_else(|| root.at(&["_meta", "sources"]));
    let sources = sources.and_then(Node::as_list).unwrap_or_default();
    for (number, source) in sources.iter().enumerate() {
        let Some(url) = text(source, "url") else { continue };
        let origin = Origin::at(OriginKind::Registry, url);
        let line = line_of(source.place);
        if source.get("verify_ssl").and_then(Node::as_bool) == Some(false) {
            let kind = SettingKind::UncheckedCertificate(origin.host.clone());
            into.setting(path, line, kind);
        }
        if address::is_default_index(&origin) && !origin.cleartext {
            continue;
        }
        let role = if number == 0 {
            IndexRole::Primary
        } else {
            IndexRole::Named(text(source, "name").unwrap_or_default().to_owned())
        };
        into.index(PackageIndex { role, origin, path: path.to_owned(), line });
    }
}

/// The lists of a table of lists.
fn lists(table: Option<&Node>) -> impl Iterator<Item = &[Node]> {
    let map = table.and_then(Node::as_map);
    map.into_iter().flat_map(source_text::Map::values).filter_map(Node::as_list)
}

struct Manifest<'a> {
    path: &'a str,
    id: ComponentId,
    into: &'a mut Inventory,
}

impl Manifest<'_> {
    fn standard(&mut self, wants: &[Node], scope: Scope) {
        for node in wants {
            let line = line_of(node.place);
            // `{include-group = "…"}` names a group that is read anyway.
            let Some(text) = node.as_str() else { continue };
            match Wanted::parse(text) {
                Ok(wanted) => {
                    let origin = match &wanted.url {
                        Some(url) => address::origin(url),
                        None => Origin::of(OriginKind::Registry),
                    };
                    let digests = wanted.url.as_deref().map(address::digests);
                    let requirement = Requirement {
                        scope,
                        condition: wanted.marker,
                        ..Requirement::new(wanted.name, wanted.range)
                    };
                    self.add(requirement, origin, digests.unwrap_or_default(), line);
                }
                Err(error) => {
                    self.into.remark(self.path, line, RemarkKind::Partial, error.to_string());
                }
            }
        }
    }

    fn poetry(&mut self, table: Option<&Node>, scope: Scope) {
        let map = table.and_then(Node::as_map);
        for (name, node) in map.into_iter().flat_map(source_text::Map::iter) {
            if name == "python" {
                continue;
            }
            for wanted in node.as_list().unwrap_or(std::slice::from_ref(node)) {
                let requirement = poetry::requirement(name, wanted);
                let scope = scope.min(requirement.scope);
                let origin = ["git", "url", "path", "file"].into_iter().find_map(|key| {
                    let address = text(wanted, key)?;
                    let kind = match key {
                        "git" => OriginKind::Git,
                        "url" => OriginKind::Url,
                        _ => OriginKind::Path,
                    };
                    let revision =
                        ["rev", "tag", "branch"].into_iter().find_map(|key| text(wanted, key));
                    Some(Origin::at(kind, address).with_revision(revision.map(str::to_owned)))
                });
                let origin = origin.unwrap_or(Origin::of(OriginKind::Registry));
                let line = line_of(wanted.place);
                self.add(Requirement { scope, ..requirement }, origin, Vec::new(), line);
            }
        }
    }

    fn add(
        &mut self,
        requirement: Requirement,
        origin: Origin,
        digests: Vec<Digest>,
        line: Option<u32>,
    ) {
        let version = pinned(&requirement.range).map(str::to_owned);
        let mut component = Component::new(Ecosystem::PyPI, &requirement.name, version).seen(
            self.path,
            line,
            EvidenceKind::Manifest,
        );
        component.scope = requirement.scope;
        component.direct = true;
        component.wanted = Some(requirement.range.clone());
        component.origin = origin;
        component.digests = digests;
        let to = self.into.add(component);
        self.into.require(self.id, Requirement { to, ..requirement });
    }
}

/// Indexes of uv, Poetry and PDM.
fn read_indexes(path: &str, root: &Node, into: &mut Inventory) {
    for (keys, always_named) in
        [(["uv", "index"], false), (["poetry", "source"], true), (["pdm", "source"], false)]
    {
        let [tool, table] = keys;
        let found = root.at(&["tool", tool, table]).and_then(Node::as_list).unwrap_or_default();
        for index in found {
            let Some(url) = text(index, "url") else { continue };
            let is = |key: &str| index.get(key).and_then(Node::as_bool) == Some(true);
            let name = text(index, "name").unwrap_or_default().to_owned();
            let explicit =
                is("explicit") || always_named && text(index, "priority") == Some("explicit");
            let role = if explicit {
                IndexRole::Named(name)
            } else if is("default") || text(index, "priority") == Some("primary") || name == "pypi"
            {
                IndexRole::Primary
            } else if tool == "uv" {
                IndexRole::First
            } else {
                IndexRole::Extra
            };
            let origin = Origin::at(OriginKind::Registry, url);
            if !address::is_default_index(&origin) {
                let (path, line) = (path.to_owned(), line_of(index.place));
                into.index(PackageIndex { role, origin, path, line });
            }
        }
    }
    let one = |key: &str| root.at(&["tool", "uv", key]);
    if let Some(strategy) = one("index-strategy")
        && strategy.as_str().is_some_and(|word| word.starts_with("unsafe-"))
    {
        into.setting(path, line_of(strategy.place), SettingKind::AnyIndexWins);
    }
    for host in one("allow-insecure-host").and_then(Node::as_list).unwrap_or_default() {
        let name = host.as_str().map(str::to_owned);
        let kind = SettingKind::UncheckedCertificate(name);
        into.setting(path, line_of(host.place), kind);
    }
    if let Some((url, node)) = one("index-url").and_then(|node| Some((node.as_str()?, node))) {
        let origin = Origin::at(OriginKind::Registry, url);
        let (path, line) = (path.to_owned(), line_of(node.place));
        into.index(PackageIndex { role: IndexRole::Primary, origin, path, line });
    }
    for node in one("extra-index-url").and_then(Node::as_list).unwrap_or_default() {
        let Some(url) = node.as_str() else { continue };
        let origin = Origin::at(OriginKind::Registry, url);
        let (path, line) = (path.to_owned(), line_of(node.place));
        into.index(PackageIndex { role: IndexRole::First, origin, path, line });
    }
}
