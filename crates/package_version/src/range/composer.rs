//! Constraints of Composer.
//!
//! Source: the documentation of Composer, "Versions and constraints". A lower bound without a stability
//! lets in what comes before the release (`>=1.0` is `>=1.0.0.0-dev`); which stabilities are wanted is
//! said elsewhere (`minimum-stability`) and no matter of a constraint.

use super::interval::{Alternatives, Bound};
use crate::{
    composer::{key, normalize},
    key::is_number,
};

const NUMBERS: usize = 4;

/// # Errors
/// The part that is no constraint.
pub(crate) fn parse(text: &str) -> Result<Alternatives, &str> {
    let parts = text.split('|').map(str::trim);
    let mut alternatives = Alternatives::default();
    // `||` and `|` are the same; between the bars of the former there is nothing.
    for part in parts.filter(|part| !part.is_empty()) {
        alternatives.0.push(all_of(part)?);
    }
    if alternatives.0.is_empty() { Err(text.trim()) } else { Ok(alternatives) }
}

/// Whether the version lies in the alternatives. A branch has no place among numbers: it lies in those
/// that name it and in `*`.
pub(crate) fn contains(alternatives: &Alternatives, text: &str) -> bool {
    let Some(version) = normalize(text) else { return false };
    let key = key(&version);
    if version.starts_with("dev-") {
        let names_it =
            |bounds: &Vec<Bound>| bounds.iter().all(|it| *it == Bound::Equal(key.clone()));
        return alternatives.0.iter().any(names_it);
    }
    alternatives.contains(&key)
}

/// The key of a version as constraints compare it.
pub(crate) fn key_of(text: &str) -> Option<Vec<u8>> {
    normalize(text).map(|version| key(&version))
}

fn all_of(text: &str) -> Result<Vec<Bound>, &str> {
    let mut bounds = Vec::new();
    if let Some((from, to)) = text.split_once(" - ") {
        hyphen(from.trim(), to.trim(), &mut bounds).ok_or(text)?;
        return Ok(bounds);
    }
    let mut rest = text;
    while !rest.is_empty() {
        let is_lead = |c: char| "<>=!~^".contains(c) || c.is_whitespace();
        let lead = rest.find(|c| !is_lead(c)).unwrap_or(rest.len());
        let body = rest.get(lead..).unwrap_or_default();
        let is_end = |c: char| c == ',' || c.is_whitespace();
        let (part, mut after) = rest.split_at(lead + body.find(is_end).unwrap_or(body.len()));
        // `1.0 as 2.0` is 1.0, known to others by another name.
        if let Some(alias) = after.trim_start().strip_prefix("as ") {
            after = alias.trim_start().split_once(is_end).map_or("", |(_, after)| after);
        }
        constraint(part, &mut bounds).ok_or(part)?;
        rest = after.trim_start_matches(is_end);
    }
    Ok(bounds)
}

/// The numbers that are written, and what follows them.
struct Written<'t> {
    numbers: Vec<u64>,
    /// Whether a wildcard follows the numbers.
    is_open: bool,
    modifier: &'t str,
}

fn written(text: &str) -> Option<Written<'_>> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let is_core = |c: char| c.is_ascii_digit() || ".xX*".contains(c);
    let end = text.find(|c| !is_core(c)).unwrap_or(text.len());
    let (core, modifier) = text.split_at(end);
    let mut numbers = Vec::new();
    let mut is_open = false;
    for part in core.split('.') {
        match part {
            "x" | "X" | "*" => is_open = true,
            digits if is_number(digits) && !is_open => numbers.push(digits.parse().ok()?),
            _ => return None,
        }
    }
    (numbers.len() <= NUMBERS).then_some(Written { numbers, is_open, modifier })
}

/// The key of the numbers, of which the one at `place` is raised by `by` and those after it are zero; it
/// comes before every stability of them.
fn edge(numbers: &[u64], place: usize, by: u64) -> Vec<u8> {
    let mut edge = [0; NUMBERS];
    for (slot, number) in edge.iter_mut().zip(numbers).take(place + 1) {
        *slot = *number;
    }
    if let Some(slot) = edge.get_mut(place) {
        *slot = slot.saturating_add(by);
    }
    let [major, minor, patch, build] = edge;
    key(&format!("{major}.{minor}.{patch}.{build}-dev"))
}

/// The key of a version as a lower bound.
fn low_of(text: &str, modifier: &str) -> Option<Vec<u8>> {
    let version = normalize(text)?;
    let opens = modifier.is_empty() && !version.starts_with("dev-") && !version.ends_with("-dev");
    Some(if opens { key(&format!("{version}-dev")) } else { key(&version) })
}

fn constraint(text: &str, into: &mut Vec<Bound>) -> Option<()> {
    let end = text.find(|c| !"<>=!~^".contains(c)).unwrap_or(text.len());
    let (operator, version) = text.split_at(end);
    let version = version.trim();
    // A flag of stability says what is wanted, not what is compared.
    let version = version.split_once('@').map_or(version, |(before, _)| before);
    let version = version.split('#').next().unwrap_or(version);
    if version.is_empty() {
        return operator.is_empty().then_some(());
    }
    match operator {
        "~" | "~>" => {
            let Written { numbers, modifier, .. } = written(version)?;
            let place = numbers.len().checked_sub(1)?;
            into.push(Bound::AtLeast(low_of(&closed(version), modifier)?));
            into.push(Bound::Below(edge(&numbers, place.saturating_sub(1), 1)));
        }
        "^" => {
            let Written { numbers, modifier, .. } = written(version)?;
            let significant = numbers.iter().position(|number| *number != 0);
            let last = numbers.len().checked_sub(1)?.min(2);
            let place = significant.unwrap_or(last).min(last);
            into.push(Bound::AtLeast(low_of(&closed(version), modifier)?));
            into.push(Bound::Below(edge(&numbers, place, 1)));
        }
        "" | "=" | "==" => match written(version) {
            Some(Written { numbers, is_open: true, modifier: "" }) => {
                let Some(place) = numbers.len().checked_sub(1) else { return Some(()) };
                into.push(Bound::AtLeast(edge(&numbers, place, 0)));
                into.push(Bound::Below(edge(&numbers, place, 1)));
            }
            _ => into.push(Bound::Equal(key(&normalize(version)?))),
        },
        "!=" | "<>" => into.push(Bound::NotEqual(key(&normalize(version)?))),
        ">" => into.push(Bound::Above(key(&normalize(version)?))),
        "<=" => into.push(Bound::AtMost(key(&normalize(version)?))),
        ">=" => into.push(Bound::AtLeast(low_of(version, modifier_of(version))?)),
        "<" => into.push(Bound::Below(low_of(version, modifier_of(version))?)),
        _ => return None,
    }
    Some(())
}

fn modifier_of(version: &str) -> &str {
    written(version).map_or("", |written| written.modifier)
}

/// `1.x` as a lower bound is `1`.
fn closed(version: &str) -> String {
    version.replace(".x", "").replace(".X", "").replace(".*", "")
}

/// `1.0 - 2.0`: both ends within; an end that is not written whole lets in all that begins so.
fn hyphen(from: &str, to: &str, into: &mut Vec<Bound>) -> Option<()> {
    into.push(Bound::AtLeast(low_of(from, written(from)?.modifier)?));
    let Written { numbers, modifier, .. } = written(to)?;
    if numbers.len() >= 3 || !modifier.is_empty() {
        into.push(Bound::AtMost(key(&normalize(to)?)));
    } else {
        into.push(Bound::Below(edge(&numbers, numbers.len().checked_sub(1)?, 1)));
    }
    Some(())
}
