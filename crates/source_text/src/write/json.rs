//! Trees to JSON text.

use std::fmt::Write as _;

use super::is_hidden;
use crate::yaml::json::is_json_number;
use crate::{Kind, Map, Node};

/// The tree as JSON, indented by two blanks, keys in their order, no line break at the end; what a
/// terminal would obey is escaped.
///
/// A number that JSON cannot hold is written as the number it stands for (`0x1F` as 31) or, when
/// it has a leading zero or is not finite, as text. A tagged value is `{"!Tag": value}`.
#[must_use]
pub fn to_json(node: &Node) -> String {
    written(node, Style { indent: Some(2), sorted: false })
}

/// The tree as JSON on one line without blanks, keys in their order. See [`to_json`].
#[must_use]
pub fn to_json_compact(node: &Node) -> String {
    written(node, Style { indent: None, sorted: false })
}

/// The tree as JSON on one line without blanks, keys sorted by code point: the same for equal
/// trees whatever the order of their keys, for hashing. See [`to_json`].
#[must_use]
pub fn to_canonical_json(node: &Node) -> String {
    written(node, Style { indent: None, sorted: true })
}

#[derive(Clone, Copy)]
struct Style {
    indent: Option<usize>,
    sorted: bool,
}

impl Style {
    fn new_line(self, out: &mut String, level: usize) {
        if let Some(width) = self.indent {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', width * level));
        }
    }
}

fn written(node: &Node, style: Style) -> String {
    let mut out = String::new();
    write_node(&mut out, node, style, 0);
    out
}

fn write_node(out: &mut String, node: &Node, style: Style, level: usize) {
    match &node.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(text) => match json_number(text) {
            Some(number) => out.push_str(&number),
            None => write_text(out, text, style),
        },
        Kind::Text(text) => write_text(out, text, style),
        Kind::List(items) if items.is_empty() => out.push_str("[]"),
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                style.new_line(out, level + 1);
                write_node(out, item, style, level + 1);
            }
            style.new_line(out, level);
            out.push(']');
        }
        Kind::Map(map) if map.is_empty() => out.push_str("{}"),
        Kind::Map(map) => write_map(out, map, style, level),
        Kind::Tagged(tag, value) => {
            out.push('{');
            style.new_line(out, level + 1);
            write_key(out, &format!("!{tag}"), style);
            write_node(out, value, style, level + 1);
            style.new_line(out, level);
            out.push('}');
        }
    }
}

fn write_map(out: &mut String, map: &Map, style: Style, level: usize) {
    let mut pairs: Vec<_> = map.iter().collect();
    if style.sorted {
        pairs.sort_unstable_by_key(|(key, _)| *key);
    }
    out.push('{');
    for (index, (key, value)) in pairs.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        style.new_line(out, level + 1);
        write_key(out, key, style);
        write_node(out, value, style, level + 1);
    }
    style.new_line(out, level);
    out.push('}');
}

fn write_key(out: &mut String, key: &str, style: Style) {
    write_text(out, key, style);
    out.push_str(if style.indent.is_some() { ": " } else { ":" });
}

fn write_text(out: &mut String, text: &str, style: Style) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            // The other forms are for programs, and for digests, which must not change.
            c if style.indent.is_some() && is_hidden(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The number as JSON writes it; `None` when it must stay text.
pub(crate) fn json_number(text: &str) -> Option<String> {
    if is_json_number(text) {
        return finite(text);
    }
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits.strip_prefix('+').unwrap_or(&digits)),
    };
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = digits.strip_prefix(prefix) {
            let value = u64::from_str_radix(rest, radix).ok()?;
            return Some(format!("{sign}{value}"));
        }
    }
    let digits = if digits.starts_with('.') { format!("0{digits}") } else { digits.to_owned() };
    let digits = match digits.split_once('.') {
        Some((whole, "")) => format!("{whole}.0"),
        Some((whole, rest)) if rest.starts_with(['e', 'E']) => format!("{whole}.0{rest}"),
        _ => digits,
    };
    let number = format!("{sign}{digits}");
    if is_json_number(&number) { finite(&number) } else { None }
}

/// Readers of JSON refuse what overflows: `1e999` is better kept as text.
fn finite(number: &str) -> Option<String> {
    number.parse::<f64>().is_ok_and(f64::is_finite).then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{json_number, to_canonical_json, to_json, to_json_compact};
    use crate::{FileId, Kind, Limits, Node, Place, parse_yaml};

    fn tree(text: &str) -> Node {
        parse_yaml(FileId(0), text, &Limits::default()).unwrap().documents.remove(0)
    }

    #[test]
    fn numbers_become_json_numbers_or_text() {
        for (text, expected) in [
            ("12", Some("12")),
            ("-0.50", Some("-0.50")),
            ("1e3", Some("1e3")),
            ("+7", Some("7")),
            ("1_000", Some("1000")),
            ("0x1F", Some("31")),
            ("-0x1F", Some("-31")),
            ("0b101", Some("5")),
            ("0o17", Some("15")),
            (".5", Some("0.5")),
            ("-.5", Some("-0.5")),
            ("5.", Some("5.0")),
            ("5.e3", Some("5.0e3")),
            ("0123", None),
            ("00.5", None),
            ("012345670123", None),
            (".inf", None),
            ("-.INF", None),
            (".nan", None),
            ("1e999", None),
            ("0xFFFFFFFFFFFFFFFFFF", None),
        ] {
            assert_eq!(json_number(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_three_forms_differ_in_blanks_and_order() {
        let node = tree("b: [1, {}, []]\na: !Ref X\n");
        assert_eq!(to_json_compact(&node), r#"{"b":[1,{},[]],"a":{"!Ref":"X"}}"#);
        assert_eq!(to_canonical_json(&node), r#"{"a":{"!Ref":"X"},"b":[1,{},[]]}"#);
        let pretty =
            "{\n  \"b\": [\n    1,\n    {},\n    []\n  ],\n  \"a\": {\n    \"!Ref\": \"X\"\n  }\n}";
        assert_eq!(to_json(&node), pretty);
    }

    #[test]
    fn control_characters_are_escaped() {
        let node = Node::new(Place::default(), Kind::Text("\"\\\u{1}\n\u{7f}ü".into()));
        assert_eq!(to_json_compact(&node), "\"\\\"\\\\\\u0001\\n\u{7f}ü\"");
        let node = Node::new(Place::default(), Kind::Text("\u{7f}\u{202e}\u{e0041}ü".into()));
        assert_eq!(to_json(&node), r#""\u007f\u202e\udb40\udc41ü""#);
    }
}
