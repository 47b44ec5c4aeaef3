//! Markers in comments.

use finding::RuleId;
use source_text::{Comment, Kind, Node, Place};

use super::peers;
use crate::{config::is_day, run::find_rule};

/// One marker and the lines that it holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    /// Where it is written.
    pub(crate) place: Place,
    /// The rule as named.
    pub(crate) rule: String,
    /// The rules that it stands for; empty when there is none.
    pub(crate) rules: Vec<RuleId>,
    /// Who says so: `inline`, `checkov:skip`, `cfn_nag` …
    pub(crate) source: String,
    /// Why.
    pub(crate) reason: Option<String>,
    /// Last day on which it holds.
    pub(crate) until: Option<String>,
    /// Lines that it holds for.
    pub(crate) lines: (u32, u32),
    /// Whether it is of our own notation.
    pub(crate) is_ours: bool,
}

impl Marker {
    /// Whether a place is within its lines.
    pub(crate) fn covers(&self, place: Place) -> bool {
        place.is_whole() || (self.lines.0..=self.lines.1).contains(&place.line)
    }
}

/// The markers in comments.
pub(super) fn of_comments(text: &str, comments: &[Comment], document: &Node) -> Vec<Marker> {
    let mut markers = Vec::new();
    for comment in comments {
        let words = comment.text.trim();
        if let Some(rest) = words.strip_prefix("faasguard:") {
            markers.extend(own(rest.trim(), comment, text, document));
        } else {
            markers.extend(peers::of_comment(
                words,
                comment.place,
                lines_of(comment, text, document),
            ));
        }
    }
    markers
}

/// `allow RULE[, RULE] [-- reason] [(until YYYY-MM-DD)]`.
fn own(words: &str, comment: &Comment, text: &str, document: &Node) -> Vec<Marker> {
    let Some(rest) = words.strip_prefix("allow").or_else(|| words.strip_prefix("ignore")) else {
        return Vec::new();
    };
    let (rest, until) = match rest.rsplit_once("(until ") {
        Some((before, day)) => {
            let day = day.trim_end().trim_end_matches(')').trim();
            // A day that cannot be read must not make a suppression last for ever.
            let day = if is_day(day) { day } else { "0000-00-00" };
            (before, Some(day.to_owned()))
        }
        None => (rest, None),
    };
    let (names, reason) = match rest.split_once("--") {
        Some((names, reason)) => (names, Some(reason.trim().to_owned())),
        None => (rest, None),
    };
    let lines = lines_of(comment, text, document);
    names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| Marker {
            place: comment.place,
            rule: name.to_owned(),
            rules: find_rule(name).map(|rule| rule.info.id).into_iter().collect(),
            source: "inline".to_owned(),
            reason: reason.clone().filter(|reason| !reason.is_empty()),
            until: until.clone(),
            lines,
            is_ours: true,
        })
        .collect()
}

/// The lines that a comment is about: behind a value, the value that begins on its line; alone on
/// its line, the next entry below it, or, when it is the first thing in a mapping, that mapping's
/// own entry too (so that a comment right under a resource's name holds for the resource).
fn lines_of(comment: &Comment, text: &str, document: &Node) -> (u32, u32) {
    let line = comment.place.line;
    let row = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
    let alone = row.trim_start().starts_with('#');
    if !alone {
        return (line, entry_end(document, line).unwrap_or(line));
    }
    let next = text
        .lines()
        .zip(1u32..)
        .skip(line as usize)
        .find(|(row, _)| !row.trim().is_empty() && !row.trim_start().starts_with('#'))
        .map_or(line, |(_, number)| number);
    let above = text
        .lines()
        .zip(1u32..)
        .take(line.saturating_sub(1) as usize)
        .filter(|(row, _)| !row.trim().is_empty() && !row.trim_start().starts_with('#'))
        .last();
    if let Some((row, number)) = above
        && row.trim_end().ends_with(':')
        && indent(row) < indent_of(text, next)
    {
        return (number, entry_end(document, number).unwrap_or(number));
    }
    (line, entry_end(document, next).unwrap_or(next))
}

fn indent(row: &str) -> usize {
    row.len() - row.trim_start().len()
}

fn indent_of(text: &str, line: u32) -> usize {
    text.lines().nth(line.saturating_sub(1) as usize).map_or(0, indent)
}

/// Last line of the outermost entry or item that begins on `line`.
fn entry_end(node: &Node, line: u32) -> Option<u32> {
    match &node.kind {
        Kind::Map(map) => map.entries().find_map(|(_, entry)| {
            if entry.key_place.line == line {
                return Some(entry.value.place.end_line.max(line));
            }
            entry_end(&entry.value, line)
        }),
        Kind::List(items) => items.iter().find_map(|item| {
            if item.place.line == line { Some(last_line(item)) } else { entry_end(item, line) }
        }),
        Kind::Tagged(_, inner) => entry_end(inner, line),
        _ => None,
    }
}

fn last_line(node: &Node) -> u32 {
    node.place.end_line.max(node.place.line)
}
