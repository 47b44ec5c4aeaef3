//! Where packages come from: hosts, repositories, addresses, connections.

use std::collections::BTreeMap;

use component::{
    Component, ComponentId, Ecosystem, EvidenceKind, Inventory, Origin, OriginKind, SettingKind,
};

use crate::{
    Fact, FactKind, HostKind,
    files::{File, Files, component, fact},
    host_kind,
    lookalike::is_well_known,
};

pub(crate) fn judge(inventory: &Inventory, files: &Files<'_>, facts: &mut Vec<Fact>) {
    for (path, file) in files.locks() {
        foreign_hosts(inventory, path, file, facts);
    }
    for (path, file) in files.all() {
        let is_manifest = files.manifests().any(|(manifest, _)| manifest == path);
        // What a lock file pins is judged where it is pinned.
        if is_manifest && files.lock_of(path).is_some() {
            continue;
        }
        cleartext(inventory, path, file, facts);
        unpinned(inventory, path, file, facts);
    }
    connections(inventory, facts);
}

/// Hosts of registries in a lock file that nobody says are registries.
///
/// Most lock files that name a private registry come without the setting that says so: it stands in
/// the home folder of a developer. So a host from which most packages come is the own registry, and
/// one that has all packages of a scope is that of the scope. What remains is a package or two out of
/// line with the rest: what somebody smuggles into a lock file that nobody reads.
fn foreign_hosts(inventory: &Inventory, path: &str, file: &File, facts: &mut Vec<Fact>) {
    let mut by_host: BTreeMap<&str, Vec<ComponentId>> = BTreeMap::new();
    let mut total = 0_usize;
    for id in &file.packages {
        let Some(package) = component(inventory, *id) else { continue };
        let kinds = [OriginKind::Registry, OriginKind::Url];
        let Some(host) = package.origin.host.as_deref() else { continue };
        if !kinds.contains(&package.origin.kind) || !judges(package.ecosystem) {
            continue;
        }
        total += 1;
        by_host.entry(host).or_default().push(*id);
    }
    for (host, packages) in &by_host {
        let Some(first) = packages.first().and_then(|id| component(inventory, *id)) else {
            continue;
        };
        let kind = first.ecosystem.map(|ecosystem| host_kind(ecosystem, host));
        let is_usual = kind != Some(HostKind::Other)
            || packages.len() * 2 > total
            || is_configured(inventory, host);
        if is_usual {
            continue;
        }
        let odd: Vec<ComponentId> = packages
            .iter()
            .copied()
            .filter(|id| {
                component(inventory, *id)
                    .is_some_and(|c| !is_whole_scope(inventory, file, c, host) && is_of_registry(c))
            })
            .collect();
        let is_public = odd.iter().filter_map(|id| component(inventory, *id)).any(is_well_known);
        let kind = FactKind::ForeignHost { host: (*host).to_owned(), is_public };
        facts.extend(fact(inventory, kind, path, odd, total));
    }
}

/// Whether hosts of an ecosystem's packages are known well enough to judge them.
fn judges(ecosystem: Option<Ecosystem>) -> bool {
    matches!(ecosystem, Some(Ecosystem::Npm | Ecosystem::PyPI))
}

/// Whether a file at an address stands for a package of the registry: it has a version of its own, or
/// the registry has its name. An address that a manifest asks for is told as one.
fn is_of_registry(package: &Component) -> bool {
    package.origin.kind == OriginKind::Registry || is_well_known(package)
}

/// Whether settings that were read name the host.
pub(crate) fn is_configured(inventory: &Inventory, host: &str) -> bool {
    inventory.indexes.iter().any(|index| index.origin.host.as_deref() == Some(host))
}

/// Whether the package has a scope, all of whose packages in the file come from the host.
fn is_whole_scope(inventory: &Inventory, file: &File, package: &Component, host: &str) -> bool {
    let Some(scope) = scope_of(&package.name) else { return false };
    // A scope of the public registry does not move.
    if is_well_known(package) {
        return false;
    }
    let mut others = file.packages.iter().filter_map(|id| component(inventory, *id));
    others.all(|other| {
        scope_of(&other.name) != Some(scope)
            || other.origin.host.as_deref().is_none_or(|of| of == host)
    })
}

/// The scope of a name, with `@`.
pub(crate) fn scope_of(name: &str) -> Option<&str> {
    name.split_once('/').map(|(scope, _)| scope).filter(|scope| scope.starts_with('@'))
}

/// Packages over connections that anyone on the way can change, and of which no digest is promised.
fn cleartext(inventory: &Inventory, path: &str, file: &File, facts: &mut Vec<Fact>) {
    let mut by_host: BTreeMap<&str, Vec<ComponentId>> = BTreeMap::new();
    for id in &file.packages {
        let Some(package) = component(inventory, *id) else { continue };
        let is_open = package.origin.cleartext && !is_checked(package);
        if let Some(host) = package.origin.host.as_deref().filter(|_| is_open) {
            by_host.entry(host).or_default().push(*id);
        }
    }
    for (host, packages) in by_host {
        let kind = FactKind::Cleartext { host: host.to_owned() };
        facts.extend(fact(inventory, kind, path, packages, file.packages.len()));
    }
}

