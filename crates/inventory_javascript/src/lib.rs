//! npm packages: what manifests, lock files of five package managers and `node_modules` tell.
//!
//! A [`Reader`] takes one file after another, in any order, and adds to an [`Inventory`]. When all
//! are read, [`Reader::finish`] connects what is installed the way Node.js would find it.

#![deny(clippy::disallowed_methods)]

mod bun;
mod installed;
mod manifest;
mod npm_lock;
mod pnpm;
mod registries;
mod wishes;
mod yarn_berry;
mod yarn_classic;

use std::collections::BTreeMap;

use component::{
    Component, ComponentId, ComponentKind, Digest, Ecosystem, EvidenceKind, FileRole, Inventory,
    Origin, OriginKind, RemarkKind, SettingKind, line_of,
};
use source_text::Node;

/// What a file is to this reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Manifest,
    NpmLock,
    YarnLock,
    PnpmLock,
    BunLock,
    BinaryLock,
    Npmrc,
    Yarnrc,
}

fn kind_of(path: &str) -> Option<Kind> {
    Some(match path.rsplit('/').next().unwrap_or(path) {
        "package.json" => Kind::Manifest,
        "package-lock.json" | "npm-shrinkwrap.json" | ".package-lock.json" => Kind::NpmLock,
        "yarn.lock" => Kind::YarnLock,
        "pnpm-lock.yaml" => Kind::PnpmLock,
        "bun.lock" => Kind::BunLock,
        "bun.lockb" => Kind::BinaryLock,
        ".npmrc" => Kind::Npmrc,
        ".yarnrc.yml" => Kind::Yarnrc,
        _ => return None,
    })
}

/// Whether a file of this path says something about npm packages.
#[must_use]
pub fn reads(path: &str) -> bool {
    kind_of(path).is_some()
}

/// Reads the files of one application or package tree.
#[derive(Debug, Default)]
pub struct Reader {
    installed: BTreeMap<String, installed::Package>,
    lock_gaps: wishes::LockGaps,
}

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file; whatever is odd becomes a remark. Paths for which [`reads`] says no are left.
    pub fn read(&mut self, path: &str, bytes: &[u8], into: &mut Inventory) {
        let kind = kind_of(path);
        // Package managers do not look at the lock files and settings of installed packages.
        let is_foreign = path.split('/').any(|part| part == "node_modules");
        let is_own =
            path.ends_with("package.json") || path.ends_with("node_modules/.package-lock.json");
        if is_foreign && !is_own {
            return;
        }
        if matches!(kind, Some(Kind::NpmLock | Kind::YarnLock | Kind::PnpmLock | Kind::BunLock))
            && !is_foreign
        {
            into.file(path, FileRole::Lock);
        }
        match kind {
            Some(Kind::Manifest) => manifest::read(path, bytes, self, into),
            Some(Kind::NpmLock) => npm_lock::read(path, bytes, into),
            Some(Kind::YarnLock) if yarn_berry::is(bytes) => {
                yarn_berry::read(path, bytes, self, into);
            }
            Some(Kind::YarnLock) => yarn_classic::read(path, bytes, self, into),
            Some(Kind::PnpmLock) => pnpm::read(path, bytes, into),
            Some(Kind::BunLock) => bun::read(path, bytes, into),
            Some(Kind::BinaryLock) => {
                let what = "this form of the lock file is not read; run `bun install --save-text-lockfile`";
                into.remark(path, None, RemarkKind::Unread, what);
            }
            Some(Kind::Npmrc) => registries::read_npmrc(path, bytes, into),
            Some(Kind::Yarnrc) => registries::read_yarnrc(path, bytes, into),
            None => {}
        }
    }

    /// Connects what is installed: from each package up its folders, then through `search`, the
    /// folders named `node_modules` in which Node.js looks last (`NODE_PATH`).
    pub fn finish(self, search: &[String], into: &mut Inventory) {
        self.lock_gaps.fill(into);
        installed::connect(&self.installed, search, into);
    }
}

/// The projects among the components from `first` on.
fn projects_from(first: ComponentId, inventory: &Inventory) -> Vec<ComponentId> {
    let projects = inventory.components.iter().enumerate().skip(first);
    projects.filter(|(_, c)| c.kind == ComponentKind::Project).map(|(id, _)| id).collect()
}

