//! Functions over text.

use source_text::{Place, SmolStr};

use super::patterns;
use crate::evaluator::Evaluator;
use crate::value::{Kind, TEXT, Value};

pub(super) fn apply(name: &str, values: &[Value], place: Place) -> Option<Value> {
    let text = |position: usize| values.get(position)?.as_text();
    let made = |text: String| Some(Value::text(place, text));
    match name {
        "lower" => made(text(0)?.to_lowercase()),
        "upper" => made(text(0)?.to_uppercase()),
        "title" => made(title(&text(0)?)),
        "trimspace" => made(text(0)?.trim().to_owned()),
        "chomp" => made(text(0)?.trim_end_matches(['\n', '\r']).to_owned()),
        "trim" => {
            let cut = text(1)?;
            made(text(0)?.trim_matches(|c| cut.contains(c)).to_owned())
        }
        "trimprefix" => {
            let (text, cut) = (text(0)?, text(1)?);
            made(text.strip_prefix(cut.as_str()).unwrap_or(&text).to_owned())
        }
        "trimsuffix" => {
            let (text, cut) = (text(0)?, text(1)?);
            made(text.strip_suffix(cut.as_str()).unwrap_or(&text).to_owned())
        }
        "startswith" => Some(Value::bool(place, text(0)?.starts_with(text(1)?.as_str()))),
        "endswith" => Some(Value::bool(place, text(0)?.ends_with(text(1)?.as_str()))),
        "strcontains" => Some(Value::bool(place, text(0)?.contains(text(1)?.as_str()))),
        "strrev" => made(text(0)?.chars().rev().collect()),
        "replace" => replace(&text(0)?, &text(1)?, &text(2)?, place),
        "split" => Some(split(&text(0)?, &text(1)?, place)),
        "substr" => substring(values, place),
        "indent" => {
            let width = values.first()?.as_index().filter(|width| *width <= 200)?;
            let (text, blanks) = (text(1)?, " ".repeat(width));
            let size = text.len().saturating_add(text.matches('\n').count() * width);
            if size > TEXT { None } else { made(text.replace('\n', &format!("\n{blanks}"))) }
        }
        "tostring" => match &values.first()?.kind {
            Kind::Unknown(_) | Kind::Null => values.first().cloned(),
            _ => made(text(0)?.to_string()),
        },
        "sensitive" | "nonsensitive" | "ephemeralasnull" => values.first().cloned(),
        _ => None,
    }
}

fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        if inside {
            out.push(c);
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphanumeric() || c == '\'' || c == '_';
    }
    out
}

fn replace(text: &str, from: &str, to: &str, place: Place) -> Option<Value> {
    let is_pattern = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
    if is_pattern {
        let pattern = from.get(1..from.len() - 1)?;
        return patterns::replaced(text, pattern, to).map(|text| Value::text(place, text));
    }
    let found = text.matches(from).count();
    let size = text.len().saturating_add(found.saturating_mul(to.len()));
    if size > TEXT {
        return None;
    }
    Some(Value::text(place, text.replace(from, to)))
}

fn split(separator: &str, text: &str, place: Place) -> Value {
    if separator.is_empty() {
        let letters = text.chars().map(|c| Value::text(place, SmolStr::from_iter([c])));
        return Value::list(place, letters.take(10_000).collect());
    }
    if text.is_empty() {
        return Value::list(place, Vec::new());
    }
    let parts = text.split(separator).map(|part| Value::text(place, part)).collect();
    Value::list(place, parts)
}

#[expect(clippy::cast_possible_truncation, reason = "whole numbers, saturated by the cast")]
fn substring(values: &[Value], place: Place) -> Option<Value> {
    let [text, offset, length] = values else { return None };
    let text = text.as_text()?;
    let (offset, length) = (offset.as_number()? as i64, length.as_number()? as i64);
    let count = i64::try_from(text.chars().count()).ok()?;
    let start = if offset < 0 { (count + offset).max(0) } else { offset };
    let start = usize::try_from(start).ok()?;
    let rest = text.chars().skip(start);
    let cut: String = match usize::try_from(length) {
        Ok(length) => rest.take(length).collect(),
        Err(_) => rest.collect(),
    };
    Some(Value::text(place, cut))
}

