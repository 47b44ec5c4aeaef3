//! Where a package came from: a registry, a repository, a file.

/// The kind of place that a package was taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginKind {
    /// The input does not tell.
    #[default]
    Unknown,
    /// A package registry, the default one when there is no host.
    Registry,
    /// A repository of git or another version control.
    Git,
    /// A file at an address that is not a registry's.
    Url,
    /// A file or folder on the machine that installed it, or a member of the same workspace.
    Path,
    /// Shipped inside another package.
    Bundled,
}

/// Where a package came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The kind of place.
    pub kind: OriginKind,
    /// The address or path as written, without user name and password.
    pub address: Option<String>,
    /// Host in lower case, without port.
    pub host: Option<String>,
    /// The commit, tag or branch of a repository.
    pub revision: Option<String>,
    /// Whether it came over a connection that anyone on the way can change (`http:`, `git:`).
    pub cleartext: bool,
    /// Whether the address carries a user name with a password or token.
    pub credentials: bool,
}

impl Origin {
    /// An origin of a kind without an address.
    #[must_use]
    pub fn of(kind: OriginKind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// An origin with an address: URL, `git@host:path`, or path. User and password are left out.
    #[must_use]
    pub fn at(kind: OriginKind, address: &str) -> Self {
        let address = address.trim();
        let Some((scheme, rest)) = address.split_once("://") else {
            return Self {
                kind,
                host: scp_host(address),
                address: Some(address.to_owned()),
                ..Self::default()
            };
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        // `git@` is the name of an account, not a secret.
        let secret = user.is_some_and(|user| {
            user.contains(':')
                || (user != "git" && scheme.ends_with("http") | scheme.ends_with("https"))
        });
        let shown = match user {
            Some(user) if !secret => format!("{scheme}://{user}@{host}{path}"),
            _ => format!("{scheme}://{host}{path}"),
        };
        let transport = scheme.rsplit('+').next().unwrap_or(scheme).to_ascii_lowercase();
        Self {
            kind,
            host: host_of(host),
            address: Some(shown),
            revision: None,
            cleartext: matches!(transport.as_str(), "http" | "git" | "ftp" | "svn"),
            credentials: secret,
        }
    }

    /// The same with the revision of a repository.
    #[must_use]
    pub fn with_revision(self, revision: Option<String>) -> Self {
        Self { revision, ..self }
    }
}

/// Host of an authority, without the port.
fn host_of(authority: &str) -> Option<String> {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => authority.split(':').next().unwrap_or(authority),
    };
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// Host of `git@host:path`, the address that ssh takes.
fn scp_host(address: &str) -> Option<String> {
    let (_, rest) = address.split_once('@')?;
    let (host, _) = rest.split_once(':')?;
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    (plain && !host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Origin, OriginKind};

    #[test]
    fn an_address_loses_its_secrets_and_keeps_its_host() {
        let origin =
            Origin::at(OriginKind::Registry, "http://bob:s3cret@Pypi.example.com:8080/simple");
        assert_eq!(origin.host.as_deref(), Some("pypi.example.com"));
        assert_eq!(origin.address.as_deref(), Some("http://Pypi.example.com:8080/simple"));
        assert!(origin.cleartext && origin.credentials);
        let token = Origin::at(OriginKind::Git, "git+https://ghx_0123@github.com/a/b.git");
        assert!(token.credentials && !token.cleartext);
        assert_eq!(token.address.as_deref(), Some("git+https://github.com/a/b.git"));
    }

    #[test]
    fn the_account_git_is_no_secret() {
        let origin = Origin::at(OriginKind::Git, "git+ssh://git@github.com/a/b.git");
        assert!(!origin.credentials && !origin.cleartext);
        assert_eq!(
            Origin::at(OriginKind::Git, "git@github.com:a/b").host.as_deref(),
            Some("github.com")
        );
        assert_eq!(Origin::at(OriginKind::Path, "../lib").host, None);
    }
}
