//! What an address or path in a Python file tells: origin, name and version of the package.

use component::{Digest, Origin, OriginKind};

/// The origin behind a direct reference: `git+https://…@revision`, `https://…whl`, `file:…`, a path.
pub(crate) fn origin(address: &str) -> Origin {
    let address = address.trim();
    let bare = address.split('#').next().unwrap_or(address);
    let scheme = bare.split_once(':').map_or("", |(scheme, _)| scheme);
    match scheme.split('+').next().unwrap_or(scheme) {
        "git" | "hg" | "svn" | "bzr" => {
            // The revision follows the last `@` of the path.
            let path = bare.find("://").map_or(0, |at| at + 3);
            let slash =
                bare.get(path..).and_then(|rest| rest.find('/')).map_or(bare.len(), |at| path + at);
            match bare.get(slash..).and_then(|rest| rest.rfind('@')).map(|at| slash + at) {
                Some(at) => Origin::at(OriginKind::Git, bare.get(..at).unwrap_or(bare))
                    .with_revision(bare.get(at + 1..).map(str::to_owned)),
                None => Origin::at(OriginKind::Git, bare),
            }
        }
        "http" | "https" | "ftp" => Origin::at(OriginKind::Url, bare),
        _ => Origin::at(OriginKind::Path, bare),
    }
}

/// Ends of the names of source archives.
const ARCHIVES: [&str; 5] = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"];

/// Name and version out of an address: `#egg=name`, or the name of a wheel or source archive.
pub(crate) fn name_of(address: &str) -> Option<(String, Option<String>)> {
    if let Some((_, fragment)) = address.split_once('#') {
        let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="));
        if let Some(egg) = egg {
            let end = egg.find(['[', '=', '<', '>', '~', '!', ' ']).unwrap_or(egg.len());
            return egg.get(..end).filter(|egg| !egg.is_empty()).map(|egg| (egg.to_owned(), None));
        }
    }
    let path = address.split(['#', '?']).next().unwrap_or(address);
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if let Some(wheel) = file.strip_suffix(".whl") {
        let mut parts = wheel.split('-');
        return Some((parts.next()?.to_owned(), Some(parts.next()?.to_owned())));
    }
    let stem = ARCHIVES.iter().find_map(|end| file.strip_suffix(end))?;
    let (name, version) = stem.rsplit_once('-')?;
    let numbered = version.starts_with(|c: char| c.is_ascii_digit());
    (numbered && !name.is_empty()).then(|| (name.to_owned(), Some(version.to_owned())))
}

/// The digests that stand behind an address, as pip reads them: `#sha256=…&egg=…`.
pub(crate) fn digests(address: &str) -> Vec<Digest> {
    let fragment = address.split_once('#').map_or("", |(_, fragment)| fragment);
    fragment.split('&').filter_map(Digest::parse_hex).collect()
}

/// Whether a word is the address or path of a package and not a name.
pub(crate) fn is_address(word: &str) -> bool {
    let scheme = word.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+'))
        || word.starts_with(['.', '/'])
        || word.starts_with("file:")
        || word.strip_suffix(".whl").is_some()
        || ARCHIVES.iter().any(|end| word.strip_suffix(end).is_some())
}

/// Whether an index is the ecosystem's own.
pub(crate) fn is_default_index(origin: &Origin) -> bool {
    matches!(
        origin.host.as_deref(),
        Some("pypi.org" | "files.pythonhosted.org" | "pypi.python.org")
    )
}

#[cfg(test)]
mod tests {
    use super::{name_of, origin};
    use component::OriginKind;

    #[test]
    fn addresses_tell_kind_revision_and_name() {
        let git = origin("git+ssh://git@github.com/o/r.git@v1.2#egg=r");
        assert_eq!((git.kind, git.revision.as_deref()), (OriginKind::Git, Some("v1.2")));
        assert_eq!(git.host.as_deref(), Some("github.com"));
        assert_eq!(origin("../lib").kind, OriginKind::Path);
        assert_eq!(origin("http://h/x.whl").kind, OriginKind::Url);
        let named =
            |text: &str| name_of(text).map(|(n, v)| format!("{n} {}", v.unwrap_or_default()));
        assert_eq!(named("git+https://h/r#egg=r[x]&subdirectory=a").as_deref(), Some("r "));
        assert_eq!(named("https://h/a_b-1.0-py3-none-any.whl").as_deref(), Some("a_b 1.0"));
        assert_eq!(named("./a-b-1.0.tar.gz").as_deref(), Some("a-b 1.0"));
        assert_eq!(named("./folder"), None);
    }
}
