//! One component, and what it asks for.

use package_url::{PackageUrl, Parts};

use crate::{Digest, Ecosystem, Origin, OriginKind};

/// Number of a component in its [`crate::Inventory`].
pub type ComponentId = usize;

/// What a component is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// A package that somebody published and this application uses.
    #[default]
    Library,
    /// The application itself, or a member of its workspace: the root of a graph.
    Project,
}

/// For whom a component is there. In rising order of how surely it reaches the function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// For building and testing only.
    Development,
    /// The input does not tell.
    #[default]
    Unknown,
    /// Used when present.
    Optional,
    /// Must be brought by whoever uses the package.
    Peer,
    /// Used when the function runs.
    Runtime,
}

/// What kind of file tells of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// A lock file: exactly this version would be installed.
    Lock,
    /// A manifest: a wish, maybe a range.
    Manifest,
    /// The package itself stands there.
    Installed,
    /// A compiled program tells what it was built from.
    Binary,
}

/// Where a component was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// Path of the file, as handed to the reader.
    pub path: String,
    /// Line from 1, when the file has lines.
    pub line: Option<u32>,
    /// What kind of file it is.
    pub kind: EvidenceKind,
}

/// A script that the package manager runs when it installs the package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Script {
    /// `postinstall`, `setup.py` …; `install` when the lock file tells only that there is one.
    pub name: String,
    /// The command, when known.
    pub command: Option<String>,
}

/// What a component asks for, and what it got.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Requirement {
    /// Name of the package as written.
    pub name: String,
    /// The range as written (`^1.2`, `>=2,<3`); empty for any version.
    pub range: String,
    /// For whom.
    pub scope: Scope,
    /// The condition under which it holds (`python_version < "3.9"`, `extra == "socks"`).
    pub condition: Option<String>,
    /// The component that the package manager picks; `None` when it is not there or not known.
    pub to: Option<ComponentId>,
}

impl Requirement {
    /// A requirement at run time without a condition, not yet resolved.
    #[must_use]
    pub fn new(name: impl Into<String>, range: impl Into<String>) -> Self {
        Self { name: name.into(), range: range.into(), scope: Scope::Runtime, ..Self::default() }
    }

    /// A requirement at run time that is known to lead to `to`.
    #[must_use]
    pub fn resolved(name: impl Into<String>, range: impl Into<String>, to: ComponentId) -> Self {
        Self { to: Some(to), ..Self::new(name, range) }
    }
}

/// A package, or the application itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// The ecosystem; `None` when it is none that we know.
    pub ecosystem: Option<Ecosystem>,
    /// Name as its author writes it, with the scope (`@aws-sdk/client-s3`, `PyYAML`).
    pub name: String,
    /// The exact version; `None` when only a range is known, or none.
    pub version: Option<String>,
    /// Library or application.
    pub kind: ComponentKind,
    /// Licences as declared: SPDX expressions or free text.
    pub licences: Vec<String>,
    /// Digests that were promised for the package's file; any one of an algorithm may hold.
    pub digests: Vec<Digest>,
    /// Where it was seen.
    pub evidence: Vec<Evidence>,
    /// For whom it is there.
    pub scope: Scope,
    /// Whether the application itself asks for it.
    pub direct: bool,
    /// What a manifest asks for, as written (`>=2,<3`, `^1.2`); empty for any version. `None` when no
    /// manifest names it.
    pub wanted: Option<String>,
    /// What it asks for.
    pub requires: Vec<Requirement>,
    /// Where it came from.
    pub origin: Origin,
    /// Scripts that run when it is installed.
    pub scripts: Vec<Script>,
    /// Why its author wants nobody to use it any more, when the input tells.
    pub deprecated: Option<String>,
}

impl Component {
    /// A library with nothing known but its name and version.
    #[must_use]
    pub fn new(ecosystem: Ecosystem, name: impl Into<String>, version: Option<String>) -> Self {
        Self {
            ecosystem: Some(ecosystem),
            name: name.into(),
            version: version.filter(|version| !version.is_empty()),
            kind: ComponentKind::Library,
            licences: Vec::new(),
            digests: Vec::new(),
            evidence: Vec::new(),
            scope: Scope::Unknown,
            direct: false,
            wanted: None,
            requires: Vec::new(),
            origin: Origin::of(OriginKind::Unknown),
            scripts: Vec::new(),
            deprecated: None,
        }
    }

    /// The same, seen in one more file.
    #[must_use]
    pub fn seen(mut self, path: &str, line: Option<u32>, kind: EvidenceKind) -> Self {
        self.evidence.push(Evidence { path: path.to_owned(), line, kind });
        self
    }

