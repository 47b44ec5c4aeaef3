//! A second reading of Sigma, as plain as it can be: rules as they are written, walked over a tree of
//! JSON, nothing compiled, nothing remembered.

use serde_json::Value;
use sigma::{Condition, Detection, Expected, Item, Part, Pattern, Search, fold};

/// Whether an event matches a detection.
pub(crate) fn matches(detection: &Detection, event: &Value) -> bool {
    detection.conditions.iter().any(|it| condition(it, detection, event))
}

fn condition(it: &Condition, detection: &Detection, event: &Value) -> bool {
    let of = |at: &usize| detection.searches.get(*at).is_some_and(|(_, it)| search(it, event));
    match it {
        Condition::Search(at) => of(at),
        Condition::Not(inner) => !condition(inner, detection, event),
        Condition::All(parts) => parts.iter().all(|part| condition(part, detection, event)),
        Condition::Any(parts) => parts.iter().any(|part| condition(part, detection, event)),
        Condition::AtLeast(count, parts) => parts.iter().filter(|at| of(at)).count() >= *count,
    }
}

fn search(it: &Search, event: &Value) -> bool {
    match it {
        Search::All(parts) => parts.iter().all(|part| search(part, event)),
        Search::Any(parts) => parts.iter().any(|part| search(part, event)),
        Search::Item(it) => item(it, event),
    }
}

fn item(it: &Item, event: &Value) -> bool {
    let mut values = Vec::new();
    match &it.field {
        Some(path) => collect(event, path, &mut values),
        None => leaves(event, &mut values),
    }
    let holds = |expected: &Expected| is(expected, it.field.is_none(), &values, event);
    let found =
        if it.needs_all { it.values.iter().all(holds) } else { it.values.iter().any(holds) };
    found != it.is_negated
}

/// The values at a path; of arrays those of every element. An array without elements is one value.
fn collect<'e>(value: &'e Value, path: &str, to: &mut Vec<&'e Value>) {
    match value {
        Value::Array(elements) if elements.is_empty() && path.is_empty() => to.push(value),
        Value::Array(elements) => elements.iter().for_each(|it| collect(it, path, to)),
        _ if path.is_empty() => to.push(value),
        Value::Object(map) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(member) = map.get(name) {
                collect(member, rest, to);
            }
        }
        _ => {}
    }
}

fn leaves<'e>(value: &'e Value, to: &mut Vec<&'e Value>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|it| leaves(it, to)),
        Value::Object(map) => map.values().for_each(|it| leaves(it, to)),
        Value::Null => {}
        _ => to.push(value),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn is(expected: &Expected, is_keyword: bool, values: &[&Value], event: &Value) -> bool {
    let any_text = |test: &dyn Fn(&str) -> bool| {
        values.iter().filter_map(|value| text(value)).any(|text| test(&text))
    };
    match expected {
        Expected::Null => !is_keyword && (values.is_empty() || values.contains(&&Value::Null)),
        Expected::Exists(is_there) => values.is_empty() != *is_there,
        Expected::Text(pattern) if pattern.is_anything() => values.iter().any(|value| {
            !value.is_null() && value.as_array().is_none_or(|elements| !elements.is_empty())
        }),
        Expected::Text(pattern) => any_text(&|text| like(pattern, text)),
        Expected::Number(number, pattern) => {
            any_text(&|text| like(pattern, text))
                || values.iter().any(|value| value.as_f64() == Some(*number))
        }
        Expected::Regex(regex) => {
            let regex = regex.compile().unwrap();
            any_text(&|text| regex.is_match(text.as_bytes()))
        }
        Expected::Network(network) => any_text(&|text| network.contains(text.as_bytes())),
        Expected::Compared { part: None, order, number } => {
            any_text(&|text| text.trim().parse().is_ok_and(|it: f64| order.holds(it, *number)))
        }
        Expected::Compared { part: Some(part), order, number } => any_text(&|text| {
            let time = audit_event::Time::parse(text.as_bytes());
            time.is_some_and(|time| order.holds(part.of(time), *number))
        }),
        Expected::Field { field, part, is_cased } => {
            let mut others = Vec::new();
            collect(event, field, &mut others);
            any_text(&|text| {
                others.iter().filter_map(|other| self::text(other)).any(|other| {
                    let (text, other) = if *is_cased {
                        (text.as_bytes().to_vec(), other.into_bytes())
                    } else {
                        (fold(text.as_bytes()).into_owned(), fold(other.as_bytes()).into_owned())
                    };
                    match part {
                        Part::Whole => text == other,
                        Part::Start => text.starts_with(&other),
                        Part::End => text.ends_with(&other),
                        Part::Some => {
                            other.is_empty() || text.windows(other.len()).any(|it| it == other)
                        }
                    }
                })
            })
        }
        Expected::Any(forms) => forms.iter().any(|form| is(form, is_keyword, values, event)),
    }
}

/// Whether a text is like a pattern: its source, of which every character is tried.
fn like(pattern: &Pattern, text: &str) -> bool {
    let fold = |text: &str| -> Vec<char> {
        if pattern.is_cased() {
            text.chars().collect()
        } else {
            text.chars().flat_map(char::to_lowercase).collect()
        }
    };
    let pieces: Vec<Option<char>> = pattern
        .pieces()
        .flat_map(|piece| match piece {
            Err(wildcard) => vec![Err(wildcard)],
            Ok(literal) => fold(&String::from_utf8_lossy(literal)).into_iter().map(Ok).collect(),
        })
        .map(|piece: Result<char, char>| match piece {
            Ok(character) => Some(character),
            Err('?') => Some('\u{1}'), // any one; texts of the tests have none
            Err(_) => None,
        })
        .collect();
    wild(&pieces, &fold(text))
}

fn wild(pieces: &[Option<char>], text: &[char]) -> bool {
    match (pieces.split_first(), text.split_first()) {
        (None, None) => true,
        (None, Some(_)) | (Some((Some(_), _)), None) => false,
        (Some((None, rest)), _) => {
            wild(rest, text) || text.split_first().is_some_and(|(_, text)| wild(pieces, text))
        }
        (Some((Some(piece), rest)), Some((first, text))) => {
            (*piece == '\u{1}' || piece == first) && wild(rest, text)
        }
    }
}
