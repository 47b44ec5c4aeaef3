//! What the host of a package's address is: the public registry, a mirror, a private registry.

use component::Ecosystem;

/// What a host is for packages of an ecosystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostKind {
    /// The registry that the package manager asks by default, or its file server.
    Registry,
    /// A copy of the registry, or a publisher's own public index, that many use.
    Mirror,
    /// A service that hosts registries of companies, or a name that only a company's network has.
    Private,
    /// None of these.
    Other,
}

/// What public hosts are, by ecosystem. Sorted by host.
const PUBLIC: &[(Ecosystem, &str, HostKind)] = &[
    (Ecosystem::Npm, "mirrors.cloud.tencent.com", HostKind::Mirror),
    (Ecosystem::Npm, "npm.jsr.io", HostKind::Mirror),
    (Ecosystem::Npm, "r.cnpmjs.org", HostKind::Mirror),
    (Ecosystem::Npm, "registry.npm.taobao.org", HostKind::Mirror),
    (Ecosystem::Npm, "registry.npmjs.com", HostKind::Registry),
    (Ecosystem::Npm, "registry.npmjs.org", HostKind::Registry),
    (Ecosystem::Npm, "registry.npmmirror.com", HostKind::Mirror),
    (Ecosystem::Npm, "registry.yarnpkg.com", HostKind::Registry),
    (Ecosystem::Npm, "repo.huaweicloud.com", HostKind::Mirror),
    (Ecosystem::PyPI, "data.pyg.org", HostKind::Mirror),
    (Ecosystem::PyPI, "download.pytorch.org", HostKind::Mirror),
    (Ecosystem::PyPI, "files.pythonhosted.org", HostKind::Registry),
    (Ecosystem::PyPI, "mirror.baidu.com", HostKind::Mirror),
    (Ecosystem::PyPI, "mirrors.aliyun.com", HostKind::Mirror),
    (Ecosystem::PyPI, "mirrors.cloud.tencent.com", HostKind::Mirror),
    (Ecosystem::PyPI, "pypi.doubanio.com", HostKind::Mirror),
    (Ecosystem::PyPI, "pypi.ngc.nvidia.com", HostKind::Mirror),
    (Ecosystem::PyPI, "pypi.nvidia.com", HostKind::Mirror),
    (Ecosystem::PyPI, "pypi.org", HostKind::Registry),
    (Ecosystem::PyPI, "pypi.python.org", HostKind::Registry),
    (Ecosystem::PyPI, "pypi.tuna.tsinghua.edu.cn", HostKind::Mirror),
    (Ecosystem::PyPI, "www.piwheels.org", HostKind::Mirror),
];

/// Ends of hosts at which companies have registries of their own.
const PRIVATE_ENDS: &[&str] = &[
    ".amazonaws.com",
    ".cloudsmith.com",
    ".cloudsmith.io",
    ".corp",
    ".fury.io",
    ".home.arpa",
    ".intern",
    ".internal",
    ".intra",
    ".intranet",
    ".jfrog.io",
    ".lan",
    ".local",
    ".localhost",
    ".pkg.dev",
    ".pkgs.visualstudio.com",
    ".private",
];

/// Hosts of services at which companies have registries of their own.
const PRIVATE: &[&str] =
    &["gitlab.com", "npm.pkg.github.com", "packagecloud.io", "pkgs.dev.azure.com"];

/// Words in a host that only somebody's own registry bears.
const PRIVATE_WORDS: &[&str] =
    &["artifactory", "artifacts", "codeartifact", "nexus", "proget", "verdaccio", "devpi"];

/// What a host (lower case, without port) is for packages of an ecosystem.
#[must_use]
pub fn host_kind(ecosystem: Ecosystem, host: &str) -> HostKind {
    let public = PUBLIC.iter().find(|(of, name, _)| *of == ecosystem && *name == host);
    if let Some((_, _, kind)) = public {
        return *kind;
    }
    let is_private = PRIVATE.contains(&host)
        || PRIVATE_ENDS.iter().any(|end| host.len() > end.len() && host.ends_with(end))
        || host.split(['.', '-']).any(|word| PRIVATE_WORDS.contains(&word))
        || is_of_own_network(host);
    if is_private { HostKind::Private } else { HostKind::Other }
}

/// A name without a dot, or an address that is not routed in the internet.
fn is_of_own_network(host: &str) -> bool {
    if let Ok(address) = host.parse::<std::net::Ipv4Addr>() {
        return address.is_private() || address.is_loopback() || address.is_link_local();
    }
    if let Ok(address) = host.parse::<std::net::Ipv6Addr>() {
        return address.is_loopback() || address.is_unique_local();
    }
    !host.contains('.') && !host.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{HostKind, host_kind};
    use component::Ecosystem::{Npm, PyPI};

    #[test]
    fn registries_mirrors_and_private_hosts_are_told() {
        for (ecosystem, host, kind) in [
            (Npm, "registry.npmjs.org", HostKind::Registry),
            (PyPI, "registry.npmjs.org", HostKind::Other),
            (PyPI, "download.pytorch.org", HostKind::Mirror),
            (Npm, "shop-1.d.codeartifact.eu-west-1.amazonaws.com", HostKind::Private),
            (Npm, "shop.jfrog.io", HostKind::Private),
            (Npm, "nexus.shop.example", HostKind::Private),
            (Npm, "npm", HostKind::Private),
            (PyPI, "10.1.2.3", HostKind::Private),
            (PyPI, "8.8.8.8", HostKind::Other),
            (Npm, "registry.npmjs.org.shop.example", HostKind::Other),
            (Npm, "xregistry.npmjs.org", HostKind::Other),
            (Npm, ".jfrog.io", HostKind::Other),
            (Npm, "", HostKind::Other),
        ] {
            assert_eq!(host_kind(ecosystem, host), kind, "{host}");
        }
    }
}
