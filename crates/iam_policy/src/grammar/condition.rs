//! `Condition`: operators, keys and the types of values.

use cloud_names::has_placeholder;
use source_text::{Kind, Node, Place};

use super::Checker;
use crate::{Comparison, Operator};

impl Checker {
    pub(super) fn condition(&mut self, node: &Node) {
        let Kind::Map(operators) = &node.kind else {
            let found = node.kind_name();
            let message = format!("`Condition` is a mapping of operators, this is {found}");
            self.refuse("wrong-type", node.place, message);
            return;
        };
        for (name, entry) in operators.entries() {
            let Kind::Map(keys) = &entry.value.kind else {
                let found = entry.value.kind_name();
                let message = format!("`{name}` wants a mapping of keys, this is {found}");
                self.refuse("wrong-type", entry.value.place, message);
                continue;
            };
            let operator = Operator::parse(name).filter(|_| name.trim() == name);
            match operator {
                None if keys.is_empty() => {
                    let message = format!("IAM knows no operator `{name}`; remove it");
                    self.doubt("unknown-operator", entry.key_place, message);
                }
                None => {
                    let message = format!("IAM knows no operator `{name}`; {}", meant(name));
                    self.refuse("unknown-operator", entry.key_place, message);
                }
                Some(_) if keys.is_empty() => {
                    let message = format!("`{name}` compares nothing; remove it or name a key");
                    self.doubt("empty-condition", entry.key_place, message);
                }
                Some(_) => {}
            }
            for (key, values) in keys.entries() {
                if key.is_empty() {
                    self.refuse("empty-key", values.key_place, "a condition key has no name");
                }
                self.values(operator, &values.value);
            }
        }
    }

    fn values(&mut self, operator: Option<Operator>, node: &Node) {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        if items.is_empty() {
            let message = "this condition has no value to compare with, so it never holds";
            self.doubt("empty-condition", node.place, message);
        }
        for item in items {
            match (&item.kind, operator) {
                (Kind::Text(text) | Kind::Number(text), Some(operator)) => {
                    self.value(operator, text, item.place);
                }
                (Kind::Text(_) | Kind::Number(_) | Kind::Bool(_), _) => {}
                _ => {
                    let found = item.kind_name();
                    let message = format!("a value of a condition is text, this is {found}");
                    self.refuse("wrong-type", item.place, message);
                }
            }
        }
    }

    fn value(&mut self, operator: Operator, text: &str, place: Place) {
        if has_placeholder(text) {
            return;
        }
        if is_date_comparison(operator.comparison) && !is_date(text) {
            let message =
                format!("`{text}` is no date; write it as `2026-01-31T00:00:00Z` or in seconds");
            self.refuse("not-a-date", place, message);
        }
    }
}

/// Whether a comparison is of dates.
#[must_use]
pub fn is_date_comparison(comparison: Comparison) -> bool {
    matches!(
        comparison,
        Comparison::DateEquals
            | Comparison::DateLessThan
            | Comparison::DateLessThanEquals
            | Comparison::DateGreaterThan
            | Comparison::DateGreaterThanEquals
    )
}

/// What a wrong operator may have meant.
fn meant(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace("::", ":");
    if Operator::parse(&lower).is_some() {
        return "one colon stands after the prefix".to_owned();
    }
    for (wrong, right) in [
        ("stringnotequal", "StringNotEquals"),
        ("stringequal", "StringEquals"),
        ("stringmatch", "StringLike"),
        ("stringcontains", "StringLike"),
        ("arn", "ArnLike"),
        ("numeric", "NumericEquals"),
        ("date", "DateGreaterThan"),
        ("ip", "IpAddress"),
        ("bool", "Bool"),
        ("null", "Null"),
    ] {
        if lower.contains(wrong) {
            return format!("did you mean `{right}`?");
        }
    }
    "write one of the operators of the IAM User Guide".to_owned()
}

/// Whether IAM takes a text as a date: a number (seconds, or a year of any length), or ISO 8601 with
/// a time, fractions to nine digits and an offset, parts left out from the end.
#[must_use]
pub fn is_date(text: &str) -> bool {
    if text.parse::<i64>().is_ok() {
        return true;
    }
    let at = text.find(['T', 't']);
    let (date, time) =
        at.map_or((text, None), |at| (text.get(..at).unwrap_or_default(), text.get(at + 1..)));
    let mut parts = date.splitn(3, '-');
    let year = parts.next().is_some_and(|year| number(year, 9).is_some());
    let month = parts.next().is_none_or(|month| within(month, 1, 12));
    let day = parts.next().is_none_or(|day| within(day, 1, 31));
    year && month && day && time.is_none_or(is_time)
}

/// `13:20:15.123+01:00`, parts left out from the end.
fn is_time(text: &str) -> bool {
    let (clock, offset) = if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        (clock, None)
    } else if let Some(at) = text.find(['+', '-']) {
        (text.get(..at).unwrap_or_default(), text.get(at + 1..))
    } else {
        (text, None)
    };
    if offset.is_some_and(|offset| !is_offset(offset)) {
        return false;
    }
    if clock.is_empty() {
        return true;
    }
    let mut parts = clock.splitn(3, ':');
    let hour = parts.next().is_some_and(|hour| within(hour, 0, 24));
    let minute = parts.next().is_none_or(|minute| within(minute, 0, 59));
    let second = parts.next().is_none_or(|second| {
        let (whole, fraction) = second.split_once('.').unwrap_or((second, "0"));
        within(whole, 0, 60) && number(fraction, 9).is_some()
    });
    hour && minute && second
}

/// `01:00`, `0100` or `01`.
fn is_offset(text: &str) -> bool {
    let (hours, minutes) = text.split_at_checked(2).unwrap_or((text, ""));
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    hours.len() == 2 && within(hours, 0, 23) && (minutes.is_empty() || within(minutes, 0, 59))
}

fn within(text: &str, least: u64, most: u64) -> bool {
    number(text, 2).is_some_and(|number| (least..=most).contains(&number))
}

/// Digits only, `most` of them at most.
fn number(text: &str, most: usize) -> Option<u64> {
    let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}