/// Whether something says which bytes are right: a digest that holds, or the commit.
fn is_checked(package: &Component) -> bool {
    match package.origin.kind {
        OriginKind::Git => commit_of(&package.origin).is_some(),
        _ => {
            package.digests.iter().any(|digest| digest.algorithm.is_strong())
                || names_commit(&package.origin)
        }
    }
}

/// Whether an address is that of a commit: of an archive which a host of repositories makes.
fn names_commit(origin: &Origin) -> bool {
    let hosts =
        ["api.github.com", "codeload.github.com", "github.com", "gitlab.com", "bitbucket.org"];
    let is_of_repository = origin.host.as_deref().is_some_and(|host| hosts.contains(&host));
    let parts = origin.address.as_deref().unwrap_or_default().split('/');
    is_of_repository
        && parts
            .map(|part| part.split('.').next().unwrap_or(part))
            .any(|part| part.len() == 40 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Repositories at a branch or tag, and files at addresses without a digest.
fn unpinned(inventory: &Inventory, path: &str, file: &File, facts: &mut Vec<Fact>) {
    let mut addresses = Vec::new();
    for id in &file.packages {
        let Some(package) = component(inventory, *id) else { continue };
        match package.origin.kind {
            OriginKind::Git if commit_of(&package.origin).is_none() => {
                let reference = reference_of(&package.origin).map(str::to_owned);
                let kind = FactKind::UnpinnedRepository { reference };
                facts.extend(fact(inventory, kind, path, vec![*id], file.packages.len()));
            }
            OriginKind::Url if !is_checked(package) && !package.origin.cleartext => {
                addresses.push(*id);
            }
            _ => {}
        }
    }
    let of = file.packages.len();
    facts.extend(fact(inventory, FactKind::UncheckedAddress, path, addresses, of));
}

/// The commit at which a repository is taken: at least seven digits of its hash.
fn commit_of(origin: &Origin) -> Option<&str> {
    let reference = reference_of(origin)?;
    let is_hash = (7..=64).contains(&reference.len())
        && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(reference)
}

/// What a repository is taken at: a commit, tag, branch or range of versions.
fn reference_of(origin: &Origin) -> Option<&str> {
    let said = origin.revision.as_deref().filter(|revision| !revision.is_empty());
    if let Some(said) = said {
        // `repo#commit` may go on with the folder of the package: `#commit&path:/packages/a`.
        return said.split('&').next();
    }
    // `https://codeload.github.com/owner/name/tar.gz/<commit>`.
    let address = origin.address.as_deref()?;
    let is_archive = origin.host.as_deref() == Some("codeload.github.com");
    address.rsplit('/').next().filter(|last| is_archive && !last.is_empty())
}

/// Indexes over cleartext, hosts whose certificates are not checked.
fn connections(inventory: &Inventory, facts: &mut Vec<Fact>) {
    for index in &inventory.indexes {
        let host = index.origin.host.clone().unwrap_or_default();
        if index.origin.cleartext && !is_loopback(&host) {
            let kind = FactKind::CleartextIndex { host };
            facts.push(Fact::of_file(kind, &index.path, index.line));
        }
    }
    for setting in &inventory.settings {
        if let SettingKind::UncheckedCertificate(host) = &setting.kind {
            // That the connection is in cleartext is told already.
            let is_told = host.as_deref().is_some_and(|host| {
                let mut indexes = inventory.indexes.iter().map(|index| &index.origin);
                is_loopback(host)
                    || indexes.any(|of| of.cleartext && of.host.as_deref() == Some(host))
            });
            if !is_told {
                let kind = FactKind::UncheckedCertificate { host: host.clone() };
                facts.push(Fact::of_file(kind, &setting.path, setting.line));
            }
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a component of a manifest is pinned by a repository's commit or a digest.
pub(crate) fn is_from_elsewhere(package: &Component) -> bool {
    !matches!(package.origin.kind, OriginKind::Registry | OriginKind::Unknown)
        || package.seen_as(EvidenceKind::Installed)
}

#[cfg(test)]
mod tests {
    use super::{commit_of, scope_of};
    use component::{Origin, OriginKind};

    fn git(address: &str, revision: Option<&str>) -> Origin {
        Origin::at(OriginKind::Git, address).with_revision(revision.map(str::to_owned))
    }

    #[test]
    fn only_a_hash_is_a_commit() {
        let hash = "6b1a2c3d4e5f60718293a4b5c6d7e8f901234567";
        assert_eq!(commit_of(&git("https://h/a.git", Some(hash))), Some(hash));
        assert_eq!(commit_of(&git("https://h/a.git", Some("6b1a2c3"))), Some("6b1a2c3"));
        for reference in ["v1.2.3", "main", "abc", "semver:^1.0.0", ""] {
            assert_eq!(commit_of(&git("https://h/a.git", Some(reference))), None, "{reference}");
        }
        assert_eq!(commit_of(&git("https://h/a.git", None)), None);
        let archive = format!("https://codeload.github.com/shop/orders/tar.gz/{hash}");
        assert_eq!(commit_of(&git(&archive, None)), Some(hash));
        let folder = format!("{hash}&path:/packages/a");
        assert_eq!(commit_of(&git("https://h/a.git", Some(&folder))), Some(hash));
    }

    #[test]
    fn a_scope_starts_with_an_at_sign() {
        assert_eq!(scope_of("@shop/orders"), Some("@shop"));
        assert_eq!(scope_of("orders"), None);
        assert_eq!(scope_of("shop/orders"), None);
    }
}
