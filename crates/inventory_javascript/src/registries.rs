//! `.npmrc` and `.yarnrc.yml`: which registries packages are taken from.

use component::{
    Format, IndexRole, Inventory, Origin, OriginKind, PackageIndex, SettingKind, line_of,
    read_document, read_text,
};
use source_text::Node;

use crate::{pairs, text};

pub(crate) fn read_npmrc(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(content) = read_text(path, bytes, into) else { return };
    for (number, line) in (1_u32..).zip(content.lines()) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim().trim_matches(['"', '\'']));
        let setting = match (key, value) {
            ("strict-ssl", "false") => Some(SettingKind::UncheckedCertificate(None)),
            ("ignore-scripts", "true") => Some(SettingKind::IgnoreScripts),
            ("package-lock" | "lockfile", "false") => Some(SettingKind::NoLock),
            _ => None,
        };
        if let Some(kind) = setting {
            into.setting(path, Some(number), kind);
        }
        let role = match key.strip_suffix(":registry") {
            Some(scope) if scope.starts_with('@') => IndexRole::Named(scope.to_owned()),
            _ if key == "registry" => IndexRole::Primary,
            _ => continue,
        };
        add(path, Some(number), role, value, into);
    }
}

pub(crate) fn read_yarnrc(path: &str, bytes: &[u8], into: &mut Inventory) {
    let Some(root) = read_document(path, bytes, Format::Yaml, into) else { return };
    let line = |node: &Node| node.get("npmRegistryServer").and_then(|node| line_of(node.place));
    if let Some(address) = text(&root, "npmRegistryServer") {
        add(path, line(&root), IndexRole::Primary, address, into);
    }
    let off = |key: &str| root.get(key).filter(|node| node.as_bool() == Some(false));
    if let Some(node) = off("enableStrictSsl") {
        into.setting(path, line_of(node.place), SettingKind::UncheckedCertificate(None));
    }
    if let Some(node) = off("enableScripts") {
        into.setting(path, line_of(node.place), SettingKind::IgnoreScripts);
    }
    for (scope, settings) in pairs(&root, "npmScopes") {
        if let Some(address) = text(settings, "npmRegistryServer") {
            add(path, line(settings), IndexRole::Named(format!("@{scope}")), address, into);
        }
    }
}

fn add(path: &str, line: Option<u32>, role: IndexRole, address: &str, into: &mut Inventory) {
    let origin = Origin::at(OriginKind::Registry, address);
    let own = matches!(origin.host.as_deref(), Some("registry.npmjs.org" | "registry.yarnpkg.com"));
    if !own || origin.cleartext {
        into.index(PackageIndex { role, origin, path: path.to_owned(), line });
    }
}
