//! What each type wants of its parts.
//!
//! Source: the type definitions of the package-url specification. Namespaces that they need are demanded
//! only where a package without one cannot be named; Go's standard library and jars without a group exist.

use crate::{PackageUrlError, Parts};

/// Types whose names and namespaces are compared without case, and are written small.
const SMALL: [&str; 15] = [
    "alpm",
    "apk",
    "bitbucket",
    "bitnami",
    "brew",
    "composer",
    "deb",
    "github",
    "hex",
    "luarocks",
    "oci",
    "otp",
    "pub",
    "pypi",
    "vscode-extension",
];
/// Types of which the namespace alone is written small.
const SMALL_NAMESPACE: [&str; 3] = ["qpkg", "rpm", "yocto"];
/// Types whose versions are written small.
const SMALL_VERSION: [&str; 4] = ["huggingface", "oci", "pypi", "vscode-extension"];
/// Types without a namespace.
const FLAT: [&str; 18] = [
    "bazel",
    "bitnami",
    "cargo",
    "chrome-extension",
    "cocoapods",
    "conda",
    "cran",
    "gem",
    "hackage",
    "julia",
    "mlflow",
    "nuget",
    "oci",
    "opam",
    "otp",
    "pub",
    "pypi",
    "vcpkg",
];
/// Types that name nothing without a namespace.
const NESTED: [&str; 6] =
    ["bitbucket", "composer", "github", "huggingface", "swift", "vscode-extension"];

/// Writes the parts as the type wants them.
pub(crate) fn normalize(parts: Parts) -> Parts {
    let mut parts = if parts.kind == "git" { split_at_host(parts) } else { parts };
    let kind = parts.kind.as_str();
    let is_small = SMALL.contains(&kind) || is_small_by_host(&parts);
    if is_small || SMALL_NAMESPACE.contains(&kind) {
        parts.namespace = parts.namespace.map(|namespace| namespace.to_lowercase());
    }
    if SMALL_VERSION.contains(&kind) {
        parts.version = parts.version.map(|version| version.to_lowercase());
    }
    if is_small {
        parts.name = parts.name.to_lowercase();
    }
    match kind {
        "pypi" => parts.name = parts.name.replace('_', "-"),
        "pub" => {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            parts.name = parts.name.replace(|c| !is_plain(c), "_");
        }
        _ => {}
    }
    parts
}

/// The namespace of a repository is its host, the name all of the path.
fn split_at_host(mut parts: Parts) -> Parts {
    let whole = match &parts.namespace {
        Some(namespace) => format!("{namespace}/{}", parts.name),
        None => parts.name.clone(),
    };
    let mut segments = whole.split('/').filter(|segment| !segment.is_empty());
    if let (Some(host), Some(first)) = (segments.next(), segments.next()) {
        parts.namespace = Some(host.to_owned());
        parts.name = segments.fold(first.to_owned(), |path, segment| path + "/" + segment);
    }
    parts
}

/// Whether the host of the package takes no account of case: GitHub behind `git`, Databricks behind `mlflow`.
fn is_small_by_host(parts: &Parts) -> bool {
    let host = parts.namespace.as_deref().and_then(|path| path.split('/').next());
    match parts.kind.as_str() {
        "git" => host.is_some_and(|host| matches!(host, "github" | "github.com")),
        "mlflow" => {
            parts.qualifiers.get("repository_url").is_some_and(|url| url.contains("databricks"))
        }
        _ => false,
    }
}

/// Holds the rules of the type.
pub(crate) fn check(parts: &Parts) -> Result<(), PackageUrlError> {
    let Parts { kind, namespace, name, version, qualifiers, .. } = parts;
    let namespace_fault = |required| PackageUrlError::Namespace { kind: kind.clone(), required };
    if namespace.is_some() && FLAT.contains(&kind.as_str()) {
        return Err(namespace_fault(false));
    }
    if namespace.is_none() && NESTED.contains(&kind.as_str()) {
        return Err(namespace_fault(true));
    }
    let fault = |part, value: &str| {
        Err(PackageUrlError::Form { kind: kind.clone(), part, value: value.to_owned() })
    };
    match kind.as_str() {
        // A distribution is named, not one of its modules.
        "cpan" if name.contains("::") => fault("name", name),
        "chrome-extension" if !is_extension(name) => fault("name", name),
        "chrome-extension" => match version {
            Some(version) if !is_extension_version(version) => fault("version", version),
            _ => Ok(()),
        },
        // Names are not unique there.
        "julia" if !qualifiers.contains_key("uuid") => fault("qualifier", "uuid"),
        "swid" if !qualifiers.contains_key("tag_id") => fault("qualifier", "tag_id"),
        _ => Ok(()),
    }
}

fn is_extension(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| matches!(byte, b'a'..=b'p'))
}

fn is_extension_version(version: &str) -> bool {
    version.split('.').count() <= 4
        && version
            .split('.')
            .all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
