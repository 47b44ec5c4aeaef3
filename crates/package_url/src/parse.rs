//! From text to parts, and the rules that hold for every type.

use std::collections::BTreeMap;

use crate::{PackageUrl, PackageUrlError, Parts, encoding::decode};

/// Which keys of qualifiers are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// All, in lower case.
    AnyCase,
    /// Those that start with a small letter.
    SmallFirst,
}

pub(crate) fn parse(text: &str, keys: Keys) -> Result<Parts, PackageUrlError> {
    if text.len() > PackageUrl::LONGEST {
        return Err(PackageUrlError::Long(text.len()));
    }
    let (rest, subpath) = match text.trim().split_once('#') {
        Some((rest, subpath)) => (rest, decode_path(subpath)?),
        None => (text.trim(), None),
    };
    let (rest, qualifiers) = match rest.split_once('?') {
        Some((rest, qualifiers)) => (rest, read_qualifiers(qualifiers, keys)?),
        None => (rest, BTreeMap::new()),
    };
    let (scheme, rest) = rest.split_once(':').ok_or(PackageUrlError::Scheme)?;
    if !scheme.eq_ignore_ascii_case("pkg") {
        return Err(PackageUrlError::Scheme);
    }
    let rest = rest.trim_start_matches('/');
    let Some((kind, rest)) = rest.split_once('/') else {
        let known = is_kind(rest);
        return Err(if known { PackageUrlError::Name } else { PackageUrlError::Kind(rest.into()) });
    };
    let (rest, version) = match split_version(rest) {
        Some((rest, version)) => (rest, Some(decode(version)?)),
        None => (rest.trim_end_matches('/'), None),
    };
    let (namespace, name) = match rest.rsplit_once('/') {
        Some((namespace, name)) => (decode_path(namespace)?, name),
        None => (None, rest),
    };
    let name = decode(name)?;
    check(Parts { kind: kind.to_owned(), namespace, name, version, qualifiers, subpath })
}

/// The version after the last `@`; one that starts a segment which is not the last is part of a name,
/// as in `npm/@scope/name`.
fn split_version(text: &str) -> Option<(&str, &str)> {
    let (before, version) = text.rsplit_once('@')?;
    let starts_segment = before.is_empty() || before.ends_with('/');
    (!(starts_segment && version.contains('/'))).then_some((before, version))
}

/// Decodes segments and drops those that lead nowhere. An encoded `/` in a segment would become a border.
fn decode_path(text: &str) -> Result<Option<String>, PackageUrlError> {
    let mut segments = Vec::new();
    for segment in text.split('/').filter(|segment| !segment.is_empty()) {
        let segment = decode(segment)?;
        if segment.contains('/') {
            return Err(PackageUrlError::Segment(segment));
        }
        segments.push(segment);
    }
    Ok((!segments.is_empty()).then(|| segments.join("/")))
}

fn read_qualifiers(text: &str, keys: Keys) -> Result<BTreeMap<String, String>, PackageUrlError> {
    let mut qualifiers = BTreeMap::new();
    for qualifier in text.split('&').filter(|qualifier| !qualifier.is_empty()) {
        let (key, value) = qualifier.split_once('=').unwrap_or((qualifier, ""));
        let starts_small = key.starts_with(|c: char| c.is_ascii_lowercase());
        let twice = qualifiers.insert(key.to_ascii_lowercase(), decode(value)?).is_some();
        if twice || (keys == Keys::SmallFirst && !starts_small) {
            return Err(PackageUrlError::Qualifier(key.to_owned()));
        }
    }
    Ok(qualifiers)
}

/// Holds what every type needs: a type, a name, keys; paths without empty segments.
pub(crate) fn check(mut parts: Parts) -> Result<Parts, PackageUrlError> {
    if !is_kind(&parts.kind) {
        return Err(PackageUrlError::Kind(parts.kind));
    }
    parts.kind.make_ascii_lowercase();
    if parts.name.is_empty() {
        return Err(PackageUrlError::Name);
    }
    let is_key = |key: &str| {
        key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    let mut qualifiers = BTreeMap::new();
    for (key, value) in parts.qualifiers {
        if !is_key(&key) {
            return Err(PackageUrlError::Qualifier(key));
        }
        // A qualifier without a value is one that is not there.
        if !value.is_empty() && qualifiers.insert(key.to_ascii_lowercase(), value).is_some() {
            return Err(PackageUrlError::Qualifier(key));
        }
    }
    parts.qualifiers = qualifiers;
    parts.version = parts.version.filter(|version| !version.is_empty());
    parts.namespace = parts.namespace.and_then(|path| clean_path(&path, |_| true));
    parts.subpath = parts.subpath.and_then(|path| clean_path(&path, |it| it != "." && it != ".."));
    Ok(parts)
}

fn clean_path(path: &str, keep: impl Fn(&str) -> bool) -> Option<String> {
    let segments: Vec<&str> =
        path.split('/').filter(|segment| !segment.is_empty() && keep(segment)).collect();
    (!segments.is_empty()).then(|| segments.join("/"))
}

fn is_kind(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}
