//! `detection` and `filter`: search identifiers and conditions.

use source_text::{Diagnostic, Kind, Map, Node, SmolStr};

use super::{Bad, condition, item, mapping, required, room::Room, texts, wrong_kind};
use crate::{
    fault::RuleError,
    rule::{Detection, Search},
};

/// Keys beside the search identifiers.
const CONDITION: &str = "condition";
const TIMEFRAME: &str = "timeframe";
const RULES: &str = "rules";

/// Search identifiers of one rule.
const MOST_SEARCHES: usize = 1_000;

/// Reads `detection`.
pub(super) fn detection(
    node: &Node,
    told: &mut Vec<Diagnostic>,
    room: &mut Room,
) -> Result<Detection, Bad> {
    read(node, "detection", &[CONDITION, TIMEFRAME], told, room)
}

/// Reads `filter`: the rules that it is for, none for all of them, and what it searches.
pub(super) fn filter(
    node: &Node,
    told: &mut Vec<Diagnostic>,
    room: &mut Room,
) -> Result<(Vec<SmolStr>, Detection), Bad> {
    let map = mapping(node, "filter")?;
    let mut rules = texts(required(node.place, map, "rules")?, "rules")?;
    if rules.iter().any(|rule| rule == "any") {
        rules.clear();
    }
    Ok((rules, read(node, "filter", &[CONDITION, RULES], told, room)?))
}

fn read(
    node: &Node,
    key: &str,
    beside: &[&str],
    told: &mut Vec<Diagnostic>,
    room: &mut Room,
) -> Result<Detection, Bad> {
    let map = mapping(node, key)?;
    if let Some(entry) = map.entry(TIMEFRAME).filter(|_| beside.contains(&TIMEFRAME)) {
        let text =
            "`timeframe` is of Sigma 1 and does nothing here; write a `correlation` document";
        told.push(Diagnostic::warning(entry.key_place, text));
    }
    let mut searches = Vec::new();
    for (name, value) in map.iter().filter(|(name, _)| !beside.contains(&name.as_str())) {
        if searches.len() >= MOST_SEARCHES {
            let what = "the number of selections of a rule";
            return Err((value.place, RuleError::TooLarge { what, limit: MOST_SEARCHES }));
        }
        searches.push((name.clone(), search(value, name, room)?));
    }
    let written = required(node.place, map, CONDITION)?;
    let conditions = match &written.kind {
        Kind::List(items) if !items.is_empty() => items.iter().collect(),
        _ => vec![written],
    };
    let conditions = conditions
        .into_iter()
        .map(|node| {
            let text =
                node.scalar_text().ok_or_else(|| wrong_kind(node, CONDITION, "an expression"))?;
            condition::condition(&text, &searches, room).map_err(|error| (node.place, error))
        })
        .collect::<Result<_, _>>()?;
    Ok(Detection { searches, conditions })
}

/// What a search identifier searches.
fn search(node: &Node, name: &str, room: &mut Room) -> Result<Search, Bad> {
    match &node.kind {
        Kind::Map(map) => fields(node, map, name, room),
        Kind::List(items) if items.is_empty() => Err(wrong_kind(node, name, "a list of something")),
        Kind::List(items) => {
            let mut any = Vec::new();
            let mut keywords = Vec::new();
            for it in items {
                match &it.kind {
                    Kind::Map(map) => any.push(fields(it, map, name, room)?),
                    Kind::List(_) | Kind::Null => {
                        return Err(wrong_kind(it, name, "text or a mapping"));
                    }
                    _ => keywords.push(it),
                }
            }
            if !keywords.is_empty() {
                any.push(Search::Item(item::keywords(node.place, &keywords, room)?));
            }
            Ok(Search::Any(any))
        }
        Kind::Null => Err(wrong_kind(node, name, "a mapping or a list")),
        _ => Ok(Search::Item(item::keywords(node.place, &[node], room)?)),
    }
}

fn fields(node: &Node, map: &Map, name: &str, room: &mut Room) -> Result<Search, Bad> {
    if map.is_empty() {
        return Err(wrong_kind(node, name, "a mapping with fields"));
    }
    let items = map.entries().map(|(key, entry)| item::item(key, entry, room).map(Search::Item));
    items.collect::<Result<_, _>>().map(Search::All)
}

/// How many searches match a name with `*`, `them` included.
pub(super) fn named<'s>(
    pattern: &str,
    searches: &'s [(SmolStr, Search)],
) -> impl Iterator<Item = usize> + 's {
    let pattern = pattern.to_owned();
    searches.iter().enumerate().filter_map(move |(at, (name, _))| {
        let is_meant = if pattern == "them" {
            !name.starts_with('_')
        } else {
            // What begins with `_` is left out, unless the pattern says it.
            (pattern.starts_with('_') || !name.starts_with('_')) && is_like(name, &pattern)
        };
        is_meant.then_some(at)
    })
}

/// Whether a name is like a pattern in which `*` is any text.
fn is_like(name: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return name == pattern };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let mut parts: Vec<_> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, behind)) = name.split_once(part) else { return false };
        name = behind;
    }
    name.ends_with(last)
}

/// The error for a name that no search has.
pub(super) fn unknown(name: &str) -> RuleError {
    RuleError::UnknownSelection { name: SmolStr::new(name) }
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn names_are_matched_with_stars_anywhere() {
        for (name, pattern, expect) in [
            ("selection_a", "selection*", true),
            ("selection_a", "*_a", true),
            ("selection_a", "s*ion*a", true),
            ("selection_a", "s*ion*b", false),
            ("selection_a", "selection", false),
            ("a", "a*a", false),
            ("a", "*", true),
        ] {
            assert_eq!(is_like(name, pattern), expect, "{name} {pattern}");
        }
    }
}
