//! Trees to YAML text, in block style.

use std::fmt::Write as _;

use super::is_hidden;
use crate::yaml::scalar::{is_plain_number, is_plain_text};
use crate::{Kind, Map, Node};

/// Longest key that every YAML reader takes in the form `key: value`, quotes and escapes included.
const LONGEST_SIMPLE_KEY: usize = 1_000;

/// The tree as YAML in block style, ending with a line break; read again it is the same tree.
///
/// Quotes stand where another reader of YAML 1.1 would see something else than text (dates, `y`).
/// What YAML cannot say is written as near as it gets: a scalar below a tag is read back as text,
/// and a tag below a tag, or one with odd characters, as the mapping `{"!Tag": value}`.
#[must_use]
pub fn to_yaml(node: &Node) -> String {
    let mut out = String::new();
    match &node.kind {
        Kind::Map(map) if !map.is_empty() => write_map(&mut out, map, 0, false),
        Kind::List(items) if !items.is_empty() => write_list(&mut out, items, 0, false),
        _ => {
            out.push_str("---");
            write_value(&mut out, node, 0);
        }
    }
    out
}

/// Writes what stands after `key:`, `-` or `---`, with the line break; collections at `indent`.
fn write_value(out: &mut String, node: &Node, indent: usize) {
    match &node.kind {
        Kind::Map(map) if map.is_empty() => out.push_str(" {}\n"),
        Kind::List(items) if items.is_empty() => out.push_str(" []\n"),
        Kind::Map(map) => {
            out.push('\n');
            write_map(out, map, indent, false);
        }
        Kind::List(items) => {
            out.push('\n');
            write_list(out, items, indent, false);
        }
        Kind::Tagged(tag, value) => write_tagged(out, tag, value, indent),
        Kind::Null => out.push_str(" null\n"),
        Kind::Bool(value) => out.push_str(if *value { " true\n" } else { " false\n" }),
        Kind::Number(text) if is_plain_number(text) => {
            out.push(' ');
            out.push_str(text);
            out.push('\n');
        }
        Kind::Number(text) | Kind::Text(text) => {
            out.push(' ');
            write_text(out, text, indent);
            out.push('\n');
        }
    }
}

fn write_tagged(out: &mut String, tag: &str, value: &Node, indent: usize) {
    let simple = !tag.is_empty()
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-' | '.'));
    if simple && !matches!(value.kind, Kind::Tagged(..)) {
        out.push_str(" !");
        out.push_str(tag);
        write_value(out, value, indent);
    } else {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
        write_entry(out, &["!", tag].concat(), value, indent);
    }
}

/// Writes the entries, one a line; `inline` when the first continues the present line.
fn write_map(out: &mut String, map: &Map, indent: usize, inline: bool) {
    for (index, (key, value)) in map.iter().enumerate() {
        if index > 0 || !inline {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        write_entry(out, key, value, indent);
    }
}

fn write_entry(out: &mut String, key: &str, value: &Node, indent: usize) {
    let start = out.len();
    // A key is one line: the indentation of a block scalar does not apply.
    if is_safe_plain(key) {
        out.push_str(key);
    } else {
        write_quoted(out, key);
    }
    if out.len() - start > LONGEST_SIMPLE_KEY {
        out.insert_str(start, "? ");
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
    }
    out.push(':');
    write_value(out, value, indent + 2);
}

fn write_list(out: &mut String, items: &[Node], indent: usize, inline: bool) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || !inline {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        out.push('-');
        match &item.kind {
            Kind::Map(map) if !map.is_empty() => {
                out.push(' ');
                write_map(out, map, indent + 2, true);
            }
            Kind::List(items) if !items.is_empty() => {
                out.push(' ');
                write_list(out, items, indent + 2, true);
            }
            _ => write_value(out, item, indent + 2),
        }
    }
}

fn write_text(out: &mut String, text: &str, indent: usize) {
    if is_safe_plain(text) {
        out.push_str(text);
    } else if indent > 0 && is_safe_block(text) {
        let body = text.strip_suffix('\n');
        out.push_str(if body.is_some() { "|" } else { "|-" });
        for line in body.unwrap_or(text).split('\n') {
            out.push('\n');
            if !line.is_empty() {
                out.extend(std::iter::repeat_n(' ', indent));
                out.push_str(line);
            }
        }
    } else {
        write_quoted(out, text);
    }
}

/// Whether the text can stand without quotes for every reader of YAML 1.1 and 1.2.
fn is_safe_plain(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$');
    let inner = |c: char| word(c) || " :@+*(){}[],=%;<>&!?|~^#'\"\\".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/' | '$'))
        && text.chars().all(inner)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !matches!(text, "y" | "Y" | "n" | "N")
        && is_plain_text(text)
}

/// Whether the text reads the same as a block of lines.
fn is_safe_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    text.contains('\n')
        && !body.is_empty()
        && !body.starts_with(['\n', ' ', '\t'])
        && !body.ends_with('\n')
        && body.chars().all(|c| c == '\n' || c == '\t' || is_printable(c))
        && body.split('\n').all(|line| line.is_empty() || !line.trim().is_empty())
}

/// Whether every reader of YAML takes the character as it is, and none as a line break.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='\u{7e}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && !is_hidden(c)
        || matches!(c, '\u{1_0000}'..) && !is_hidden(c)
}

fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a string does not fail.
                let _ = match code {
                    ..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push('"');
}
