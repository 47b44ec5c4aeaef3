//! Ranges of Maven: intervals, one or several.
//!
//! A version without brackets is a recommendation to Maven, which takes another one when something else
//! demands it; as a range it is that version. Source: the POM Reference, "Dependency Version Requirement
//! Specification".

use super::interval::{Alternatives, Bound, bracketed};
use crate::maven;

/// # Errors
/// The part that is no range.
pub(crate) fn parse(text: &str) -> Result<Alternatives, &str> {
    let text = text.trim();
    let is_plain = |text: &str| !text.contains(['[', ']', '(', ')', ',', '$']);
    let key = |text: &str| is_plain(text).then(|| maven::key(text));
    if !text.starts_with(['[', '(']) {
        let key = key(text).filter(|_| !text.is_empty()).ok_or(text)?;
        return Ok(Alternatives(vec![vec![Bound::Equal(key)]]));
    }
    let mut alternatives = Alternatives::default();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find([']', ')']).ok_or(rest)? + 1;
        let (part, after) = rest.split_at(end);
        alternatives.0.push(bracketed(part, key).ok_or(part)?);
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Ok(alternatives)
}
