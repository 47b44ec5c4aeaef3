//! `field|modifier: values`: what a field, or any value of an event, is compared with.

use std::net::IpAddr;

use source_text::{Entry, Kind, Node, Place, SmolStr};

use super::{
    Bad,
    encoding::{base64, base64_offsets, dash_forms, dashes, utf16},
    room::Room,
    wrong_kind,
};
use crate::{
    fault::RuleError,
    pattern::{Pattern, Regex},
    rule::{Expected, Item, Network, Order, Part, TimePart},
};

/// Levels of the dotted path of a field; records are not nested deeper.
const MOST_LEVELS: usize = 120;

/// Modifiers of one item that make other text of a value, each of which makes more or longer ones.
const MOST_STEPS: usize = 4;

/// Every modifier, for the hint at a word that is none.
const MODIFIERS: [&str; 35] = [
    "all",
    "base64",
    "base64offset",
    "cased",
    "cidr",
    "contains",
    "day",
    "dotall",
    "endswith",
    "exists",
    "expand",
    "fieldref",
    "gt",
    "gte",
    "hour",
    "i",
    "ignorecase",
    "lt",
    "lte",
    "m",
    "minute",
    "month",
    "multiline",
    "neq",
    "re",
    "s",
    "startswith",
    "utf16",
    "utf16be",
    "utf16le",
    "week",
    "wide",
    "windash",
    "year",
    "eq",
];

/// Keywords: text that any value of an event may hold.
pub(super) fn keywords(place: Place, nodes: &[&Node], room: &mut Room) -> Result<Item, Bad> {
    read(place, None, &Modifiers::default(), nodes, room)
}

/// A field with its modifiers and values, or keywords with modifiers.
pub(super) fn item(key: &SmolStr, entry: &Entry, room: &mut Room) -> Result<Item, Bad> {
    let mut words = key.split('|');
    let field = words.next().filter(|field| !field.is_empty()).map(SmolStr::new);
    let mut modifiers = Modifiers::default();
    for word in words {
        modifiers.add(word).map_err(|error| (entry.key_place, error))?;
    }
    modifiers.check(field.is_some()).map_err(|error| (entry.key_place, error))?;
    if let Some(path) = &field {
        take_path(path, room).map_err(|error| (entry.key_place, error))?;
    }
    let nodes: Vec<&Node> = match &entry.value.kind {
        Kind::List(items) if items.is_empty() => {
            return Err(wrong_kind(&entry.value, key, "one value at least"));
        }
        Kind::List(items) => items.iter().collect(),
        _ => vec![&entry.value],
    };
    read(entry.key_place, field, &modifiers, &nodes, room)
}

/// Whether the dotted path of a field stays within its bounds.
fn take_path(path: &str, room: &mut Room) -> Result<(), RuleError> {
    if path.split('.').count() > MOST_LEVELS {
        return Err(RuleError::TooLarge { what: "the depth of a field", limit: MOST_LEVELS });
    }
    room.take_bytes(path.len())
}

fn read(
    place: Place,
    field: Option<SmolStr>,
    modifiers: &Modifiers,
    nodes: &[&Node],
    room: &mut Room,
) -> Result<Item, Bad> {
    let is_keyword = field.is_none();
    let values = nodes.iter().map(|node| {
        let key = field.as_deref().unwrap_or("keywords");
        if matches!(node.kind, Kind::Map(_) | Kind::List(_) | Kind::Tagged(..)) {
            return Err(wrong_kind(node, key, "text, a number, a truth value or null"));
        }
        modifiers.value(node, is_keyword, room).map_err(|error| (node.place, error))
    });
    let values = values.collect::<Result<Vec<_>, Bad>>()?;
    let (needs_all, is_negated) = (modifiers.needs_all, modifiers.is_negated);
    Ok(Item { place, field, values, needs_all, is_negated })
}

/// What type of thing the value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Type {
    #[default]
    Text,
    Regex,
    Network,
    Order(Order),
    Exists,
    Field,
}

/// A step that makes other text of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Dashes,
    Base64,
    Base64Offset,
    Utf16,
    Utf16Little,
    Utf16Big,
}

impl Step {
    /// What it makes of a text; [`Step::Dashes`], which works on text with wildcards, nothing.
    fn forms(self, bytes: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Self::Dashes => Vec::new(),
            Self::Base64 => vec![base64(bytes)],
            Self::Base64Offset => base64_offsets(bytes).to_vec(),
            Self::Utf16 => vec![[&b"\xFF\xFE"[..], &utf16(bytes, false)].concat()],
            Self::Utf16Little => vec![utf16(bytes, false)],
            Self::Utf16Big => vec![utf16(bytes, true)],
        }
    }
}

/// The modifiers of an item.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a modifier of its own")]
struct Modifiers {
    kind: Type,
    part: Option<Part>,
    time: Option<TimePart>,
    steps: Vec<Step>,
    needs_all: bool,
    is_negated: bool,
    is_cased: bool,
    expands: bool,
    ignores_case: bool,
    is_multi_line: bool,
    dot_matches_all: bool,
}