    /// The name under which the ecosystem looks the package up: PEP 503 for `PyPI`, lower case for
    /// `NuGet` and Packagist, as written elsewhere.
    #[must_use]
    pub fn key(&self) -> String {
        match self.ecosystem {
            Some(ecosystem) => lookup_name(ecosystem, &self.name),
            None => self.name.clone(),
        }
    }

    /// The package URL in canonical form; the application itself has one, too.
    #[must_use]
    pub fn purl(&self) -> String {
        purl(self)
    }

    /// Whether a manifest that names it asks for one version only (`==1.2`, `1.2.3`); `None` when no
    /// manifest names it. An address or a path is not one version.
    #[must_use]
    pub fn is_pinned(&self) -> Option<bool> {
        let wanted = self.wanted.as_deref()?.trim();
        if self.ecosystem == Some(Ecosystem::PyPI) {
            let mut parts = wanted.split(',').map(str::trim);
            return Some(parts.any(|part| part.starts_with("==") && !part.ends_with('*')));
        }
        let plain = wanted.trim_start_matches(['=', 'v']);
        let core = plain.split(['-', '+']).next().unwrap_or(plain);
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        Some(core.split('.').count() == 3 && core.split('.').all(is_number))
    }

    /// Whether some file of this kind tells of it.
    #[must_use]
    pub fn seen_as(&self, kind: EvidenceKind) -> bool {
        self.evidence.iter().any(|evidence| evidence.kind == kind)
    }
}

/// The name under which an ecosystem looks a package up.
#[must_use]
pub fn lookup_name(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        Ecosystem::PyPI => {
            let mut out = String::with_capacity(name.len());
            for c in name.trim().chars() {
                match c {
                    '-' | '_' | '.' if out.ends_with('-') => {}
                    '-' | '_' | '.' => out.push('-'),
                    c => out.extend(c.to_lowercase()),
                }
            }
            out
        }
        Ecosystem::NuGet | Ecosystem::Packagist => name.to_lowercase(),
        _ => name.to_owned(),
    }
}

/// The package URL, through the parts that each type has; what fits no type is `generic`.
fn purl(component: &Component) -> String {
    let name = component.name.as_str();
    let (kind, split) = match component.ecosystem {
        Some(Ecosystem::Npm) => ("npm", name.rsplit_once('/')),
        Some(Ecosystem::PyPI) => ("pypi", None),
        Some(Ecosystem::Maven) => ("maven", name.split_once(':')),
        Some(Ecosystem::Go) => ("golang", name.rsplit_once('/')),
        Some(Ecosystem::NuGet) => ("nuget", None),
        Some(Ecosystem::RubyGems) => ("gem", None),
        Some(Ecosystem::CratesIo) => ("cargo", None),
        Some(Ecosystem::Packagist) => ("composer", name.rsplit_once('/')),
        None => ("generic", None),
    };
    let parts = |kind: &str, namespace: Option<&str>, name: &str| {
        PackageUrl::build(Parts {
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            version: component.version.clone(),
            ..Parts::default()
        })
    };
    let (namespace, last) = split.map_or((None, name), |(namespace, last)| (Some(namespace), last));
    let url = parts(kind, namespace, last).or_else(|_| parts("generic", None, name));
    url.map_or_else(|_| "pkg:generic/unnamed".to_owned(), |url| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Component, Ecosystem};

    #[test]
    fn only_one_version_is_pinned() {
        let pinned = |ecosystem, wanted: Option<&str>| {
            let mut component = Component::new(ecosystem, "a", None);
            component.wanted = wanted.map(str::to_owned);
            component.is_pinned()
        };
        assert_eq!(pinned(Ecosystem::PyPI, Some("==1.2")), Some(true));
        assert_eq!(pinned(Ecosystem::PyPI, Some("==1.*")), Some(false));
        assert_eq!(pinned(Ecosystem::PyPI, Some("")), Some(false));
        assert_eq!(pinned(Ecosystem::Npm, Some("1.2.3-rc.1")), Some(true));
        assert_eq!(pinned(Ecosystem::Npm, Some("^1.2.3")), Some(false));
        assert_eq!(pinned(Ecosystem::Npm, None), None);
    }

    #[test]
    fn package_urls_are_canonical() {
        let purl =
            |ecosystem, name: &str| Component::new(ecosystem, name, Some("1.0+x".into())).purl();
        assert_eq!(
            purl(Ecosystem::Npm, "@aws-sdk/client-s3"),
            "pkg:npm/%40aws-sdk/client-s3@1.0%2Bx"
        );
        assert_eq!(purl(Ecosystem::PyPI, "Foo_Bar"), "pkg:pypi/foo-bar@1.0%2Bx");
        assert_eq!(purl(Ecosystem::Maven, "org.a:b"), "pkg:maven/org.a/b@1.0%2Bx");
        assert_eq!(purl(Ecosystem::Npm, ""), "pkg:generic/unnamed");
    }
}
