//! The notation of `Fn::Sub`, and values written as JSON text.

use std::fmt::Write as _;

use source_text::{Kind, Node};

/// A piece of a `Fn::Sub` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Text that stays.
    Text(&'a str),
    /// `${!name}`: stands for the text `${name}`; this is the name.
    Escaped(&'a str),
    /// `${name}`; this is the name.
    Variable(&'a str),
}

/// Cuts a `Fn::Sub` text into pieces; a `${` that is never closed is text.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inner) = rest.strip_prefix("${")
            && let Some((name, after)) = inner.split_once('}')
        {
            rest = after;
            return Some(match name.strip_prefix('!') {
                Some(name) => Piece::Escaped(name),
                None => Piece::Variable(name.trim()),
            });
        }
        let open = rest
            .char_indices()
            .skip(1)
            .find(|(at, _)| rest.get(*at..).is_some_and(|rest| rest.starts_with("${")));
        // Without a closing brace no later `${` is closed either: the rest is one text.
        let closed = rest.contains('}');
        let end = open.filter(|_| closed).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Text(piece))
    })
}

/// Appends `value` to a `Fn::Sub` text so that it stands for itself.
pub(crate) fn push_escaped(out: &mut String, value: &str) {
    push_joint(out, &value.replace("${", "${!"));
}

/// Appends a piece of text as written, escaping a `${` that only the joint would make.
pub(crate) fn push_joint(out: &mut String, text: &str) {
    match text.strip_prefix('{') {
        Some(rest) if out.ends_with('$') => {
            out.push_str("{!");
            out.push_str(rest);
        }
        _ => out.push_str(text),
    }
}

/// A value as compact JSON text, keys in the author's order.
pub(crate) fn json(node: &Node) -> String {
    let mut out = String::new();
    write_json(node, &mut out);
    out
}

fn write_json(node: &Node, out: &mut String) {
    match &node.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(text) => out.push_str(text),
        Kind::Text(text) => write_json_text(text, out),
        Kind::List(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Kind::Map(map) => {
            out.push('{');
            for (position, (key, value)) in map.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_json_text(key, out);
                out.push(':');
                write_json(value, out);
            }
            out.push('}');
        }
        Kind::Tagged(name, inner) => {
            out.push('!');
            out.push_str(name);
            out.push(' ');
            write_json(inner, out);
        }
    }
}

fn write_json_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{:04x}", control as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
