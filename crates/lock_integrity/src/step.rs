//! Manifests and lock files that are out of step.

use std::collections::BTreeMap;

use component::{Component, ComponentId, Ecosystem, Inventory, OriginKind, Scope};
use package_version::{Range, Version};

use crate::{
    Fact, FactKind,
    files::{File, Files, component, fact, folder_of},
};

pub(crate) fn judge(inventory: &Inventory, files: &Files<'_>, facts: &mut Vec<Fact>) {
    for (path, file) in files.manifests() {
        let Some((lock, locked)) = files.lock_of(path) else { continue };
        // A workspace's lock file above holds what members ask for, but also who the members are.
        if folder_of(lock) != folder_of(path) {
            continue;
        }
        let versions = versions_of(inventory, locked);
        let missing: Vec<ComponentId> = file
            .packages
            .iter()
            .copied()
            .filter(|id| component(inventory, *id).is_some_and(|c| !is_met(c, &versions)))
            .collect();
        let kind = FactKind::OutOfStep { lock: lock.to_owned() };
        facts.extend(fact(inventory, kind, path, missing, file.packages.len()));
    }
}

/// Versions of a lock file's packages by the names under which they are looked up; `None` for what
/// has no version.
type Versions<'a> = BTreeMap<(Option<Ecosystem>, String), Vec<Option<&'a str>>>;

fn versions_of<'a>(inventory: &'a Inventory, locked: &File) -> Versions<'a> {
    let mut versions = Versions::new();
    for package in locked.packages.iter().filter_map(|id| component(inventory, *id)) {
        let key = (package.ecosystem, package.key());
        versions.entry(key).or_default().push(package.version.as_deref());
    }
    versions
}

/// Whether a lock file has what a manifest asks for. In doubt it has: a range that cannot be read, a
/// package from elsewhere, one that may be left out.
fn is_met(wish: &Component, versions: &Versions<'_>) -> bool {
    let is_needed = matches!(wish.scope, Scope::Runtime | Scope::Development);
    let from_registry = matches!(wish.origin.kind, OriginKind::Registry | OriginKind::Unknown);
    let (true, true, Some(ecosystem)) = (is_needed, from_registry, wish.ecosystem) else {
        return true;
    };
    let Some(locked) = versions.get(&(wish.ecosystem, wish.key())) else {
        // Groups of Python's manifests are locked only when asked for.
        return ecosystem == Ecosystem::PyPI && wish.scope != Scope::Runtime;
    };
    let Some(range) = wish.wanted.as_deref().filter(|range| !range.is_empty()) else { return true };
    // A tag such as `latest` reads as no range.
    let Ok(range) = Range::parse(ecosystem, range) else { return true };
    locked.iter().any(|version| {
        version.is_none_or(|version| {
            range.contains_with_prereleases(&Version::parse(ecosystem, version))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Versions, is_met};
    use component::{Component, Ecosystem, Origin, OriginKind, Scope};

    fn wish(range: &str) -> Component {
        let mut wish = Component::new(Ecosystem::Npm, "a", None);
        wish.scope = Scope::Runtime;
        wish.wanted = Some(range.to_owned());
        wish.origin = Origin::of(OriginKind::Registry);
        wish
    }

    #[test]
    fn in_doubt_the_lock_file_has_it() {
        let mut versions = Versions::new();
        assert!(!is_met(&wish("^1.0.0"), &versions));
        versions.insert((Some(Ecosystem::Npm), "a".to_owned()), vec![Some("1.4.0"), Some("2.0.0")]);
        for range in ["^1.0.0", "2.x", "latest", "*", "", "1 || 9"] {
            assert!(is_met(&wish(range), &versions), "{range}");
        }
        for range in ["^1.5.0", "~2.1", ">=3", "0.9.0"] {
            assert!(!is_met(&wish(range), &versions), "{range}");
        }
        let peer = Component { scope: Scope::Peer, ..wish(">=3") };
        assert!(is_met(&peer, &versions));
    }
}
