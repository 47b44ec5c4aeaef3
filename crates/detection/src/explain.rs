//! Why a rule matched an event: the fields that it asks for, with what the event has there.

use std::{borrow::Cow, collections::HashMap};

use audit_event::{AuditEvent, FieldValue, Json, JsonKind, values_of};
use foldhash::quality::RandomState;
use sigma::{Condition, Detection, Search};

/// Fields that are shown.
const MOST: usize = 8;
/// Characters of a value that are shown.
const LONGEST: usize = 120;
/// Values of a field that are shown.
const SHOWN: usize = 3;

/// Values whose masks are remembered, and the bytes of the longest of them.
const MOST_KNOWN: usize = 4_096;
const LONGEST_KNOWN: usize = 256;

/// Says why rules match. Values of trails come again and again, and to look for secrets in one takes longer
/// than to match all rules: what they are shown as is remembered.
#[derive(Debug, Default)]
pub struct Explainer {
    /// By name of the field and value.
    shown: HashMap<String, HashMap<String, String, RandomState>, RandomState>,
    known: usize,
}

impl Explainer {
    /// `field: value` for each field that the rule wants to be something, in the order of the rule. What
    /// must not be (`not filter`) is left out; so are fields that the event does not have.
    #[must_use]
    pub fn explain(&mut self, detection: &Detection, event: &AuditEvent<'_>) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for field in asked_for(detection) {
            let values = self.values(event, field);
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

    /// The first values of a field, those of arrays one by one.
    fn values(&mut self, event: &AuditEvent<'_>, path: &str) -> Vec<String> {
        let name = path.rsplit('.').next().unwrap_or(path);
        let mut shown = Vec::new();
        for value in values_of(event, path) {
            match value {
                FieldValue::Text(text) => shown.push(self.shown(name, &text.to_str())),
                FieldValue::Json(value) => shown.extend(self.plain(name, value)),
            }
            if shown.len() >= SHOWN {
                break;
            }
        }
        shown
    }

    /// A value in few characters; secrets in it are masked, of an object only that it is one.
    fn plain(&mut self, name: &str, value: Json<'_>) -> Option<String> {
        Some(match value.kind() {
            JsonKind::Null => return None,
            JsonKind::Object => "{…}".to_owned(),
            JsonKind::Array => "[…]".to_owned(),
            _ => match value.text() {
                Some(text) => self.shown(name, &text.to_str()),
                None => cut(&String::from_utf8_lossy(value.raw())),
            },
        })
    }

    /// A text masked and cut.
    fn shown(&mut self, name: &str, text: &str) -> String {
        if let Some(shown) = self.shown.get(name).and_then(|of_field| of_field.get(text)) {
            return shown.clone();
        }
        let shown = cut(&masked(name, text));
        if text.len() <= LONGEST_KNOWN && name.len() <= LONGEST_KNOWN {
            if self.known >= MOST_KNOWN {
                self.shown.clear();
                self.known = 0;
            }
            let of_field = self.shown.entry(name.to_owned()).or_default();
            of_field.insert(text.to_owned(), shown.clone());
            self.known += 1;
        }
        shown
    }
}

/// Fields that a rule wants to be something, in its order.
fn asked_for(detection: &Detection) -> Vec<&str> {
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
    fields
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

/// The text with what is a secret in it, by its shape or by its name, left out.
fn masked<'t>(name: &str, text: &'t str) -> Cow<'t, str> {
    // A text that is long is cut before it is searched: what is behind is not shown.
    let end = text.char_indices().nth(LONGEST * 4).map_or(text.len(), |(at, _)| at);
    let text = text.get(..end).unwrap_or(text);
    if secret_patterns::secret_name(name).is_some() {
        return "…".into();
    }
    let mut found = secret_patterns::detect(text);
    if found.is_empty() {
        found.extend(secret_patterns::classify(name, text));
    }
    if found.is_empty() {
        return text.into();
    }
    let (mut shown, mut from) = (String::new(), 0);
    for secret in found {
        shown.push_str(text.get(from..secret.range.start).unwrap_or_default());
        shown.push_str(if secret.preview.is_empty() { "…" } else { &secret.preview });
        from = secret.range.end;
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    shown.into()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Explainer, MOST_KNOWN, masked};

    #[test]
    fn what_is_remembered_is_what_was_masked_and_bounded() {
        let mut explainer = Explainer::default();
        for _ in 0..2 {
            assert_eq!(explainer.shown("masterUserPassword", "hunter2hunter2"), "…");
            assert_eq!(explainer.shown("eventName", "hunter2hunter2"), "hunter2hunter2");
        }
        for number in 0..3 * MOST_KNOWN {
            let _ = explainer.shown("eventName", &number.to_string());
            assert!(explainer.known <= MOST_KNOWN);
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(masked("masterUserPassword", "hunter2hunter2"), "…");
        let key = ["AKIA", "Z7QJ4N2XW5RT3KLM"].concat();
        let text = format!("key {key} used");
        let shown = masked("note", &text);
        assert!(!shown.contains(&key) && shown.contains("AKIA…"), "{shown}");
        assert_eq!(masked("eventName", "GetSecretValue"), "GetSecretValue");
        assert_eq!(masked("roleName", "orders-role"), "orders-role");
    }
}