impl Modifiers {
    fn add(&mut self, word: &str) -> Result<(), RuleError> {
        let bad = |reason| RuleError::Modifier { modifier: SmolStr::new(word), reason };
        let time = match word {
            "minute" => Some(TimePart::Minute),
            "hour" => Some(TimePart::Hour),
            "day" => Some(TimePart::Day),
            "week" => Some(TimePart::Week),
            "month" => Some(TimePart::Month),
            "year" => Some(TimePart::Year),
            _ => None,
        };
        let step = match word {
            "windash" => Some(Step::Dashes),
            "base64" => Some(Step::Base64),
            "base64offset" => Some(Step::Base64Offset),
            "utf16" => Some(Step::Utf16),
            "utf16le" | "wide" => Some(Step::Utf16Little),
            "utf16be" => Some(Step::Utf16Big),
            _ => None,
        };
        let part = match word {
            "contains" => Some(Part::Some),
            "startswith" => Some(Part::Start),
            "endswith" => Some(Part::End),
            _ => None,
        };
        let kind = match word {
            "re" => Some(Type::Regex),
            "cidr" => Some(Type::Network),
            "exists" => Some(Type::Exists),
            "fieldref" => Some(Type::Field),
            "lt" | "lte" | "gt" | "gte" => Order::of(word).map(Type::Order),
            _ => None,
        };
        let is_regex = self.kind == Type::Regex;
        match word {
            _ if time.is_some() => self.time = time,
            _ if step.is_some() && self.steps.len() >= MOST_STEPS => {
                return Err(bad("cannot follow four others that change the text"));
            }
            _ if step.is_some() => self.steps.extend(step),
            _ if part.is_some() && self.part.is_some() => {
                return Err(bad("cannot follow another one for a part of the text"));
            }
            _ if part.is_some() => self.part = part,
            _ if kind.is_some() && self.kind != Type::Text => {
                return Err(bad("cannot follow another one that says what the value is"));
            }
            _ if kind.is_some() => self.kind = kind.unwrap_or_default(),
            "all" => self.needs_all = true,
            "neq" => self.is_negated = true,
            "cased" => self.is_cased = true,
            "expand" => self.expands = true,
            "i" | "ignorecase" if is_regex => self.ignores_case = true,
            "m" | "multiline" if is_regex => self.is_multi_line = true,
            "s" | "dotall" if is_regex => self.dot_matches_all = true,
            "i" | "m" | "s" | "ignorecase" | "multiline" | "dotall" => {
                return Err(bad("stands behind `re` only"));
            }
            _ => return Err(unknown(word)),
        }
        Ok(())
    }

    /// Whether the modifiers can stand together.
    fn check(&self, has_field: bool) -> Result<(), RuleError> {
        let bad = |word: &str, reason| RuleError::Modifier { modifier: word.into(), reason };
        let takes_part = matches!(self.kind, Type::Text | Type::Field);
        if self.part.is_some() && !takes_part {
            return Err(bad("contains", "and its like work on text and `fieldref` only"));
        }
        if !self.steps.is_empty() && self.kind != Type::Text {
            return Err(bad("base64", "and other modifiers that change text work on text only"));
        }
        if self.time.is_some()
            && (self.part.is_some() || !matches!(self.kind, Type::Text | Type::Order(_)))
        {
            return Err(bad(
                "hour",
                "and its like go with numbers, `lt`, `gt` and their like only",
            ));
        }
        if !has_field && !matches!(self.kind, Type::Text | Type::Regex) {
            return Err(bad("all", "is the only kind that keywords have, with those for text"));
        }
        Ok(())
    }

    fn value(&self, node: &Node, is_keyword: bool, room: &mut Room) -> Result<Expected, RuleError> {
        let shown = node.scalar_text().unwrap_or_else(|| SmolStr::new_static("null"));
        room.take_bytes(shown.len())?;
        let bad = |reason| RuleError::Value { value: shown.clone(), reason };
        if self.kind == Type::Exists {
            return node
                .as_bool()
                .map(Expected::Exists)
                .ok_or_else(|| bad("must be true or false"));
        }
        if node.is_null() {
            let is_plain = self.kind == Type::Text && self.part.is_none() && self.steps.is_empty();
            return if is_plain && !is_keyword {
                Ok(Expected::Null)
            } else {
                Err(bad("cannot stand with these modifiers, or among keywords"))
            };
        }
        let text = if self.expands { Self::expanded(&shown)? } else { shown.clone() };
        match self.kind {
            Type::Exists => Ok(Expected::Exists(true)), // told above
            Type::Regex => {
                room.take_regex()?;
                self.regex(&text)
            }
            Type::Network => network(&text).ok_or_else(|| bad("is no network such as 10.0.0.0/8")),
            Type::Field => {
                take_path(&text, room)?;
                let part = self.part.unwrap_or(Part::Whole);
                Ok(Expected::Field { field: text, part, is_cased: self.is_cased })
            }
            Type::Order(order) => {
                let number = node.as_f64().ok_or_else(|| bad("is no number"))?;
                Ok(Expected::Compared { part: self.time, order, number })
            }
            Type::Text if self.time.is_some() => {
                let number = node.as_f64().ok_or_else(|| bad("is no number"))?;
                Ok(Expected::Compared { part: self.time, order: Order::Equal, number })
            }
            Type::Text => self.text(node, &text, is_keyword, room),
        }
    }