impl Evaluator<'_> {
    /// Functions that make text whose parts may be unknown.
    pub(super) fn text_in_parts(
        &mut self,
        name: &str,
        values: &[Value],
        place: Place,
    ) -> Option<Value> {
        match name {
            "join" => {
                let (separator, lists) = values.split_first()?;
                let separator = separator.as_text()?;
                let mut parts = Vec::new();
                for list in lists {
                    for item in list.as_list()? {
                        if !parts.is_empty() {
                            parts.push(Value::text(place, separator.clone()));
                        }
                        parts.push(item.clone());
                    }
                }
                Some(self.join(place, parts))
            }
            "format" => {
                let (format, values) = values.split_first()?;
                let format = format.as_text()?;
                self.format(&format, values, place)
            }
            "formatlist" => {
                let (format, values) = values.split_first()?;
                let format = format.as_text()?;
                let length = values.iter().filter_map(|it| it.as_list().map(<[_]>::len)).min()?;
                let mut made = Vec::new();
                for position in 0..length {
                    let row: Option<Vec<Value>> = values
                        .iter()
                        .map(|value| match value.as_list() {
                            Some(items) => items.get(position).cloned(),
                            None => Some(value.clone()),
                        })
                        .collect();
                    self.charge(1 + format.len() / 64);
                    made.push(self.format(&format, &row?, place)?);
                }
                Some(Value::list(place, made))
            }
            _ => None,
        }
    }

    /// `format`: the verbs `%s %d %v %q %t %f %x %%` with flags, width and `[n]`.
    fn format(&mut self, format: &str, values: &[Value], place: Place) -> Option<Value> {
        let mut parts = Vec::new();
        let mut known = String::new();
        let mut next = 0_usize;
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            known.push_str(rest.get(..at)?);
            rest = rest.get(at + 1..)?;
            let (verb, after) = Verb::read(rest)?;
            rest = after;
            if verb.letter == '%' {
                known.push('%');
                continue;
            }
            if let Some(position) = verb.argument {
                next = position;
            }
            let value = values.get(next)?;
            next += 1;
            if value.is_unknown() && value.as_text().is_none() {
                if verb.width > 0 || !matches!(verb.letter, 's' | 'd' | 'v' | 'q') {
                    return None;
                }
                let quote = if verb.letter == 'q' { "\"" } else { "" };
                known.push_str(quote);
                parts.push(Value::text(place, std::mem::take(&mut known)));
                parts.push(value.clone());
                known.push_str(quote);
                continue;
            }
            known.push_str(&verb.show(value)?);
            if known.len() > TEXT {
                return None;
            }
        }
        known.push_str(rest);
        parts.push(Value::text(place, known));
        Some(self.join(place, parts))
    }
}

/// One `%…` of a format.
struct Verb {
    letter: char,
    argument: Option<usize>,
    width: usize,
    precision: Option<usize>,
    zeros: bool,
    left: bool,
}

impl Verb {
    fn read(text: &str) -> Option<(Self, &str)> {
        let mut verb = Self {
            letter: '%',
            argument: None,
            width: 0,
            precision: None,
            zeros: false,
            left: false,
        };
        let mut in_precision = false;
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '-' => verb.left = true,
                '+' | '#' | ' ' => {}
                '.' => {
                    in_precision = true;
                    verb.precision = Some(0);
                }
                '0' if verb.width == 0 && !in_precision => verb.zeros = true,
                '0'..='9' => {
                    let digit = c.to_digit(10)? as usize;
                    if in_precision {
                        verb.precision = verb.precision.map(|it| (it * 10 + digit).min(100));
                    } else {
                        verb.width = (verb.width * 10 + digit).min(1_000);
                    }
                }
                '[' => {
                    let rest = text.get(at + 1..)?;
                    let (number, _) = rest.split_once(']')?;
                    verb.argument = Some(number.parse::<usize>().ok()?.checked_sub(1)?);
                    for _ in 0..=number.len() {
                        chars.next();
                    }
                }
                _ if c.is_alphabetic() || c == '%' => {
                    verb.letter = c;
                    return Some((verb, text.get(at + c.len_utf8()..)?));
                }
                _ => return None,
            }
        }
        None
    }

    fn show(&self, value: &Value) -> Option<String> {
        let text = match self.letter {
            's' | 'v' | 'd' | 't' => match value.as_text() {
                Some(text) => text.to_string(),
                None => crate::value::json_text(value)?.to_string(),
            },
            'q' => format!("{:?}", value.as_text()?.as_str()),
            'f' => format!("{:.*}", self.precision.unwrap_or(6), value.as_number()?),
            'x' => format!("{:x}", value.as_index()?),
            'X' => format!("{:X}", value.as_index()?),
            _ => return None,
        };
        let missing = self.width.saturating_sub(text.chars().count());
        Some(match (self.left, self.zeros) {
            (true, _) => text + &" ".repeat(missing),
            (false, true) => "0".repeat(missing) + &text,
            (false, false) => " ".repeat(missing) + &text,
        })
    }
}
