//! Which packages a statement is about.

use package_url::PackageUrl;
use package_version::Ecosystem;

use crate::VersionRange;

/// A package that a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The package; without a version it means all of them.
    pub purl: PackageUrl,
    /// The versions that the document lists besides.
    pub versions: Versions,
    /// The product that the package is a part of, as written, when the statement names one.
    pub product: Option<String>,
}

/// Versions that a document lists beside a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Versions {
    /// None: the package URL alone says which.
    AsNamed,
    /// These, whatever version the package URL has.
    Listed(Vec<VersionRange>),
}

impl Cover {
    /// A package as its URL names it.
    #[must_use]
    pub fn of(purl: PackageUrl) -> Self {
        Self { purl, versions: Versions::AsNamed, product: None }
    }

    /// Whether it takes in a package. A qualifier or path that this one has must be there.
    #[must_use]
    pub fn takes_in(&self, purl: &PackageUrl) -> bool {
        package(&self.purl) == package(purl)
            && qualifiers(&self.purl).all(|(key, value)| purl.qualifiers().get(key) == Some(value))
            && self.purl.subpath().is_none_or(|path| purl.subpath() == Some(path))
            && self.takes_in_version(purl)
    }

    fn takes_in_version(&self, purl: &PackageUrl) -> bool {
        let ecosystem = Ecosystem::of_purl_type(purl.kind());
        match (&self.versions, self.purl.version(), purl.version()) {
            (Versions::AsNamed, None, _) => true,
            (Versions::AsNamed, Some(named), Some(version)) => {
                VersionRange::only(named).contains(ecosystem, version)
            }
            (Versions::AsNamed, Some(_), None) => false,
            (Versions::Listed(ranges), _, Some(version)) => {
                ranges.iter().any(|range| range.contains(ecosystem, version))
            }
            (Versions::Listed(ranges), _, None) => ranges.iter().any(VersionRange::is_any),
        }
    }
}

/// The package of a URL, whatever its version, as its registry tells packages apart.
pub(crate) fn package(purl: &PackageUrl) -> (String, String, String) {
    let namespace = purl.namespace().unwrap_or_default().to_owned();
    let name = match purl.kind() {
        "pypi" => {
            // PEP 503: runs of these three are one.
            let parts = purl.name().split(['-', '_', '.']).filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join("-")
        }
        "nuget" => purl.name().to_lowercase(),
        _ => purl.name().to_owned(),
    };
    (purl.kind().to_owned(), namespace, name)
}

/// Qualifiers that tell one package of a name from another. A jar is what Maven means without a word.
fn qualifiers(purl: &PackageUrl) -> impl Iterator<Item = (&String, &String)> {
    let is_usual =
        |key: &str, value: &str| purl.kind() == "maven" && (key, value) == ("type", "jar");
    purl.qualifiers().iter().filter(move |(key, value)| !is_usual(key, value))
}

#[cfg(test)]
mod tests {
    use super::{Cover, Versions};
    use crate::VersionRange;

    fn takes_in(cover: &str, purl: &str) -> bool {
        Cover::of(cover.parse().unwrap()).takes_in(&purl.parse().unwrap())
    }

    #[test]
    fn a_package_without_a_version_means_all_of_them() {
        assert!(takes_in("pkg:npm/orders-text", "pkg:npm/orders-text@1.0.1"));
        assert!(takes_in("pkg:npm/%40a/b@1.0.0", "pkg:npm/%40a/b@1.0.0"));
        assert!(!takes_in("pkg:npm/b@1.0.0", "pkg:npm/%40a/b@1.0.0"));
        assert!(!takes_in("pkg:npm/orders@1.0.0", "pkg:npm/orders@1.0.1"));
        assert!(!takes_in("pkg:npm/orders@1.0.0", "pkg:npm/orders"));
        assert!(!takes_in("pkg:pypi/orders", "pkg:npm/orders"));
    }

    #[test]
    fn names_and_versions_are_compared_as_the_registry_does() {
        assert!(takes_in("pkg:pypi/Orders.Text_ui@1.0", "pkg:pypi/orders-text-ui@1.0.0"));
        assert!(takes_in("pkg:golang/example.com/a@1.2.3", "pkg:golang/example.com/a@v1.2.3"));
        assert!(takes_in("pkg:nuget/Orders.Text@1.0", "pkg:nuget/orders.text@1.0.0"));
        assert!(!takes_in("pkg:npm/Orders", "pkg:npm/orders"));
    }

    #[test]
    fn a_qualifier_of_the_statement_must_be_there() {
        assert!(takes_in("pkg:maven/a/b@1?type=jar", "pkg:maven/a/b@1"));
        assert!(!takes_in("pkg:maven/a/b@1?classifier=x", "pkg:maven/a/b@1"));
        assert!(takes_in("pkg:maven/a/b@1", "pkg:maven/a/b@1?classifier=x"));
    }

    #[test]
    fn listed_versions_speak_instead_of_the_named_one() {
        let versions = Versions::Listed(vec![VersionRange::parse("vers:npm/<2.0.0").unwrap()]);
        let cover = Cover { versions, ..Cover::of("pkg:npm/orders@9.0.0".parse().unwrap()) };
        assert!(cover.takes_in(&"pkg:npm/orders@1.0.0".parse().unwrap()));
        assert!(!cover.takes_in(&"pkg:npm/orders@9.0.0".parse().unwrap()));
        assert!(!cover.takes_in(&"pkg:npm/orders".parse().unwrap()));
    }
}