    /// Text with the placeholders gone, none of which anything here resolves.
    fn expanded(text: &str) -> Result<SmolStr, RuleError> {
        let plain = text.replace("\\%", "\u{0}");
        if let Some((_, rest)) = plain.split_once('%')
            && let Some((name, _)) = rest.split_once('%')
        {
            return Err(RuleError::Placeholder { name: name.replace('\u{0}', "%").into() });
        }
        Ok(plain.replace('\u{0}', "%").into())
    }

    fn regex(&self, text: &SmolStr) -> Result<Expected, RuleError> {
        let regex = Regex {
            source: text.clone(),
            ignores_case: self.ignores_case,
            is_multi_line: self.is_multi_line,
            dot_matches_all: self.dot_matches_all,
        };
        regex.compile()?; // so that the fault has its line
        Ok(Expected::Regex(regex))
    }

    fn text(
        &self,
        node: &Node,
        text: &str,
        is_keyword: bool,
        room: &mut Room,
    ) -> Result<Expected, RuleError> {
        let bad = |reason| RuleError::Value { value: SmolStr::new(text), reason };
        let is_number = matches!(node.kind, Kind::Number(_));
        if is_number && self.part.is_none() && self.steps.is_empty() && !is_keyword {
            let literal = Pattern::literal(text.as_bytes());
            return Ok(match node.as_f64() {
                Some(number) => Expected::Number(number, literal),
                None => Expected::Text(literal),
            });
        }
        let mut texts = vec![text.to_owned()];
        let mut patterns: Option<Vec<Pattern>> = None;
        for step in &self.steps {
            if *step == Step::Dashes {
                if patterns.is_some() {
                    return Err(bad("`windash` stands before what encodes text"));
                }
                let forms = dash_forms(text);
                let forms = forms.ok_or_else(|| bad("has too many dashes for `windash`"))?;
                room.take_bytes(text.len().saturating_mul(forms))?;
                texts = dashes(text);
                continue;
            }
            let before = patterns
                .take()
                .unwrap_or_else(|| texts.iter().map(|text| Pattern::parse(text)).collect());
            let mut after = Vec::new();
            for pattern in &before {
                let bytes = pattern.as_literal();
                let bytes = bytes.ok_or_else(|| bad("has wildcards, which cannot be encoded"))?;
                // None of them makes more than that of a text.
                room.take_bytes(bytes.len().saturating_mul(4))?;
                after.extend(step.forms(bytes).iter().map(|form| Pattern::literal(form)));
            }
            patterns = Some(after);
        }
        let patterns =
            patterns.unwrap_or_else(|| texts.iter().map(|it| Pattern::parse(it)).collect());
        // A keyword is searched in the values, not compared with them.
        let part = self.part.unwrap_or(if is_keyword { Part::Some } else { Part::Whole });
        let mut forms: Vec<_> = patterns
            .into_iter()
            .map(|pattern| pattern.within(part))
            .map(|pattern| if self.is_cased { pattern.cased() } else { pattern })
            .map(Expected::Text)
            .collect();
        Ok(match forms.pop() {
            Some(only) if forms.is_empty() => only,
            Some(last) => {
                forms.push(last);
                Expected::Any(forms)
            }
            None => Expected::Any(forms),
        })
    }
}

fn unknown(word: &str) -> RuleError {
    let near = MODIFIERS.iter().filter(|it| it.len() > 2).min_by_key(|it| distance(word, it));
    let hint = match near {
        Some(near) if distance(word, near) <= 2 => format!("did you mean `{near}`?"),
        _ => "see docs/reference/sigma.md for those that there are".to_owned(),
    };
    RuleError::UnknownModifier { modifier: SmolStr::new(word), hint }
}

/// Letters to change, add or take away.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, one) in left.chars().take(40).enumerate() {
        let mut next = vec![at + 1];
        for (place, (two, pair)) in right.iter().zip(row.windows(2)).enumerate() {
            let [diagonal, above] = pair else { continue };
            let beside = next.get(place).copied().unwrap_or(usize::MAX - 1);
            let changed = diagonal + usize::from(one != *two);
            next.push(changed.min(above + 1).min(beside + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// `10.0.0.0/8`, `2001:db8::/32`, or one address.
fn network(text: &str) -> Option<Expected> {
    let (address, bits) = match text.trim().split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (text.trim(), None),
    };
    let address: IpAddr = address.parse().ok()?;
    let (number, is_v6, most) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), false, 32),
        IpAddr::V6(address) => (u128::from(address), true, 128),
    };
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some(Expected::Network(Network { address: number, is_v6, bits }))
}

#[cfg(test)]
mod tests {
    use super::unknown;

    #[test]
    fn the_nearest_modifier_is_named() {
        assert!(unknown("startwith").to_string().contains("did you mean `startswith`?"));
        assert!(unknown("qqqqqq").to_string().contains("docs/reference/sigma.md"));
    }
}
