//! Why a rule matched an event: the fields that it asks for, with what the event has there.

use audit_event::{AuditEvent, Json, JsonKind};
use sigma::{Condition, Detection, Search};

/// Fields that are shown.
const MOST: usize = 8;
/// Characters of a value that are shown.
const LONGEST: usize = 120;

/// `field: value` for each field that the rule wants to be something, in the order of the rule. What
/// must not be (`not filter`) is left out; so are fields that the event does not have.
#[must_use]
pub fn explain(detection: &Detection, event: &AuditEvent<'_>) -> Vec<String> {
    let mut wanted = Vec::new();
    for condition in &detection.conditions {
        searches(condition, &mut wanted);
    }
    let mut fields = Vec::new();
    for index in wanted {
        if let Some((_, search)) = detection.searches.get(index) {
            names(search, &mut fields);
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for field in fields {
        let values = values(event.record, field);
        if values.is_empty() || lines.len() >= MOST {
            continue;
        }
        let line = format!("{field}: {}", values.join(", "));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Searches that the condition asks for, not those that it excludes.
fn searches(condition: &Condition, found: &mut Vec<usize>) {
    match condition {
        Condition::Search(index) => add(found, *index),
        Condition::Not(_) => {}
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                searches(part, found);
            }
        }
        Condition::AtLeast(_, indexes) => indexes.iter().for_each(|it| add(found, *it)),
    }
}

fn add(found: &mut Vec<usize>, index: usize) {
    if !found.contains(&index) {
        found.push(index);
    }
}

fn names<'r>(search: &'r Search, found: &mut Vec<&'r str>) {
    match search {
        Search::All(parts) | Search::Any(parts) => parts.iter().for_each(|it| names(it, found)),
        Search::Item(item) => {
            if let Some(field) = &item.field
                && !found.contains(&field.as_str())
            {
                found.push(field);
            }
        }
    }
}

/// The first values at a dotted path, through arrays.
fn values(record: Json<'_>, path: &str) -> Vec<String> {
    let mut level = vec![record];
    for name in path.split('.') {
        let mut below = Vec::new();
        for value in level {
            if value.kind() == JsonKind::Array {
                below.extend(value.elements().filter_map(|it| it.get(name)).take(4));
            } else {
                below.extend(value.get(name));
            }
        }
        level = below;
    }
    let shown = level.into_iter().filter(|it| it.kind() != JsonKind::Null).take(3);
    shown.map(|it| cut(&plain(it))).collect()
}

fn plain(value: Json<'_>) -> String {
    match value.text() {
        Some(text) => text.to_str().into_owned(),
        None => String::from_utf8_lossy(value.raw()).into_owned(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}