/// A package seen in a lock file.
fn locked(path: &str, name: &str, version: Option<&str>, line: Option<u32>) -> Component {
    Component::new(Ecosystem::Npm, name, version.map(str::to_owned)).seen(
        path,
        line,
        EvidenceKind::Lock,
    )
}

/// The text of a key.
fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::as_str)
}

/// Keys and values of a mapping under a key; none when it is not there.
fn pairs<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = (&'a str, &'a Node)> {
    let map = node.get(key).and_then(Node::as_map);
    map.into_iter().flat_map(source_text::Map::iter).map(|(key, value)| (key.as_str(), value))
}

/// Notes the version of the lock file's format.
fn note_version(path: &str, version: Option<&Node>, into: &mut Inventory) {
    let Some((node, text)) = version.and_then(|node| Some((node, node.scalar_text()?))) else {
        return;
    };
    into.setting(path, line_of(node.place), SettingKind::LockVersion(text.to_string()));
}

/// Whether a key says `true`.
fn is(node: &Node, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool) == Some(true)
}

/// The digests of a sub-resource integrity text, which may hold several.
fn integrity(text: &str) -> Vec<Digest> {
    text.split_whitespace().filter_map(Digest::parse_base64).collect()
}

/// The origin behind a `resolved` address or a specifier: registry tarball, git, URL or path.
fn origin(address: &str) -> Origin {
    let bare = address.split('#').next().unwrap_or(address);
    let revision = address.split_once('#').map(|(_, revision)| revision.to_owned());
    let scheme = bare.split_once(':').map_or("", |(scheme, _)| scheme);
    match scheme {
        "git+ssh" | "git+https" | "git+http" | "git+file" | "git" | "ssh" => {
            Origin::at(OriginKind::Git, bare).with_revision(revision)
        }
        "github" | "gitlab" | "bitbucket" | "gist" => {
            let host =
                if scheme == "bitbucket" { "bitbucket.org" } else { &format!("{scheme}.com") };
            let mut origin = Origin::at(OriginKind::Git, bare).with_revision(revision);
            origin.host = Some(host.to_owned());
            origin
        }
        "http" | "https" if bare.strip_suffix(".git").is_some() => {
            Origin::at(OriginKind::Git, bare).with_revision(revision)
        }
        "http" | "https" if bare.contains("/-/") || bare.contains("/download/") => {
            Origin::at(OriginKind::Registry, bare)
        }
        "http" | "https" => {
            let origin = Origin::at(OriginKind::Url, bare);
            let code_host = origin.host.as_deref() == Some("codeload.github.com");
            if code_host { Origin { kind: OriginKind::Git, ..origin } } else { origin }
        }
        "file" | "link" | "portal" | "workspace" => Origin::at(OriginKind::Path, bare),
        _ if bare.starts_with(['.', '/', '~']) => Origin::at(OriginKind::Path, bare),
        _ => Origin::of(OriginKind::Registry),
    }
}

/// Whether a text is an exact version, not a range.
fn is_exact(range: &str) -> bool {
    let mut parts = range.splitn(3, '.');
    let number = |part: Option<&str>| {
        part.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
    };
    number(parts.next())
        && number(parts.next())
        && parts.next().is_some_and(|last| {
            last.starts_with(|c: char| c.is_ascii_digit())
                && last
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'))
                && last.strip_suffix(".x").is_none()
        })
}

/// Splits `name@rest`, where the name may start with `@`.
fn split_name(text: &str) -> Option<(&str, &str)> {
    let skip = usize::from(text.starts_with('@'));
    let at = text.get(skip..)?.find('@')? + skip;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Whether a text may be the name of a package: no path that leads elsewhere, nothing unprintable.
fn is_name(name: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .chars()
                .all(|c| !c.is_control() && !c.is_whitespace() && !matches!(c, '/' | '\\' | '@'))
    };
    match name.strip_prefix('@') {
        Some(scoped) => {
            scoped.split_once('/').is_some_and(|(scope, name)| plain(scope) && plain(name))
        }
        None => plain(name),
    }
}

#[cfg(test)]
mod tests;
