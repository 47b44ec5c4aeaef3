//! Ranges of `NuGet`: an interval, a lowest version, or a floating version.
//!
//! A floating version (`1.*`) asks for the highest one that begins so; what it lets in is all from its
//! beginning on. Source: the documentation of `NuGet`, "Package versioning".

use super::interval::{Alternatives, Bound, bracketed};
use crate::{Ecosystem, Version};

/// # Errors
/// The text, when it is no range.
pub(crate) fn parse(text: &str) -> Result<Alternatives, &str> {
    let text = text.trim();
    let bounds = if text.starts_with(['[', '(']) {
        bracketed(text, key)
    } else {
        key(text).map(|low| vec![Bound::AtLeast(low)])
    };
    Ok(Alternatives(vec![bounds.ok_or(text)?]))
}

/// The key of a version, or of the lowest that a floating one lets in.
fn key(text: &str) -> Option<Vec<u8>> {
    let lowest = match text.split_once('*') {
        None => text.to_owned(),
        Some(("", "" | "-*")) => "0.0.0-0".to_owned(),
        // `1.0.*-*` lets prereleases in, `1.0.0-rc.*` those from there on.
        Some((before, "-*")) => format!("{}-0", before.trim_end_matches('.')),
        Some((before, "")) if before.ends_with('-') => format!("{before}0"),
        Some((before, "")) => before.trim_end_matches('.').to_owned(),
        Some(_) => return None,
    };
    let version = Version::parse(Ecosystem::NuGet, &lowest);
    version.is_valid().then(|| version.sort_key().to_vec())
}
